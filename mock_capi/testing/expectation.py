"""What an event should be: filters, which the server knows, and fields of its body, compared here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mock_capi.query import FILTERS
from mock_capi.testing.results import Event

_OF_PAGES = ("limit", "cursor", "order")
_ABOUT_THE_VERDICT = ("outcome", "status", "error_code")


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()
"""What stands where a field is missing."""


class Difference(NamedTuple):
    """A place in an event, such as `custom_data.coupon[0]`, what should be there, and what is."""

    place: str
    expected: object
    actual: object

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected!r}, got {self.actual!r}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """`asked` is what somebody wrote down; `filters` are those that the server is asked, `fields` the rest."""

    asked: Mapping[str, Any]
    filters: Mapping[str, Any]
    fields: Mapping[str, Any]

    def differences(self, event: Event) -> list[Difference]:
        """Where an event's body is not as it should be."""
        return list(differences(self.fields, event.body))


def any_of(asked: Mapping[str, Any]) -> Expectation:
    """Events whatever became of them."""
    filters = {name: value for name, value in asked.items() if name in FILTERS and name not in _OF_PAGES}
    return Expectation(asked, filters, {name: value for name, value in asked.items() if name not in filters})


def stored_unless_told(asked: Mapping[str, Any]) -> Expectation:
    """Events that were stored; those that were refused count only where the verdict is spoken of."""
    found = any_of(asked)
    if any(name in asked for name in _ABOUT_THE_VERDICT):
        return found
    return Expectation(asked, {**found.filters, "outcome": "stored"}, found.fields)


def differences(expected: object, actual: object, place: str = "") -> Iterator[Difference]:
    """Where `actual` lacks something of `expected`; objects may have more members, lists are as long."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            yield from differences(value, actual.get(name, NOTHING), f"{place}.{name}" if place else name)
    elif isinstance(expected, list | tuple) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (wanted, found) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(wanted, found, f"{place}[{index}]")
    elif not _same(expected, actual):
        yield Difference(place, expected, actual)


def _same(expected: object, actual: object) -> bool:
    """As JSON has it, where true is not 1; `expected` may be an object that compares itself, as `mock.ANY` does."""
    if isinstance(expected, int | float) and isinstance(expected, bool) != isinstance(actual, bool):
        return False
    return actual is not NOTHING and bool(expected == actual)
