"""One TOML file: what it holds, and on which lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mock_capi.config.toml import Place, dotted

_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


class FileError(ValueError):
    """A file that is no TOML; the message says which, where and why."""


@dataclass(frozen=True)
class File:
    """A file as it was read. `path` is as somebody gave it."""

    path: Path
    text: str
    document: Mapping[str, Any]

    def at(self, place: Place) -> str:
        """Where something stands in it, as messages say it: path and line, as far as the line is known."""
        known = (self._lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in self._lines)
        line = next(known, None)
        return f"{self.path}:{line}" if line else str(self.path)

    def named(self, place: Place) -> str:
        """The same with the key."""
        return f"{self.at(place)}: {dotted(place)}"

    def inside(self, path: str) -> str:
        """A path in the file: relative to the file itself."""
        return str(self.path.absolute().parent / path) if path else path

    @cached_property
    def _lines(self) -> Mapping[Place, int]:
        """The line, from 1, on which each key is set first.

        TOML may be cut after any statement, and nowhere else: what is there after a cut and was not before it stands
        between the two. So the parser, which tells no lines, tells them all the same.
        """
        rows = self.text.split("\n")
        found: dict[Place, int] = {}
        start = 1
        for end in range(1, len(rows) + 1):
            try:
                document = tomllib.loads("\n".join(rows[:end]))
            except tomllib.TOMLDecodeError:
                continue
            for place in _places(document, ()):
                found.setdefault(place, start)
            start = end + 1
        return found


def read(path: Path) -> File:
    """Raises FileError, and OSError where it cannot be read at all."""
    try:
        text = path.read_text("utf-8-sig")  # some editors begin a file with a byte order mark
        return File(path, text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not UTF-8") from error
    except (ValueError, RecursionError) as error:  # the former is a TOMLDecodeError, or a number of thousands of digits
        raise FileError(_no_toml(path, str(error))) from error


def _no_toml(path: Path, problem: str) -> str:
    """The parser's words, with the line where other messages have it."""
    at = _AT.search(problem)
    if at is None:
        return f"{path}: no TOML: {problem}"
    what = problem[: at.start()]
    hint = "; texts stand in quotes" if what == "Invalid value" else ""
    return f"{path}:{at[1]}: no TOML: {what}, column {at[2]}{hint}"


def _places(document: Mapping[str, Any], above: Place) -> Iterator[Place]:
    for name, value in document.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from _places(value, (*above, name))
