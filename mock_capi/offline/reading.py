"""Files of events, opened by what they hold: plain or gzip, with how far they have been read."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

STANDARD_INPUT = "-"
_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 20


class UnreadableError(ValueError):
    """A file that cannot be read to its end, or holds no text; the message names the file."""


class Source:
    """An open file. `stream` has its text as bytes, unpacked; `peek` of it shows the next megabyte."""

    def __init__(self, name: str, raw: IO[bytes]) -> None:
        self.name = name
        self._raw = raw
        packed: Any = io.BufferedReader(_Filled(raw), _BUFFER)
        if packed.peek(2).startswith(_GZIP):
            packed = io.BufferedReader(_Filled(gzip.GzipFile(fileobj=packed)), _BUFFER)
        self.stream: io.BufferedReader = packed

    @property
    def position(self) -> int:
        """How many bytes of the file itself have been read, 0 where that cannot be told."""
        return self._raw.tell() if self._raw.seekable() else 0


class _Filled(io.RawIOBase):
    """A stream that comes in full portions, so that looking ahead shows the same from a pipe as from a file."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any, /) -> int:
        size = 0
        while size < len(target) and (got := self._stream.read(len(target) - size)):
            target[size : size + len(got)] = got
            size += len(got)
        return size


@contextmanager
def opened(name: str) -> Iterator[Source]:
    """The file of this name, `-` for standard input. Raises UnreadableError, while it is read too."""
    try:
        raw = sys.stdin.buffer if name == STANDARD_INPUT else open(name, "rb", buffering=0)  # noqa: PTH123, SIM115
        try:
            yield Source(shown(name), raw)
        finally:
            if name != STANDARD_INPUT:
                raw.close()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        cut = isinstance(error, EOFError)
        reason = "ends in the middle: it was cut off" if cut else "is broken and cannot be unpacked"
        raise UnreadableError(f"{shown(name)}: the gzip file {reason}") from error
    except OSError as error:
        raise UnreadableError(f"{shown(name)}: {error.strerror or error}") from error


def shown(name: str) -> str:
    """The name as messages have it."""
    return "standard input" if name == STANDARD_INPUT else name


def size_of(names: tuple[str, ...]) -> int:
    """The bytes of all files together, 0 where one has no size."""
    try:
        sizes = [os.stat(name).st_size for name in names]  # noqa: PTH116 - a name, `-` among them
    except OSError:
        return 0
    return sum(sizes) if all(sizes) else 0
