"""What a server's process takes of a Linux machine, with all that it started, and where it listens."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def resident(pid: int) -> float:
    """Its resident memory in MB, that of the processes it started included."""
    return sum(_number(member, "VmRSS") for member in _tree(pid)) / 1000


def peak(pid: int) -> float:
    """The most resident memory in MB that it alone had since `forget_peak`."""
    return _number(pid, "VmHWM") / 1000


def forget_peak(pid: int) -> None:
    """Have the peak begin anew."""
    (_PROC / str(pid) / "clear_refs").write_text("5")


def threads(pid: int) -> int:
    """How many threads it has."""
    return _number(pid, "Threads")


def descriptors(pid: int) -> int:
    """How many file descriptors it has open."""
    return len(list((_PROC / str(pid) / "fd").iterdir()))


def port_of(process: subprocess.Popen[str]) -> int:
    """The port of a server that has just been started, and tells it on its standard output."""
    assert process.stdout is not None
    return next(int(found[1]) for line in process.stdout if (found := re.search(r"http://\S+:(\d+)", line)))


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
