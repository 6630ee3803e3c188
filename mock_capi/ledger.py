"""The log: a bounded, append-only record of submissions, with filters and cursors to read it by."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice, takewhile
from sys import getsizeof
from threading import Lock
from typing import NamedTuple

import orjson

from mock_capi.model import (
    JSON,
    NO_CONSENT_SIGNAL,
    NO_DUPLICATES,
    Advisory,
    EventOutcome,
    EventRef,
    Kept,
    Submission,
    Verdict,
    event_id,
)
from mock_capi.postings import Found, Postings, Term
from mock_capi.watch import MOST_WATCHERS, Watcher, Watchers

MAX_EVENTS = 100_000
MAX_BYTES = 256 * 1024 * 1024
# What Python's objects take besides the body, measured on CPython 3.11 and rounded up.
_SUBMISSION_BYTES = 1_300
_EVENT_BYTES = 180
_REMARK_BYTES = 330
_HEADER_BYTES = 170
_USUAL_HEADERS = 10  # so many are in _SUBMISSION_BYTES; most requests have the same
_EMPTY_TEXT_BYTES = getsizeof("")
# From here on JSON readers disagree on integers, and orjson writes none that pass 64 bits.
_TOO_LARGE_TO_SHOW = 2**53


class Room(NamedTuple):
    """What a submission takes in the log: its estimated size in bytes, and the sequence of the oldest that may stay
    beside it, 0 where all may."""

    size: int
    oldest: int


class Evicted(NamedTuple):
    """How much had to go, since the log was last cleared, to stay within its limits."""

    submissions: int
    events: int


class Ledger:
    """Submissions in the order they came. When `max_events` or `max_bytes` is passed the oldest go.

    A request without events counts as one event, so that refused requests are bounded as well.
    """

    def __init__(
        self, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES, max_watchers: int = MOST_WATCHERS
    ) -> None:
        self.max_events = max_events
        self.max_bytes = max_bytes
        self.max_watchers = max_watchers
        self._lock = Lock()
        self._log: deque[Submission] = deque()
        self._sequence = 0
        self._events = 0
        self._bytes = 0
        self._stored: dict[int, Submission] = {}
        self._postings = Postings()
        self._evicted_submissions: Counter[str | None] = Counter()
        self._evicted_events: Counter[str | None] = Counter()
        self._evicted_through = 0
        self._watchers = Watchers(max_watchers)

    def room_for(self, submission: Submission) -> Room:
        """What it takes to record a submission now."""
        size = size_of(submission)
        with self._lock:
            return Room(size, self._oldest_beside(submission, size))

    def _oldest_beside(self, submission: Submission, size: int) -> int:
        events, taken = self._events + submission.weight, self._bytes + size
        if events <= self.max_events and taken <= self.max_bytes:
            return 0
        for item in self._log:
            if events <= self.max_events and taken <= self.max_bytes:
                return item.sequence
            events -= item.weight
            taken -= size_of(item)
        fits = events <= self.max_events and taken <= self.max_bytes
        return submission.sequence if fits else submission.sequence + 1

    def admit(self, recorded: Submission, room: Room) -> None:
        """Record a submission, whose sequence comes after all others, and let go of what has to go for it."""
        with self._lock:
            self._put(recorded, room.size)
            while self._log and self._log[0].sequence < room.oldest:
                self._evict()
            self._watchers.recorded(recorded)

    def _put(self, recorded: Submission, size: int) -> None:
        self._sequence = recorded.sequence
        self._stored.update(dict.fromkeys(_stored(recorded.verdict), recorded))
        self._log.append(recorded)
        self._events += recorded.weight
        self._bytes += size

    def duplicates(self, submission_id: str, verdict: Verdict) -> Mapping[int, EventRef]:
        """Which of the events that it stores were stored before, and where first."""
        duplicates: dict[int, EventRef] = {}
        here: dict[int, int] = {}
        rejected = verdict.outcomes.rejected
        with self._lock:
            for index, fingerprint in enumerate(verdict.outcomes.fingerprints):
                if fingerprint is None or index in rejected:
                    continue
                first = here.setdefault(fingerprint, index)
                latest = self._stored.get(fingerprint)
                if latest is not None:
                    duplicates[index] = _first_place(latest, fingerprint)
                elif first != index:
                    duplicates[index] = EventRef(submission_id, first)
        return duplicates or NO_DUPLICATES

    def _evict(self) -> None:
        gone = self._log.popleft()
        self._postings.forget(gone)
        self._forget(gone)
        self._evicted_through = gone.sequence
        self._evicted_submissions[gone.verdict.data_set_id] += 1
        self._evicted_events[gone.verdict.data_set_id] += len(gone.verdict.outcomes.event_types)

    def _forget(self, gone: Submission) -> None:
        self._events -= gone.weight
        self._bytes -= size_of(gone)
        for fingerprint in gone.verdict.outcomes.fingerprints:
            if fingerprint is not None and self._stored.get(fingerprint) is gone:
                del self._stored[fingerprint]

    def clear(self, data_set_id: str | None = None) -> int:
        """Empty the log, or take one dataset's submissions out of it; how many went. Evicted counts restart."""
        with self._lock:
            if data_set_id is None:
                gone = list(self._log)
                self._log.clear()
                self._evicted_submissions.clear()
                self._evicted_events.clear()
            else:
                gone = [item for item in self._log if item.verdict.data_set_id == data_set_id]
                self._log = deque(item for item in self._log if item.verdict.data_set_id != data_set_id)
                del self._evicted_submissions[data_set_id]
                del self._evicted_events[data_set_id]
            for item in gone:
                self._forget(item)
            self._postings = Postings()
            self._watchers.forgotten(gone, data_set_id)
            return len(gone)

    @contextmanager
    def watched_by(self, watcher: Watcher) -> Iterator[None]:
        """Tell a watcher what is here, and everything that happens after. Raises TooManyError."""
        with self._lock:
            self._watchers.add(watcher, tuple(self._log))
        try:
            yield
        finally:
            with self._lock:
                self._watchers.remove(watcher)

    @property
    def watchers(self) -> int:
        """How many watch it."""
        with self._lock:
            return len(self._watchers)

    def close(self) -> None:
        """End everybody's waiting: nothing more will come."""
        with self._lock:
            self._watchers.close()

    def evicted(self, data_set_id: str | None = None) -> Evicted:
        """What was evicted, of one dataset or of all."""
        with self._lock:
            if data_set_id is not None:
                return Evicted(self._evicted_submissions[data_set_id], self._evicted_events[data_set_id])
            return Evicted(self._evicted_submissions.total(), self._evicted_events.total())

    def sequences(self, data_set_id: str | None = None) -> Sequence[int]:
        """Those of the submissions of one dataset, or of all."""
        with self._lock:
            return [item.sequence for item in self._log if data_set_id in (None, item.verdict.data_set_id)]

    def evictions(self, oldest: int = 0) -> dict[str | None, Evicted]:
        """What was evicted, by dataset; what came before `oldest` counted in."""
        with self._lock:
            submissions, events = self._evicted_submissions.copy(), self._evicted_events.copy()
            for item in takewhile(lambda item: item.sequence < oldest, self._log):
                submissions[item.verdict.data_set_id] += 1
                events[item.verdict.data_set_id] += len(item.verdict.outcomes.event_types)
        return {name: Evicted(count, events[name]) for name, count in submissions.items()}

    def replace(
        self, log: Iterable[Submission], evicted: Mapping[str | None, Evicted], newest: int, evicted_through: int
    ) -> None:
        """Hold these submissions and counts instead; who watches is told what is gone and what has come."""
        with self._lock:
            before = {item.sequence: item for item in self._log}
            self._log.clear()
            self._stored.clear()
            self._postings = Postings()
            self._events = self._bytes = 0
            for item in log:
                self._put(item, size_of(item))
            self._sequence, self._evicted_through = newest, evicted_through
            self._evicted_submissions = Counter({name: count.submissions for name, count in evicted.items()})
            self._evicted_events = Counter({name: count.events for name, count in evicted.items()})
            gone = before.keys() - {item.sequence for item in self._log}
            self._watchers.lost([before[sequence] for sequence in sorted(gone)])
            for item in self._log:
                if item.sequence not in before:
                    self._watchers.recorded(item)

    def size(self) -> tuple[int, int, int]:
        """Submissions, events (as counted for the limit) and bytes (an estimate) held now."""
        with self._lock:
            return len(self._log), self._events, self._bytes

    def snapshot(self) -> Sequence[Submission]:
        """The log as it is now, oldest first."""
        with self._lock:
            return tuple(self._log)

    def since(self, sequence: int, limit: int) -> Sequence[Submission]:
        """What came after a sequence, oldest first, at most so many; takes no longer for a long log."""
        with self._lock:
            start = bisect_right(self._log, sequence, key=lambda item: item.sequence)
            return [self._log[place] for place in range(start, min(start + limit, len(self._log)))]

    @property
    def newest(self) -> int:
        """The sequence of what was recorded last, 0 where nothing ever was."""
        return self._sequence

    @property
    def evicted_through(self) -> int:
        """The sequence of what was evicted last, 0 where nothing was."""
        return self._evicted_through

    def was_evicted_after(self, sequence: int) -> bool:
        """Whether something that came after a sequence had to go by now."""
        return sequence < self._evicted_through

    def get(self, submission_id: str) -> Submission | None:
        """One submission by its id."""
        with self._lock:
            self._post()
            return self._postings.by_id(submission_id)

    def among(self, terms: Sequence[Term]) -> Found:
        """The submissions among which those are that answer all of some terms."""
        with self._lock:
            self._post()
            return self._postings.rarest(terms)

    def _post(self) -> None:
        start = bisect_right(self._log, self._postings.through, key=lambda item: item.sequence)
        self._postings.add(islice(self._log, start, None))


