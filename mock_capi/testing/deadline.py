"""How much time is left, by a clock that goes on where a test holds Python's own clocks still."""

from __future__ import annotations

from mock_capi.clock import steady


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = steady() + seconds

    @property
    def left(self) -> float:
        """The seconds left, 0 when it has passed."""
        return max(0.0, self._end - steady())
