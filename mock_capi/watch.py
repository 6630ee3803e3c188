"""Who is told what happens to the log: waits and streams, by the dataset that they look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from mock_capi.model import Submission

MOST_WATCHERS = 1_000


class TooManyError(Exception):
    """As many wait already as may; the message says how many that is."""


class Watcher(Protocol):
    """One who is told. All of it happens while the log is locked, so it must be quick and may not read the log."""

    @property
    def data_set_id(self) -> str | None:
        """The one dataset it looks at, None for all."""

    def start(self, log: Sequence[Submission]) -> None:
        """What was in the log when it began to look."""

    def recorded(self, submission: Submission) -> None:
        """What has come since, one after the other."""

    def forgotten(self, gone: Sequence[Submission], *, own: bool) -> None:
        """What was deleted; `own` where all that it looks at was."""

    def closed(self) -> None:
        """The log comes to its end."""


class Watchers:
    """All that look at one log. Not locked: the log's own lock is held whenever it is used."""

    def __init__(self, most: int = MOST_WATCHERS) -> None:
        self.most = most
        self._by_dataset: dict[str | None, list[Watcher]] = {}
        self._closed = False

    def __len__(self) -> int:
        return sum(map(len, self._by_dataset.values()))

    def add(self, watcher: Watcher, log: Sequence[Submission]) -> None:
        """Begin to tell one. Raises TooManyError."""
        if len(self) >= self.most:
            raise TooManyError(f"{self.most} waits and streams are open, and no more may be")
        self._by_dataset.setdefault(watcher.data_set_id, []).append(watcher)
        if self._closed:
            watcher.closed()
        watcher.start(log)

    def remove(self, watcher: Watcher) -> None:
        """Tell it no more."""
        those = self._by_dataset[watcher.data_set_id]
        those.remove(watcher)
        if not those:
            del self._by_dataset[watcher.data_set_id]

    def recorded(self, submission: Submission) -> None:
        """Something has come."""
        if self._by_dataset:
            for watcher in self._looking_at(submission.verdict.data_set_id):
                watcher.recorded(submission)

    def forgotten(self, gone: Sequence[Submission], data_set_id: str | None) -> None:
        """One dataset's submissions were deleted, or with None everything."""
        for watcher in list(self._all() if data_set_id is None else self._looking_at(data_set_id)):
            watcher.forgotten(gone, own=data_set_id in (None, watcher.data_set_id))

    def lost(self, gone: Sequence[Submission]) -> None:
        """Some submissions are no longer there, of whatever dataset."""
        if gone:
            for watcher in list(self._all()):
                watcher.forgotten(gone, own=False)

    def close(self) -> None:
        """There will be nothing more."""
        self._closed = True
        for watcher in list(self._all()):
            watcher.closed()

    def _looking_at(self, data_set_id: str | None) -> list[Watcher]:
        found = self._by_dataset.get(None, [])
        return found if data_set_id is None else [*found, *self._by_dataset.get(data_set_id, ())]

    def _all(self) -> Iterator[Watcher]:
        for those in self._by_dataset.values():
            yield from those
