"""A stream cut into events: NDJSON by its lines, a JSON array or several documents by where each value ends.

A value's end is found with the standard library's scanner, and what lies before it is then read as the server reads a
body; a streaming parser of its own would be another dependency, and would let pass what the server's parser refuses.
"""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import BufferedReader
from typing import NamedTuple

from mock_capi.model import Violation
from mock_capi.offline.reading import Source, UnreadableError

BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 18
_SPACE = re.compile(r"[ \t\n\r]*")
# Only the end of a value is asked for: numbers are not worked out, and odd characters are the judge's to refuse.
_ends = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len, strict=False).raw_decode


class Item(NamedTuple):
    """One event as it stands in its file. `line` counts from 1, `element` from 0 in an array and is None elsewhere.

    `violation` says what keeps it from being read; `body` is then empty.
    """

    line: int
    element: int | None
    body: bytes
    violation: Violation | None = None

    @property
    def is_event(self) -> bool:
        """Whether it is one event, however wrong, and not a fault of the file."""
        return self.violation is None or self.violation.code == "PAYLOAD_TOO_LARGE"


class _BrokenError(ValueError):
    """No value ends where one should, so that nothing is known of what follows."""


def items(source: Source, most: int) -> Iterator[Item]:
    """The events of a file in any of the three forms; one with more than `most` bytes is not read.

    Raises UnreadableError where the file is no text.
    """
    stream = source.stream
    head = stream.peek()
    if head.startswith(BOM):
        stream.read(len(BOM))
        head = stream.peek()
        yield _unread(1, None, "The file starts with a byte order mark. Save it as UTF-8 without one.")
    if b"\x00" in head:
        raise UnreadableError(f"{source.name}: this is no text in UTF-8, but binary data or UTF-16")
    start = head.lstrip()[:1]
    if not start:
        yield _unread(1, None, "The file is empty: there are no events in it.")
    elif start == b"[":
        yield from _in_array(_Values(stream, most))
    elif start == b"{" and _spans_lines(head):
        yield from _in_documents(_Values(stream, most))
    else:
        yield from _in_lines(stream, most)


def _spans_lines(head: bytes) -> bool:
    """Whether the first value is written over several lines, as no NDJSON is."""
    text = head.decode(errors="surrogateescape").lstrip()
    try:
        return "\n" in text[: _ends(text)[1]]
    except (ValueError, RecursionError):
        return False


def _in_lines(stream: BufferedReader, most: int) -> Iterator[Item]:
    number = 0
    while line := stream.readline(most + 2):
        number += 1
        if len(line) > most + 1:
            while not line.endswith(b"\n") and (line := stream.readline(most)):
                pass
            yield _too_large(number, None, most)
        elif not line.isspace():
            yield Item(number, None, line)


def _in_array(values: _Values) -> Iterator[Item]:
    values.skip("[")
    index = 0
    try:
        while values.next_character() != "]" or index:
            yield values.take(index)
            index += 1
            if not values.skip(","):
                break
        if not values.skip("]"):
            raise _BrokenError
        if not index:
            yield _unread(1, None, "The array is empty: there are no events in it.", "EMPTY_BATCH")
        if values.next_character():
            yield _unread(values.line, None, "Something follows the array's end. NDJSON has one event on each line.")
    except _BrokenError:
        yield _unread(values.line, index, "The array is no strict JSON from here on, so that the rest was not judged.")


def _in_documents(values: _Values) -> Iterator[Item]:
    try:
        while values.next_character():
            yield values.take(None)
    except _BrokenError:
        yield _unread(values.line, None, "This is no strict JSON from here on, so that the rest was not judged.")


def _unread(line: int, element: int | None, message: str, code: str = "MALFORMED_JSON") -> Item:
    return Item(line, element, b"", Violation(code, "", 0, message))


def _too_large(line: int, element: int | None, most: int) -> Item:
    message = f"The event has more than the {most} bytes that a request may have."
    return _unread(line, element, message, "PAYLOAD_TOO_LARGE")


class _Values:
    """JSON values in a stream, taken out one by one; no more of it is held than one value takes."""

    def __init__(self, stream: BufferedReader, most: int) -> None:
        self._stream = stream
        self._most = most
        # Bytes that are no UTF-8 come through as they are, and are refused with the one value they stand in.
        self._decode = getincrementaldecoder("utf-8")("surrogateescape").decode
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def next_character(self) -> str:
        """What follows after white space, nothing at the end."""
        while True:
            self._advance(_SPACE.match(self._text, self._at).end())  # type: ignore[union-attr]  # it matches nothing too
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def skip(self, character: str) -> bool:
        """Go past this character, if it is what follows."""
        found = self.next_character() == character
        self._at += found
        return found

    def take(self, element: int | None) -> Item:
        """The value that follows. Raises _BrokenError where none does, or where it is too large to go past."""
        self.next_character()
        while True:
            try:
                _, end = _ends(self._text, self._at)
            except (ValueError, RecursionError):
                end = None
            # A number that reaches the end of what is here may go on.
            if end is not None and (end < len(self._text) or self._ended):
                break
            if len(self._text) - self._at > self._most or not self._more():
                raise _BrokenError
        line, text = self.line, self._text[self._at : end]
        self._advance(end)
        body = text.encode(errors="surrogateescape")
        return _too_large(line, element, self._most) if len(body) > self._most else Item(line, element, body)

    def _advance(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read on, as much again as is here, so that a large value is not looked at too often."""
        if self._ended:
            return False
        block = self._stream.read(max(_BLOCK, len(self._text) - self._at))
        self._ended = not block
        self._text = self._text[self._at :] + self._decode(block, final=self._ended)
        self._at = 0
        return True
