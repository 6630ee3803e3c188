"""Waiting for events and asserting on them, without polling: the server says when there is something new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_capi.testing.deadline import Deadline
from mock_capi.testing.expectation import Expectation, any_of, stored_unless_told
from mock_capi.testing.failures import NotReceived, too_few, too_many
from mock_capi.testing.log import EVENTS, Log
from mock_capi.testing.results import Event, Submission


def wait_for(log: Log, count: int, timeout: float, of: str, filters: Mapping[str, Any]) -> list[Any]:
    """As many that match filters, or more. Raises NotReceived."""
    __tracebackhide__ = True
    unmet = log.wait(count, timeout, filters, of)
    found: list[Any] = log.events(filters) if of == EVENTS else log.submissions(filters)
    if unmet is None:
        return found
    matched = unmet["matched"]
    expectation = Expectation(filters, filters, {})
    if count == 0:
        raise NotReceived(too_many(log, _headline(f"no {of[:-1]}", timeout, matched), expectation, _events(found)))
    headline = _headline(f"at least {_counted(count, of)}", timeout, matched)
    raise NotReceived(too_few(log, headline, expectation, [], of))


def assert_received(log: Log, count: int | None, timeout: float, expected: Mapping[str, Any]) -> list[Event]:
    """The events that match. Raises NotReceived."""
    __tracebackhide__ = True
    expectation = stored_unless_told(expected)
    wanted = 1 if count is None else count
    passed, matching = _await(log, expectation, wanted, timeout)
    if len(matching) >= wanted and count in (None, len(matching)):
        return matching
    how_many = f"{'at least' if count is None else 'exactly'} {_counted(wanted, EVENTS)}"
    if len(matching) > wanted:
        raise NotReceived(too_many(log, _headline(how_many, 0, len(matching)), expectation, matching))
    raise NotReceived(too_few(log, _headline(how_many, timeout, len(matching)), expectation, passed))


def assert_none_received(log: Log, within: float, expected: Mapping[str, Any]) -> None:
    """Nothing that matches comes, not even to be refused. Raises NotReceived."""
    __tracebackhide__ = True
    expectation = any_of(expected)
    _, matching = _await(log, expectation, 1, within)
    if matching:
        raise NotReceived(too_many(log, _headline("no event", within, len(matching)), expectation, matching))


def _await(log: Log, expectation: Expectation, wanted: int, seconds: float) -> tuple[list[Event], list[Event]]:
    """The events that pass the filters, and of them those that match, once so many do or the time is over."""
    deadline = Deadline(seconds)
    is_over = False
    while True:
        passed = log.events(expectation.filters)
        matching = [event for event in passed if not expectation.differences(event)]
        missing = wanted - len(matching)
        if missing <= 0 or is_over:
            return passed, matching
        left = deadline.left
        is_over = left == 0 or log.wait(len(passed) + missing, left, expectation.filters) is not None


def _headline(how_many: str, seconds: float, matched: int) -> str:
    within = f" within {seconds:g} s" if seconds else ""
    return f"Expected {how_many}{within}, but {matched or 'none'} matched"


def _counted(count: int, of: str) -> str:
    return f"{count} {of if count != 1 else of[:-1]}"


def _events(found: list[Any]) -> list[Event]:
    return [event for item in found for event in (item.events if isinstance(item, Submission) else (item,))]
