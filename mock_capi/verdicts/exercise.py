"""Failures to put in a sender's way so that its retries can be graded, one after the other."""

from __future__ import annotations

from collections.abc import Mapping

# As /_control/faults takes a sequence. Between them one request gets through, so that each begins a new chain.
RETRIES: tuple[Mapping[str, object], ...] = (
    {"kind": "status", "status": 500, "times": 3},
    {"kind": "status", "status": 503, "times": 2, "after": 1},
    {"kind": "status", "status": 429, "retry_after": 1, "after": 1},
    {"kind": "reset", "after": 1},
    {"kind": "drop_after_store", "after": 1},
    {"kind": "timeout", "after": 1},
)
EXERCISES: Mapping[str, tuple[Mapping[str, object], ...]] = {"retries": RETRIES}


def failures(steps: tuple[Mapping[str, object], ...]) -> int:
    """How many requests fail."""
    return sum(int(str(step.get("times", 1))) for step in steps)


def requests_needed(steps: tuple[Mapping[str, object], ...]) -> int:
    """How many requests it takes until all have failed that should, and the last of them was tried again."""
    return failures(steps) + sum(int(str(step.get("after", 0))) for step in steps) + 1