def _stored(verdict: Verdict) -> Iterable[int]:
    """The fingerprints of the events that are stored."""
    outcomes = verdict.outcomes
    if not outcomes.rejected:
        return outcomes.fingerprints  # type: ignore[return-value]  # only a rejected event has none
    marked = enumerate(outcomes.fingerprints)
    return [found for index, found in marked if found is not None and index not in outcomes.rejected]


def _first_place(latest: Submission, fingerprint: int) -> EventRef:
    """Where an event stood first, which may be evicted by now; `latest` is where it was stored last."""
    outcomes = latest.verdict.outcomes
    index = outcomes.fingerprints.index(fingerprint)
    while index in outcomes.rejected:
        index = outcomes.fingerprints.index(fingerprint, index + 1)
    return latest.duplicates.get(index) or EventRef(latest.id, index)


def events_of(submission: Submission) -> Iterator[EventOutcome]:
    """The events of a submission as they are shown, in the order they were sent."""
    for index, event in enumerate(bodies_of(submission)):
        yield _outcome(submission, index, event)


def bodies_of(submission: Submission) -> Sequence[JSON]:
    """The bodies of these events alone."""
    verdict = submission.verdict
    if verdict.kept not in (Kept.EVENT, Kept.BATCH) or not verdict.body:
        return ()
    document = orjson.loads(verdict.body)
    events: Sequence[JSON] = document if verdict.kept is Kept.BATCH else (document,)
    return events[: len(verdict.outcomes.event_types)]


