"""Attempts: which submissions are the same payload sent again, and how long the sender waited in between."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from mock_capi.testing.results import Submission


@dataclass(frozen=True, slots=True)
class Attempts:
    """One payload and every submission of it, in the order they came."""

    submissions: tuple[Submission, ...]

    def __len__(self) -> int:
        return len(self.submissions)

    @property
    def statuses(self) -> list[int]:
        """What each attempt met."""
        return [submission.status for submission in self.submissions]

    @property
    def gaps(self) -> list[float]:
        """The seconds of real time from each attempt to the next, to the millisecond."""
        return _gaps([submission.arrived_at for submission in self.submissions])

    @property
    def gaps_by_clock(self) -> list[float]:
        """The same in whole seconds by the dataset's clock, for senders whose waiting advances it."""
        return _gaps([datetime.fromisoformat(submission["received_at"]).timestamp() for submission in self.submissions])


def attempts(submissions: Iterable[Submission]) -> list[Attempts]:
    """Submissions, oldest first, by payload: the same path and equal events, or where there are none the same text."""
    found: dict[tuple[str, str], list[Submission]] = {}
    for submission in submissions:
        found.setdefault(_payload(submission), []).append(submission)
    return [Attempts(tuple(group)) for group in found.values()]


def _payload(submission: Submission) -> tuple[str, str]:
    events = [event["event"] for event in submission["events"]]
    return submission["path"], json.dumps([events, submission["body"]], sort_keys=True)


def _gaps(moments: Sequence[float]) -> list[float]:
    return [round(later - earlier, 3) for earlier, later in pairwise(moments)]
