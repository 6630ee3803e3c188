"""The events seen last, so that one that comes again is noticed, whatever the size of the files."""

from __future__ import annotations

REMEMBERED = 100_000
"""A duplicate is noticed over this many events at least."""


class Seen:
    """Fingerprints of the last events that were accepted, in two generations, and where each stood first."""

    def __init__(self) -> None:
        self._new: dict[int, str] = {}
        self._old: dict[int, str] = {}

    def first(self, fingerprint: int, place: str) -> str | None:
        """Where this was seen before, None at its first time."""
        found = self._new.get(fingerprint) or self._old.get(fingerprint)
        if found is None:
            if len(self._new) >= REMEMBERED:
                self._old, self._new = self._new, {}
            self._new[fingerprint] = place
        return found
