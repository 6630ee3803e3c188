"""What has come since the start, in numbers that only grow, whatever has left the log since."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from threading import Lock

from mock_capi.model import Submission

BOUNDS_MS = (0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)
"""The upper bounds that durations are told apart by, in milliseconds."""


@dataclass(slots=True)
class Group:
    """Submissions of one kind: how many took up to each bound, the last those above all, and what they had in them."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))
    milliseconds: float = 0.0
    events: int = 0
    rejected: int = 0
    late: int = 0
    duplicates: int = 0


@dataclass(slots=True)
class Totals:
    """Submissions by endpoint (None: to no path of the API) and status, and by the names of what they met."""

    groups: dict[tuple[str | None, int], Group] = field(default_factory=dict)
    error_codes: Counter[str] = field(default_factory=Counter)
    advisories: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


class Tally:
    """Counts submissions. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._totals = Totals()

    def count(self, submission: Submission) -> None:
        """One that was recorded. Every request comes through here, so what most have nothing of is not counted."""
        verdict, totals = submission.verdict, self._totals
        outcomes, duration_ms = verdict.outcomes, submission.duration_ms
        with self._lock:
            group = totals.groups.get((verdict.endpoint, verdict.status))
            if group is None:
                group = totals.groups[verdict.endpoint, verdict.status] = Group()
            group.counts[bisect_left(BOUNDS_MS, duration_ms)] += 1
            group.milliseconds += duration_ms
            group.events += len(outcomes.event_types)
            if outcomes.rejected:
                group.rejected += len(outcomes.rejected)
            if outcomes.late:
                group.late += len(outcomes.late)
            if submission.duplicates:
                group.duplicates += len(submission.duplicates)
            if verdict.refusal:
                totals.error_codes[verdict.refusal.code] += 1
            for advisory in submission.advisories:
                totals.advisories[advisory.code] += 1
            if submission.fault:
                totals.faults[submission.fault.kind] += 1

    def totals(self) -> Totals:
        """Everything so far; it does not change any more."""
        with self._lock:
            return deepcopy(self._totals)
