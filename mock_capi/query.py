"""The filters of /_inspect: query parameters to a question that submissions and events can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from sys import maxsize
from typing import Any

from mock_capi import catalogue, clock, search
from mock_capi.events import events_of
from mock_capi.model import ENDPOINTS, Advisory, EventOutcome, Submission, Violation
from mock_capi.postings import Found, Term
from mock_capi.readings import nearest

DEFAULT_LIMIT, MOST = 50, 1000
OUTCOMES = ("accepted", "rejected", "stored")


class QueryError(ValueError):
    """A filter that does not exist or has a bad value; the message names the right one."""


@dataclass(frozen=True)
class Query:
    """A checked question. Filters that are None let everything pass; times are epoch seconds, inclusive."""

    data_set_id: str | None = None
    endpoint: str | None = None
    outcome: str | None = None
    status: int | None = None
    error_code: str | None = None
    advisory: str | None = None
    event_type: str | None = None
    late: bool | None = None
    submission_id: str | None = None
    since: float | None = None
    until: float | None = None
    q: search.Search | None = None
    limit: int = DEFAULT_LIMIT
    cursor: tuple[int, int] | None = None
    order: str = "desc"

    @property
    def ascending(self) -> bool:
        return self.order == "asc"

    @property
    def terms(self) -> tuple[Term, ...]:
        """The filters that the log can be looked up by."""
        return tuple((name, value) for name in _TERMS if (value := getattr(self, name)) is not None)

    @property
    def is_one_term(self) -> bool:
        """Whether the events that the log counts by its terms are all that are asked for."""
        return len(self.terms) <= 1 and all(getattr(self, name) is None for name in _NO_TERMS)

    def matches(self, submission: Submission) -> bool:
        """Whether a submission answers every filter; of those about events, whether one of its events may."""
        return self._lets_pass(submission) and (self.q is None or self.q.holds(submission))

    def may_match_within(self, submission: Submission) -> bool:
        """Whether one of its events may answer every filter, those about submissions included."""
        return self._lets_pass(submission) and (self.q is None or self.q.may_hold_within(submission))

    def _lets_pass(self, submission: Submission) -> bool:
        """Whether every filter but `q` does."""
        return all(check(submission, value) for check, value in self._checks)

    def those_that_match(self, found: Found) -> Sequence[Submission]:
        """Those that answer every filter, as `matches` has it, of what the log finds by `terms`."""
        left = self._those_let_pass(found)
        return left if self.q is None else list(filter(self.q.holds, left))

    def those_that_may_match_within(self, found: Found) -> Sequence[Submission]:
        """The same by `may_match_within`."""
        left = self._those_let_pass(found)
        return left if self.q is None else list(filter(self.q.may_hold_within, left))

    def _those_let_pass(self, found: Found) -> Sequence[Submission]:
        left = found.submissions
        for name, check in _CHECKS.items():
            value = getattr(self, name)
            if value is not None and name not in found.answered:
                left = [submission for submission in left if check(submission, value)]
        return left

    @cached_property
    def _checks(self) -> tuple[tuple[Check, Any], ...]:
        asked = ((check, getattr(self, name)) for name, check in _CHECKS.items())
        return tuple((check, value) for check, value in asked if value is not None)

    def matches_event(self, event: EventOutcome) -> bool:
        """Whether one event of a submission that may have such answers the filters that are about events."""
        return self._fits(event.submission, event.index) and (self.q is None or self.q.holds_of(event))

    def matches_this(self, event: EventOutcome) -> bool:
        """Whether one event of any submission answers every filter."""
        return self._lets_pass(event.submission) and self.matches_event(event)

    def count_events(self, submission: Submission) -> int:
        """How many of a submission's events answer every filter."""
        return self.count_events_within([submission]) if self.may_match_within(submission) else 0

    def count_events_within(self, submissions: Iterable[Submission]) -> int:
        """The same of submissions of each of which one may."""
        if self.q is not None:
            return sum(self.matches_event(event) for submission in submissions for event in events_of(submission))
        most = self._most_events_alike
        counts = ((submission, len(submission.verdict.outcomes.event_types)) for submission in submissions)
        return sum(count if count <= most else self._count_fitting(submission, count) for submission, count in counts)

    @property
    def _most_events_alike(self) -> int:
        """Of so many events at the most what holds of a submission holds of each: mostly there is one."""
        if not self._checks_of_events:
            return maxsize
        return 0 if self.outcome == "accepted" else 1  # what is accepted may be rejected later

    def _count_fitting(self, submission: Submission, events: int) -> int:
        return sum(self._fits(submission, index) for index in range(events))

    def _fits(self, submission: Submission, index: int) -> bool:
        """Whether an event passes every filter but `q` that is about events."""
        return all(check(submission, index, value) for check, value in self._checks_of_events)

    @cached_property
    def _checks_of_events(self) -> tuple[tuple[CheckOfEvent, Any], ...]:
        asked = ((check, getattr(self, name)) for name, check in _CHECKS_OF_EVENTS.items())
        return tuple((check, value) for check, value in asked if value is not None)


