"""The rules about hashes of test people: with nobody registered there is nothing to find."""

from __future__ import annotations

from collections.abc import Callable

from mock_capi.personas import find, unlike, wrong_in
from mock_capi.rules.shape import NOTHING, Column, Event, Finding, Findings, Setting

Check = Callable[[Event, Setting], Findings]


def wrong_hash(name: str) -> Check:
    """The rule for one identifier."""

    def check(event: Event, setting: Setting) -> Findings:
        wrong = _wrong(name, event["identifiers"], setting) if setting.personas else None
        return (Finding("WRONG_HASH", ("identifiers", name), wrong),) if wrong else NOTHING

    return check


def none_wrong(name: str) -> Callable[[Column, Setting], bool]:
    """The same for a batch: a column of whole identifiers objects, since one may tell about another."""

    def glance(column: Column, setting: Setting) -> bool:
        return not any(name in identifiers and _wrong(name, identifiers, setting) for identifiers in column)

    return glance


def _wrong(name: str, identifiers: Event, setting: Setting) -> str | None:
    value = identifiers[name]
    trace = find(setting.personas, value)
    if trace:
        return wrong_in(name, trace)
    # The hash of nothing is told of by its own rule.
    return None if value.lower() in setting.telling_hashes else unlike(name, identifiers, setting.personas)
