"""The filters of /_inspect: query parameters to a question that submissions and events can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_capi import catalogue, clock, search
from mock_capi.ledger import events_of
from mock_capi.model import ENDPOINTS, Advisory, EventOutcome, Submission, Violation
from mock_capi.readings import nearest

DEFAULT_LIMIT, MOST = 50, 1000
OUTCOMES = ("accepted", "rejected", "stored")


class QueryError(ValueError):
    """A filter that does not exist or has a bad value; the message names the right one."""


@dataclass(frozen=True, slots=True)
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

    def matches(self, submission: Submission) -> bool:
        """Whether a submission answers every filter; of those about events, whether one of its events may."""
        return self._lets_pass(submission) and (self.q is None or self.q.holds(submission))

    def may_match_within(self, submission: Submission) -> bool:
        """Whether one of its events may answer every filter, those about submissions included."""
        return self._lets_pass(submission) and (self.q is None or self.q.may_hold_within(submission))

    def _lets_pass(self, submission: Submission) -> bool:
        """Whether every filter but `q` does."""
        verdict = submission.verdict
        return (
            (self.data_set_id is None or verdict.data_set_id == self.data_set_id)
            and (self.endpoint is None or verdict.endpoint == self.endpoint)
            and (self.outcome is None or _has_outcome(submission, self.outcome))
            and (self.status is None or verdict.status == self.status)
            and (self.error_code is None or _has_code(verdict.violations, self.error_code))
            and (self.advisory is None or _has_code(submission.advisories, self.advisory))
            and (self.event_type is None or self.event_type in verdict.outcomes.event_types)
            and (self.late is None or _has_late(submission, self.late))
            and (self.submission_id is None or submission.id == self.submission_id)
            and (self.since is None or verdict.received_at >= self.since)
            and (self.until is None or verdict.received_at <= self.until)
        )

    def matches_event(self, event: EventOutcome) -> bool:
        """Whether one event of a submission that may have such answers the filters that are about events."""
        submission, index = event.submission, event.index
        return (
            (self.outcome is None or event.stored == (self.outcome != "rejected"))
            and (self.event_type is None or submission.verdict.outcomes.event_types[index] == self.event_type)
            and (self.late is None or event.late == self.late)
            and (self.error_code is None or _has_code(submission.verdict.violations, self.error_code, index))
            and (self.advisory is None or _has_code(submission.advisories, self.advisory, index))
            and (self.q is None or self.q.holds_of(event))
        )

    def matches_this(self, event: EventOutcome) -> bool:
        """Whether one event of any submission answers every filter."""
        return self._lets_pass(event.submission) and self.matches_event(event)

    def count_events(self, submission: Submission) -> int:
        """How many of a submission's events answer every filter."""
        if not self.may_match_within(submission):
            return 0
        if all(getattr(self, name) is None for name in _ABOUT_EVENTS):
            return len(submission.verdict.outcomes.event_types)
        return sum(map(self.matches_event, events_of(submission)))


_ABOUT_EVENTS = ("outcome", "event_type", "late", "error_code", "advisory", "q")


def _has_outcome(submission: Submission, outcome: str) -> bool:
    if outcome == "stored":
        return submission.verdict.outcomes.stored > 0
    return submission.accepted == (outcome == "accepted")


def _has_code(remarks: Iterable[Violation | Advisory], code: str, event: int | None = None) -> bool:
    """Whether a code was drawn: at all, or with an index given by that event or the request as a whole."""
    return any(r.code == code and (event is None or r.event in (None, event)) for r in remarks)


def _has_late(submission: Submission, late: bool) -> bool:
    return bool(submission.verdict.outcomes.late) == late


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