def _has_outcome(submission: Submission, outcome: str) -> bool:
    if outcome == "stored":
        return submission.verdict.outcomes.stored > 0
    return submission.accepted == (outcome == "accepted")


def _has_code(remarks: Iterable[Violation | Advisory], code: str, event: int | None = None) -> bool:
    """Whether a code was drawn: at all, or with an index given by that event or the request as a whole."""
    return any(r.code == code and (event is None or r.event in (None, event)) for r in remarks)


Check = Callable[[Submission, Any], bool]
CheckOfEvent = Callable[[Submission, int, Any], bool]
_CHECKS: Mapping[str, Check] = {
    "data_set_id": lambda submission, name: submission.verdict.data_set_id == name,
    "endpoint": lambda submission, name: submission.verdict.endpoint == name,
    "outcome": _has_outcome,
    "status": lambda submission, status: submission.verdict.status == status,
    "error_code": lambda submission, code: _has_code(submission.verdict.violations, code),
    "advisory": lambda submission, code: _has_code(submission.advisories, code),
    "event_type": lambda submission, kind: kind in submission.verdict.outcomes.event_types,
    "late": lambda submission, late: bool(submission.verdict.outcomes.late) == late,
    "submission_id": lambda submission, name: submission.id == name,
    "since": lambda submission, moment: submission.verdict.received_at >= moment,
    "until": lambda submission, moment: submission.verdict.received_at <= moment,
}
_CHECKS_OF_EVENTS: Mapping[str, CheckOfEvent] = {
    "outcome": lambda submission, index, outcome: (
        (index in submission.verdict.outcomes.rejected) == (outcome == "rejected")
    ),
    "event_type": lambda submission, index, kind: submission.verdict.outcomes.event_types[index] == kind,
    "late": lambda submission, index, late: (index in submission.verdict.outcomes.late) == late,
    "error_code": lambda submission, index, code: _has_code(submission.verdict.violations, code, index),
    "advisory": lambda submission, index, code: _has_code(submission.advisories, code, index),
}
_TERMS = ("data_set_id", "endpoint", "outcome", "status", "error_code", "advisory", "event_type", "late")
_NO_TERMS = ("submission_id", "since", "until", "q")


def parse(parameters: Mapping[str, str], also: Sequence[str] = ()) -> Query:
    """A query from request parameters; `also` are others that may be meant. Raises QueryError."""
    found: dict[str, Any] = {}
    for name, text in parameters.items():
        reader = _READERS.get(name)
        if reader is None:
            known = (*_READERS, *also)
            raise QueryError(f"{name!r} is not a filter{nearest(name, known)}; the filters are {', '.join(known)}")
        try:
            found[name] = reader(text)
        except ValueError as error:
            raise QueryError(f"{name} {error}") from None
    return Query(**found)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"is one of {', '.join(choices)}{nearest(text, choices)}")
        return text

    return read


def _code_of(codes: tuple[catalogue.Code, ...]) -> Callable[[str], str]:
    names = tuple(code.name for code in codes)

    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"is not a code of the catalogue{nearest(text, names)}")
        return text

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise ValueError(f"is a whole number from {least} to {most}")
        return int(text)

    return read


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("is true or false")
    return text == "true"


def _moment(text: str) -> float:
    try:
        seconds: float | str = float(text)
    except ValueError:
        seconds = text
    return clock.parse(seconds)


def _text_of(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _cursor(text: str) -> tuple[int, int]:
    sequence, _, index = text.partition(".")
    numbers = [part for part in (sequence, index or "0") if part.isascii() and part.isdigit() and len(part) < 16]
    if len(numbers) != 2:
        raise ValueError("is not one that this server gave out as next")
    return int(numbers[0]), int(numbers[1])


_READERS: Mapping[str, Callable[[str], Any]] = {
    "data_set_id": _text_of,
    "endpoint": _one_of(*ENDPOINTS),
    "outcome": _one_of(*OUTCOMES),
    "status": _whole(100, 599),
    "error_code": _code_of(catalogue.ERRORS),
    "advisory": _code_of(catalogue.ADVISORIES),
    "event_type": _text_of,
    "late": _flag,
    "submission_id": _text_of,
    "since": _moment,
    "until": _moment,
    "q": search.parse,
    "limit": _whole(1, MOST),
    "cursor": _cursor,
    "order": _one_of("asc", "desc"),
}
FILTERS: tuple[str, ...] = tuple(_READERS)
