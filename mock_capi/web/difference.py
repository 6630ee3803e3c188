"""Where two JSON values differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MISSING = object()
"""What stands where there is nothing."""
Difference = tuple[str, Any, Any]


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[Difference]:
    """JSON Pointers to the places, outermost where one side has nothing, with what stands there in each."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in (*before, *(name for name in after if name not in before)):
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield from differences(before.get(name, MISSING), after.get(name, MISSING), place)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old, new = (side[index] if index < len(side) else MISSING for side in (before, after))
            yield from differences(old, new, f"{pointer}/{index}")
    elif not _is_same(before, after):
        yield pointer, before, after


def _is_same(one: Any, other: Any) -> bool:
    """As JSON has it, where true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
