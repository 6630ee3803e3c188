"""The log by what filters ask for, so that a page of a long log needs no walk through all of it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mock_capi.model import Advisory, Submission, Violation

Term = tuple[str, object]
ALL: Term = ("", None)


class Found(NamedTuple):
    """Submissions that answer a term, oldest first; how many of their events do; and the names of all terms that each
    of these submissions answers."""

    submissions: Sequence[Submission]
    events: int
    answered: frozenset[str]


class Postings:
    """Made when somebody first asks, and kept up from then on: who never asks pays nothing. Not locked.

    `through` is the sequence of the newest that is known here.
    """

    def __init__(self) -> None:
        self.through = 0
        self._submissions: dict[Term, deque[Submission]] = {}
        self._events: Counter[Term] = Counter()
        self._by_id: dict[str, Submission] = {}

    def add(self, submissions: Iterable[Submission]) -> None:
        """Get to know what has come since, oldest first."""
        for submission in submissions:
            self.through = submission.sequence
            self._by_id[submission.id] = submission
            for term, events in terms_of(submission):
                self._submissions.setdefault(term, deque()).append(submission)
                self._events[term] += events

    def forget(self, oldest: Submission) -> None:
        """Let go of the oldest there is."""
        if oldest.sequence > self.through:
            return
        del self._by_id[oldest.id]
        for term, events in terms_of(oldest):
            those = self._submissions[term]
            those.popleft()
            self._events[term] -= events
            if not those:
                del self._submissions[term], self._events[term]

    def by_id(self, submission_id: str) -> Submission | None:
        """One of them."""
        return self._by_id.get(submission_id)

    def rarest(self, terms: Iterable[Term]) -> Found:
        """What answers that of some terms which the fewest answer."""
        those = {term: self._submissions.get(term, ()) for term in (*terms, ALL)}
        rarest = min(those, key=lambda term: len(those[term]))
        everything = len(those[ALL])
        answered = frozenset(name for (name, _), found in those.items() if len(found) == everything) | {rarest[0]}
        return Found(tuple(those[rarest]), self._events[rarest], answered)


def terms_of(submission: Submission) -> Iterator[tuple[Term, int]]:
    """What a submission can be found by, each with the number of its events that answer it."""
    verdict, outcomes = submission.verdict, submission.verdict.outcomes
    events = len(outcomes.event_types)
    yield ALL, events
    yield ("status", verdict.status), events
    yield ("late", bool(outcomes.late)), len(outcomes.late) or events
    if verdict.data_set_id is not None:
        yield ("data_set_id", verdict.data_set_id), events
    if verdict.endpoint is not None:
        yield ("endpoint", verdict.endpoint), events
    if outcomes.stored:
        yield ("outcome", "stored"), outcomes.stored
    if submission.accepted:
        yield ("outcome", "accepted"), outcomes.stored
    else:
        yield ("outcome", "rejected"), len(outcomes.rejected)
    for kind, count in Counter(outcomes.event_types).items():
        yield ("event_type", kind), count
    if verdict.violations:
        yield from _by_code("error_code", verdict.violations, events)
    if submission.advisories:
        yield from _by_code("advisory", submission.advisories, events)


def _by_code(name: str, remarks: Iterable[Violation | Advisory], events: int) -> Iterator[tuple[Term, int]]:
    """A remark on the request as a whole is about each of its events."""
    places: dict[str, set[int | None]] = {}
    for remark in remarks:
        places.setdefault(remark.code, set()).add(remark.event)
    for code, those in places.items():
        yield (name, code), events if None in those else sum(at is not None and at < events for at in those)
