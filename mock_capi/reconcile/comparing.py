"""Orders and events side by side, and the likely reason for each difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from mock_capi.clock import iso
from mock_capi.model import JSON
from mock_capi.reconcile.orders import Key, Order
from mock_capi.reconcile.received import Log, Received

KINDS = ("missing", "refused", "duplicated", "unexpected", "wrong_value", "wrong_currency", "wrong_time")
"""What can be found, in the order in which it is told."""
# ISO 4217: how many digits the smallest unit of a currency takes where that is not two.
_NO_DIGITS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_A_HAIR = Decimal("0.005")
_HOUR = 3600
_FARTHEST_ZONE = 14


class Finding(NamedTuple):
    """One difference: `kind` is of KINDS; both sides as texts; `why` is the likely reason, where one is known."""

    kind: str
    transaction_id: str
    event_type: str
    expected: str
    got: str
    why: str = ""
    codes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """All differences, and what was counted twice or more in each currency."""

    findings: Sequence[Finding]
    orders: int
    events: int
    without_id: int
    masked: int
    duplicate_value: Mapping[str, Decimal]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in KINDS}


def compare(orders: Mapping[Key, Order], log: Log, tolerance: float) -> Comparison:
    """Compare; times may differ by `tolerance` seconds."""
    findings = [finding for key, order in orders.items() for finding in _of_order(key, order, log, tolerance)]
    findings += [_unexpected(key, events) for key, events in log.stored.items() if key not in orders]
    twice: dict[str, Decimal] = {}
    for events in log.stored.values():
        for event in events[1:]:
            if _is_number(event.value):
                currency = str(event.currency)
                twice[currency] = twice.get(currency, Decimal()) + _decimal(event.value)
    findings.sort(key=lambda finding: KINDS.index(finding.kind))
    return Comparison(findings, len(orders), log.events, log.without_id, log.masked, twice)


def _of_order(key: Key, order: Order, log: Log, tolerance: float) -> Iterator[Finding]:
    stored = log.stored.get(key, ())
    if not stored:
        yield _absent(key, log.refused.get(key, ()))
        return
    if len(stored) > 1:
        amounts = Counter(f"{event.value} {event.currency}" for event in stored[1:] if _is_number(event.value))
        more = ", ".join(amount if count == 1 else f"{count} times {amount}" for amount, count in amounts.items())
        why = f"counted again: {more}" if more else ""
        yield Finding("duplicated", *key, "once", f"{len(stored)} times", why, events=_ids(stored))
    first = stored[0]
    wrong = (_value(order, first), _currency(order, first), _time(order, first, tolerance))
    for kind, found in zip(KINDS[4:], wrong, strict=True):
        if found:
            yield Finding(kind, *key, *found, events=_ids(stored[:1]))


def _absent(key: Key, refused: Sequence[Received]) -> Finding:
    if not refused:
        return Finding("missing", *key, "stored", "never received")
    codes = tuple(dict.fromkeys(code for event in refused for code in event.codes))
    return Finding("refused", *key, "stored", "refused", ", ".join(codes), codes, _ids(refused))


def _unexpected(key: Key, events: Sequence[Received]) -> Finding:
    amount = f", {events[0].value} {events[0].currency}" if _is_number(events[0].value) else ""
    times = "once" if len(events) == 1 else f"{len(events)} times"
    return Finding("unexpected", *key, "no such order", f"received {times}{amount}", events=_ids(events))


Difference = tuple[str, str, str]


def _value(order: Order, event: Received) -> Difference | None:
    if order.value is None:
        return None
    if not _is_number(event.value):
        return str(order.value), "no value", ""
    got = _decimal(event.value)
    if abs(got - order.value) < _A_HAIR:
        return None
    return str(order.value), str(got), _why_value(order.value, got, order.currency or str(event.currency))


def _why_value(expected: Decimal, got: Decimal, currency: str) -> str:
    digits = 0 if currency in _NO_DIGITS else 3 if currency in _THREE_DIGITS else 2
    if digits == 0 and _same(got, expected * 100):
        return f"{currency} has no smaller unit, and yet the value was multiplied by 100"
    if digits and _same(got, expected * 10**digits):
        return f"sent in the smallest unit of {currency} instead of whole ones"
    if digits and _same(got * 10**digits, expected):
        return f"divided by {10**digits}, though it was in whole {currency} already"
    return "the sign is wrong" if _same(got, -expected) else ""


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) < _A_HAIR


def _currency(order: Order, event: Received) -> Difference | None:
    if order.currency is None or event.currency == order.currency:
        return None
    return order.currency, str(event.currency or "no currency"), ""


def _time(order: Order, event: Received, tolerance: float) -> Difference | None:
    if order.timestamp is None or not _is_number(event.timestamp):
        return None
    off = event.timestamp - order.timestamp
    if abs(off) <= tolerance:
        return None
    if abs(event.timestamp / 1000 - order.timestamp) <= tolerance:
        return iso(order.timestamp), str(event.timestamp), "sent in milliseconds"
    hours = round(off / _HOUR)
    shifted = 0 < abs(hours) <= _FARTHEST_ZONE and abs(off - hours * _HOUR) <= tolerance
    why = f"off by {hours:+d} h: a time zone" if shifted else f"off by {off:+.0f} s"
    return iso(order.timestamp), _moment(event.timestamp), why


def _moment(seconds: float) -> str:
    try:
        return iso(seconds)
    except (ValueError, OverflowError, OSError):  # what no calendar has
        return str(seconds)


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _ids(events: Sequence[Received]) -> tuple[str, ...]:
    return tuple(event.event_id or event.submission_id for event in events)
