"""The bits behind a GPP string's characters, six to each, and the one exception for what is wrong with them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_OUTSIDE = re.compile(r"[^A-Za-z0-9_-]")
_RUN = re.compile("1+")
# A longer Fibonacci word stands for a number in the millions; ids that large are nobody's.
_LONGEST_WORD = 32
_TERMS = [1, 2]
while len(_TERMS) < _LONGEST_WORD:
    _TERMS.append(_TERMS[-1] + _TERMS[-2])


class GppError(ValueError):
    """A GPP string that is wrong, or fields that make none.

    `code` names the fault; `place` is `header`, `string` or a section with its field, as in
    `usnat.SaleOptOut`; the message starts with the place and never quotes the string.
    """

    def __init__(self, code: str, place: str, message: str) -> None:
        super().__init__(f"{place} {message}")
        self.code = code
        self.place = place
        self.message = message


@dataclass(frozen=True, slots=True)
class Ids:
    """A list of ids as spans of first and last, since one span may stand for tens of thousands."""

    spans: tuple[tuple[int, int], ...] = ()

    def __iter__(self) -> Iterator[int]:
        return (number for first, last in self.spans for number in range(first, last + 1))

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.spans)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and any(first <= number <= last for first, last in self.spans)

    def __str__(self) -> str:
        return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in self.spans)


def joined(spans: list[tuple[int, int]]) -> Ids:
    """The spans as ids, ascending, those that touch or overlap made one."""
    made: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return Ids(tuple(made))


class Reader:
    """Reads one sub-section from left to right; `field` is where it is, `values` what it read so far."""

    __slots__ = ("_at", "_bits", "field", "section", "values")

    def __init__(self, text: str, section: str, field: str = "") -> None:
        self.section = section
        self.field = field
        self.values: dict[str, Any] = {}
        self._at = 0
        wrong = _OUTSIDE.search(text)
        if wrong:
            raise self.fault("alphabet", _not_in_alphabet(wrong))
        padded = text + "A" * (-len(text) % 4)
        number = int.from_bytes(urlsafe_b64decode(padded))
        self._bits = f"{number:0{6 * len(padded)}b}"[: 6 * len(text)]

    def fault(self, code: str, message: str) -> GppError:
        """The exception for a fault at the present place."""
        return GppError(code, f"{self.section}.{self.field}" if self.field else self.section, message)

    @property
    def left(self) -> int:
        """How many bits are left."""
        return len(self._bits) - self._at

    def rest_is_zero(self) -> bool:
        """Whether nothing but padding is left."""
        return "1" not in self._bits[self._at :]

    def peek(self, start: int, width: int) -> str:
        """Bits at a place of the sub-section, without moving; fewer where it ends."""
        return self._bits[start : start + width]

    def fork(self) -> Reader:
        """Another reader at the same place, to try what may fail."""
        twin = object.__new__(Reader)
        twin.section, twin.field, twin.values = self.section, self.field, dict(self.values)
        twin._bits, twin._at = self._bits, self._at
        return twin

    def take(self, width: int) -> str:
        """The next bits, as text of 0 and 1."""
        end = self._at + width
        if end > len(self._bits):
            raise self.fault("truncated", f"is cut off; there are only {len(self._bits) // 6} characters")
        bits = self._bits[self._at : end]
        self._at = end
        return bits

    def integer(self, width: int) -> int:
        return int(self.take(width), 2) if width else 0

    def fibonacci(self) -> int:
        """A Fibonacci code word: Zeckendorf bits, lowest first, ended by a second 1 in a row."""
        end = self._bits.find("11", self._at, self._at + _LONGEST_WORD)
        if end < 0 and self.left >= _LONGEST_WORD and not self.rest_is_zero():
            raise self.fault("illegal_value", "holds a number beyond all ids")
        if end < 0:
            raise self.fault("truncated", "ends inside a number")
        word = self._bits[self._at : end + 1]
        self._at = end + 2
        return _number_of(word)

    def spans(self, most: int) -> list[tuple[int, int]]:
        """A Range(Fibonacci): 12 bits of count, then ids and groups of ids, each as its distance from the last.

        Stops as soon as there are more than `most` ids.
        """
        spans: list[tuple[int, int]] = []
        last = count = 0
        for _ in range(self.integer(12)):
            is_group = self.take(1) == "1"
            first = last + self.fibonacci()
            last = first + self.fibonacci() if is_group else first
            count += last - first + 1
            if count > most:
                raise self.fault("too_many_ids", f"announces more than {most} ids")
            spans.append((first, last))
        return spans


@lru_cache(maxsize=1024)
def _number_of(word: str) -> int:
    """What Zeckendorf bits come to; most are short and recur."""
    return sum(compress(_TERMS, map(int, word)))


def ids_of_flags(flags: str) -> Ids:
    """The numbers, from 1, of the bits that are set."""
    return Ids(tuple([(run.start() + 1, run.end()) for run in _RUN.finditer(flags)]))


def flags_of_ids(ids: Ids) -> str:
    """Ascending ids as bits, up to the last that is set."""
    bits, before = "", 0
    for first, last in ids.spans:
        bits += "0" * (first - before - 1) + "1" * (last - first + 1)
        before = last
    return bits


def text_of(bits: str, multiple: int) -> str:
    """Bits as characters, filled with zeros to a multiple of `multiple` and then of 6."""
    bits += "0" * (-len(bits) % multiple)
    characters = -(-len(bits) // 6)
    filled = bits.ljust(24 * -(-len(bits) // 24), "0")
    return urlsafe_b64encode(int(filled, 2).to_bytes(len(filled) // 8)).decode()[:characters] if bits else ""


def fibonacci_word(number: int) -> str:
    """The Fibonacci code word of a number from 1."""
    terms = [1, 2]
    while terms[-1] <= number:
        terms.append(terms[-1] + terms[-2])
    bits = ""
    for term in reversed(terms[:-1]):
        bits = ("1" if term <= number else "0") + bits
        number -= term if term <= number else 0
    return bits.rstrip("0") + "1"


def spans_bits(ids: Ids) -> str:
    """Ascending ids as Range(Fibonacci)."""
    bits, before = f"{len(ids.spans):012b}", 0
    for first, last in ids.spans:
        bits += f"{int(last > first)}{fibonacci_word(first - before)}"
        bits += fibonacci_word(last - first) if last > first else ""
        before = last
    return bits


def _not_in_alphabet(wrong: re.Match[str]) -> str:
    told = {
        "%": "percent-encoding; decode it first",
        "=": "base64 padding, which GPP has none of",
        "+": "of standard base64; GPP has - in its place",
        "/": "of standard base64; GPP has _ in its place",
    }
    character = wrong.group()
    why = told.get(character) or ("white space" if character.isspace() else "not of A-Z a-z 0-9 - _")
    return f"character {wrong.start() + 1} is {why}"
