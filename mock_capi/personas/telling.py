"""Recognising a hash of a test person, and saying what is wrong with it; never the address itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mock_capi.personas.steps import Kind, Slip


class Trace(NamedTuple):
    """Where a hash comes from: of whom, of which of their addresses, and by which slips; by none it is right.

    `fields` are the identifiers that this person's events can have.
    """

    label: str
    fields: frozenset[str]
    kind: Kind
    slips: tuple[Slip, ...]


Known = Mapping[str, Trace]
"""Traces by hash: hex digits in small letters, all other forms as they are."""


def find(known: Known, value: str) -> Trace | None:
    """Where a value comes from, in capitals or with white space around it too; None where nobody knows."""
    return known.get(value) or known.get(value.strip().lower())


def whose_hash(field: str, trace: Trace) -> str:
    """What a hash in this field is, such as `a hash of the e-mail address of "Anna", but not lowercased`."""
    words = f'a hash of the {trace.kind.words} of "{trace.label}"'
    if trace.kind.field is None:
        return words
    swapped = "" if trace.kind.field == field else f", which belongs in {trace.kind.field}"
    slips = " and ".join(slip.wrong for slip in trace.slips)
    return f"{words}{swapped}{f', but {slips}' if slips else ''}"


def wrong_in(field: str, trace: Trace) -> str | None:
    """What is wrong with a hash that stands in this field and how to mend it; None where it is right."""
    if trace.kind.field == field and not trace.slips:
        return None
    mends = [slip.mend for slip in trace.slips] if trace.kind.field else [trace.kind.otherwise]
    return " ".join([f"is {whose_hash(field, trace)}.", *mends])


def unlike(field: str, identifiers: Mapping[str, Any], known: Known) -> str | None:
    """What to say of an unknown hash in this field, beside one of somebody whose own hash is known; or None."""
    for other, value in identifiers.items():
        trace = find(known, value) if other != field and isinstance(value, str) else None
        if trace and field in trace.fields:
            whose = f'is no known hash of "{trace.label}", whose {trace.kind.words} stands beside it in {other}'
            return f"{whose}: it is salted, or another person's. Hash the address alone, without salt or key."
    return None
