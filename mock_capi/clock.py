"""The clock: real time, real time moved, or time standing still."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

LATEST = 253_402_300_799.0
"""The last second of the year 9999, the latest that ISO 8601 can write in the usual form."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How to tell the time, in epoch seconds. Frozen at `frozen_at`, or real time plus `offset`."""

    offset: float = 0.0
    frozen_at: float | None = None

    def now(self) -> float:
        """The time, with its fraction. Asks the system at each call, so that freezegun can answer."""
        return min(time.time() + self.offset, LATEST) if self.frozen_at is None else self.frozen_at

    def set_to(self, now: float, *, frozen: bool) -> Clock:
        """A clock that shows `now`, and stands still or runs on from there."""
        return Clock(frozen_at=now) if frozen else Clock(offset=now - time.time())

    def advanced(self, seconds: float) -> Clock:
        """This clock, moved; back with a negative number."""
        if self.frozen_at is not None:
            return replace(self, frozen_at=self.frozen_at + seconds)
        return replace(self, offset=self.offset + seconds)

    @property
    def is_real(self) -> bool:
        return self.frozen_at is None and self.offset == 0.0


REAL_TIME = Clock()


def steady() -> float:
    """Seconds since some moment, which go on where a test holds Python's own clocks still."""
    # freezegun and its like leave this one alone; Windows lacks it.
    return time.monotonic() if sys.platform == "win32" else time.clock_gettime(time.CLOCK_MONOTONIC)


def real_time() -> float:
    """Epoch seconds, likewise."""
    return time.time() if sys.platform == "win32" else time.clock_gettime(time.CLOCK_REALTIME)


@lru_cache(maxsize=64)
def iso(seconds: float) -> str:
    """UTC, whole seconds, `Z`: the form of received_at (guide 8.1)."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(value: object) -> float:
    """Epoch seconds from a number or ISO 8601 with an offset or `Z`. Raises ValueError in words."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("must be epoch seconds or ISO 8601")
    seconds = _parse_iso(value) if isinstance(value, str) else float(value)
    if not 0 <= seconds <= LATEST:
        hint = "; it looks like milliseconds" if seconds > LATEST else ""
        raise ValueError(f"must lie between 1970 and 9999{hint}")
    return seconds


def _parse_iso(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not ISO 8601, such as 2026-04-17T18:22:10Z") from None
    if moment.tzinfo is None:
        raise ValueError("names no time zone; end it with Z")
    return moment.timestamp()