def counted_twice(submissions: Iterable[Submission]) -> dict[str, Decimal]:
    """What the duplicates add up to, by currency: whoever does not notice them counts this twice."""
    sums: dict[str, Decimal] = {}
    for submission in submissions:
        for event in events_of(submission) if submission.duplicates else ():
            if event.duplicate_of and event.event.get("value") is not None:
                currency, value = event.event["currency_code"], Decimal(str(event.event["value"]))
                sums[currency] = sums.get(currency, Decimal()) + value
    return sums


def _outcome(submission: Submission, index: int, event: JSON) -> EventOutcome:
    outcomes = submission.verdict.outcomes
    stored = index not in outcomes.rejected
    sent = event if isinstance(event, dict) else {}
    timestamp = sent.get("timestamp")
    age = None
    if isinstance(timestamp, int | float) and not isinstance(timestamp, bool) and abs(timestamp) < _TOO_LARGE_TO_SHOW:
        age = int(submission.verdict.received_at - timestamp)
    late = index in outcomes.late
    measurement_only = sent.get("mmt_only") is True
    consent = outcomes.consents.get(index, NO_CONSENT_SIGNAL)
    first = submission.duplicates.get(index)
    return EventOutcome(
        submission=submission,
        index=index,
        event=event,
        event_id=event_id(EventRef(submission.id, index)) if stored else None,
        stored=stored,
        age_seconds=age,
        late=late,
        measurement_only=measurement_only,
        optimization_eligible=stored and not late and not measurement_only and not consent.opted_out,
        consent=consent,
        duplicate_of=event_id(first) if first else None,
    )


def duplicate_advisories(verdict: Verdict, duplicates: Mapping[int, EventRef]) -> tuple[Advisory, ...]:
    """What is remarked on events that were stored before."""
    batch = verdict.kept is Kept.BATCH
    if not duplicates:
        return ()
    message = "{}the same event was stored before: equal dataset, timestamp, type, identifiers and transaction_id."
    return tuple(
        Advisory("DUPLICATE_EVENT", f"/{index}", index, message.format(f"events[{index}]: "))
        if batch
        else Advisory("DUPLICATE_EVENT", "", index, message.format("The event: "))
        for index in duplicates
    )


def size_of(submission: Submission) -> int:
    """How many bytes it takes in memory, as an estimate."""
    verdict = submission.verdict
    remarks = len(verdict.violations) + len(submission.advisories) + len(submission.duplicates)
    events = len(verdict.outcomes.event_types)
    texts = (submission.method, submission.path, *(value for _, value in submission.headers))
    head = sum(map(getsizeof, texts)) - _EMPTY_TEXT_BYTES * len(texts)
    head += _HEADER_BYTES * max(0, len(submission.headers) - _USUAL_HEADERS)
    return _SUBMISSION_BYTES + head + len(verdict.body) + _EVENT_BYTES * events + _REMARK_BYTES * remarks
