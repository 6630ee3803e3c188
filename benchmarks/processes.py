"""What a process takes of a Linux machine, with all that it started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def resident(pid: int) -> float:
    """Its resident memory in MB, that of the processes it started included."""
    return sum(_number(member, "VmRSS") for member in _tree(pid)) / 1000


def threads(pid: int) -> int:
    """How many threads it has."""
    return _number(pid, "Threads")


def descriptors(pid: int) -> int:
    """How many file descriptors it has open."""
    return len(list((_PROC / str(pid) / "fd").iterdir()))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for status in _PROC.glob("[0-9]*/status"):
        member = int(status.parent.name)
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            if _number(member, "PPid") == pid:
                yield from _tree(member)


def _number(pid: int, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", (_PROC / str(pid) / "status").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
