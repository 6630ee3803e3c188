"""The log: a bounded, append-only record of submissions, looked up by their ids and by what filters ask for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice, takewhile
from threading import Lock
from typing import NamedTuple

from mock_capi.footprint import size_of
from mock_capi.model import NO_DUPLICATES, EventRef, Submission, Verdict
from mock_capi.postings import Found, Postings, Term
from mock_capi.watch import MOST_WATCHERS, Watcher, Watchers

MAX_EVENTS = 100_000
MAX_BYTES = 256 * 1024 * 1024


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
