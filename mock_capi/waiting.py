"""Waiting for the log: until enough of what is asked for has arrived, or for whatever comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, NamedTuple

from mock_capi.events import events_of
from mock_capi.ledger import Ledger
from mock_capi.model import EventOutcome, Submission
from mock_capi.query import Query

EVENTS, SUBMISSIONS = "events", "submissions"
OF = (EVENTS, SUBMISSIONS)
REACHED, CLEARED, CLOSED = "reached", "cleared", "closed"
_NOT_FILTERS = ("limit", "cursor", "order")
_LOOKED_AT, _SHOWN = 1_000, 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is waited for: so many submissions or events (`of`) that answer a query, for so many seconds."""

    query: Query
    count: int
    timeout: float
    of: str


class Miss(NamedTuple):
    """What nearly matched, and the filters that kept it out."""

    what: Submission | EventOutcome
    kept_out_by: tuple[str, ...]


class Wait:
    """A count that goes on while the log grows. `ended` says why it is over, None while it is not.

    `wake` is called once, at that moment, in whatever thread it happens, while the log is locked.
    """

    def __init__(self, asked: Asked, wake: Callable[[], object]) -> None:
        self.asked = asked
        self.matched = 0
        self.ended: str | None = None
        self._wake = wake

    @property
    def data_set_id(self) -> str | None:
        return self.asked.query.data_set_id

    @property
    def is_met(self) -> bool:
        """Whether as many have arrived; for a count of 0, whether one has, which is one too many."""
        return self.matched >= max(1, self.asked.count)

    def start(self, log: Sequence[Submission]) -> None:
        for submission in log:
            self._count(submission, 1)
        self._end_if_met()

    def recorded(self, submission: Submission) -> None:
        self._count(submission, 1)
        self._end_if_met()

    def forgotten(self, gone: Sequence[Submission], *, own: bool) -> None:
        if own:
            self._end(CLEARED)
            return
        for submission in gone:
            self._count(submission, -1)

    def closed(self) -> None:
        self._end(CLOSED)

    def _count(self, submission: Submission, step: int) -> None:
        query = self.asked.query
        found = query.matches(submission) if self.asked.of == SUBMISSIONS else query.count_events(submission)
        self.matched += step * found

    def _end_if_met(self) -> None:
        if self.is_met:
            self._end(REACHED)

    def _end(self, why: str) -> None:
        if self.ended is None:
            self.ended = why
            self._wake()


class Follower:
    """Somebody who reads the log as it grows.

    `wake` is called when something matches, and not again before `rest` was: one who is about to read anyway need
    not be told of each.
    """

    def __init__(self, query: Query, wake: Callable[[], object]) -> None:
        self.query = query
        self.ended: str | None = None
        self._wake = wake
        self._is_awake = False

    @property
    def data_set_id(self) -> str | None:
        return self.query.data_set_id

    def start(self, log: Sequence[Submission]) -> None:
        pass

    def rest(self) -> None:
        """Be told again. Called before the log is read, so that nothing falls between."""
        self._is_awake = False

    def recorded(self, submission: Submission) -> None:
        if not self._is_awake and self.query.matches(submission):
            self._is_awake = True
            self._wake()

    def forgotten(self, gone: Sequence[Submission], *, own: bool) -> None:
        if own or any(self.query.matches(submission) for submission in gone):
            self._end(CLEARED)

    def closed(self) -> None:
        self._end(CLOSED)

    def _end(self, why: str) -> None:
        self.ended = self.ended or why
        self._wake()


def nearest_misses(ledger: Ledger, asked: Asked) -> list[Miss]:
    """Of the newest in the log, those that the fewest filters kept out.

    Whoever asks for one dataset is shown no other's; what came without a known key may have been meant for it.
    """
    alone = tuple(_alone(asked.query))
    own = (asked.query.data_set_id, None)
    near = (s for s in reversed(ledger.snapshot()) if own == (None, None) or s.verdict.data_set_id in own)
    found = (miss for submission in islice(near, _LOOKED_AT) for miss in _misses(submission, alone, asked.of))
    misses = [miss for miss in found if miss.kept_out_by]
    return sorted(misses, key=lambda miss: len(miss.kept_out_by))[:_SHOWN]


def _alone(query: Query) -> Iterator[tuple[str, Query]]:
    """Each filter of a query as a query of its own."""
    for field in fields(query):
        value: Any = getattr(query, field.name)
        if field.name not in _NOT_FILTERS and value is not None:
            yield field.name, Query(**{field.name: value})


def _misses(submission: Submission, alone: Sequence[tuple[str, Query]], of: str) -> Iterator[Miss]:
    if of == SUBMISSIONS:
        yield Miss(submission, tuple(name for name, query in alone if not query.matches(submission)))
        return
    for event in events_of(submission):
        kept_out = (name for name, query in alone if not query.matches_this(event))
        yield Miss(event, tuple(kept_out))
