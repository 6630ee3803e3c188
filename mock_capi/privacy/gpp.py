"""GPP strings: taking one apart, and saying exactly where it is wrong."""

from __future__ import annotations

from typing import NamedTuple

from mock_capi.privacy import us_privacy
from mock_capi.privacy.layouts import LAYOUTS

MOST_CHARACTERS = 4096
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}


class GppError(ValueError):
    """A GPP string that is wrong: `code` names the fault, `place` where it is; the string is never quoted."""

    def __init__(self, code: str, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.code = code
        self.place = place


class Section(NamedTuple):
    """One section: its id, its prefix (None where nobody has defined the id) and its sub-sections."""

    id: int
    prefix: str | None
    parts: tuple[str, ...]


class Gpp(NamedTuple):
    """A valid GPP string, taken apart."""

    section_ids: tuple[int, ...]
    sections: tuple[Section, ...]


def decode_gpp(text: str) -> Gpp:
    """Take a GPP string apart (guide 5.1). Raises GppError, and nothing else, for any string that is wrong."""
    if not text:
        raise GppError("empty", "string", "it is empty")
    if len(text) > MOST_CHARACTERS:
        raise GppError("too_long", "string", f"it is longer than {MOST_CHARACTERS} characters")
    header, *parts = text.split("~")
    ids = _decode_header(header, most=len(parts))
    if len(parts) != len(ids):
        message = f"the header lists {len(ids)} sections, {len(parts)} follow"
        raise GppError("section_count", "header", message)
    return Gpp(ids, tuple(_section(number, part) for number, part in zip(ids, parts, strict=True)))


def _section(number: int, text: str) -> Section:
    layout = LAYOUTS.get(number)
    place = f"section {number}" + (f" ({layout.prefix})" if layout else "")
    if not text:
        raise GppError("empty_section", place, "it is empty")
    if layout and not layout.core_bits:
        if not us_privacy.is_valid(text):
            raise GppError("us_privacy", place, "it is not four characters such as 1YNN")
        return Section(number, layout.prefix, (text,))
    parts = tuple(text.split("."))
    for index, part in enumerate(parts):
        where = place if index == 0 else f"{place}, sub-section {index + 1}"
        if not part:
            raise GppError("empty_section", where, "it is empty")
        _check_alphabet(part, where)
    if layout and len(parts[0]) * 6 < layout.core_bits and not _is_section_header(number, parts):
        least = -(-layout.core_bits // 6)
        raise GppError("truncated", place, f"its core has {len(parts[0])} characters, needs at least {least}")
    return Section(number, layout.prefix if layout else None, parts)


def _is_section_header(number: int, parts: tuple[str, ...]) -> bool:
    """The newest states may start with a sub-section that repeats their id (24 to 27)."""
    return number >= 24 and len(parts) > 1 and _VALUE[parts[0][0]] == number


def _check_alphabet(text: str, place: str) -> None:
    for position, character in enumerate(text):
        if character not in _VALUE:
            raise GppError("alphabet", place, f"character {position + 1} is not of A-Z a-z 0-9 - _")


def _decode_header(text: str, most: int) -> tuple[int, ...]:
    """The section ids, ascending. Stops at once where they are more than the `most` sections that follow."""
    _check_alphabet(text, "header")
    if not text.startswith("DB"):
        hint = "; this is a bare TCF string" if text.startswith("C") else ""
        raise GppError("header", "header", f"it does not start with DB{hint}")
    bits = _Bits(text)
    bits.integer(12)
    ids: list[int] = []
    last = 0
    for _ in range(bits.integer(12)):
        is_group = bits.integer(1)
        first = last + bits.fibonacci()
        last = first + bits.fibonacci() if is_group else first
        if len(ids) + last - first + 1 > most:
            raise GppError("section_count", "header", f"it lists more sections than the {most} that follow")
        ids.extend(range(first, last + 1))
    if not ids:
        raise GppError("no_sections", "header", "it lists no section")
    return tuple(ids)


class _Bits:
    """A reader of the bits behind the characters, six each."""

    def __init__(self, text: str) -> None:
        self._bits = "".join(f"{_VALUE[character]:06b}" for character in text)
        self._at = 0

    def integer(self, width: int) -> int:
        end = self._at + width
        if end > len(self._bits):
            raise GppError("truncated", "header", "it ends too early")
        value = int(self._bits[self._at : end], 2)
        self._at = end
        return value

    def fibonacci(self) -> int:
        """A Fibonacci code word: Zeckendorf bits, lowest first, ended by a second 1 in a row."""
        end = self._bits.find("11", self._at)
        if end < 0:
            raise GppError("truncated", "header", "a section id has no end")
        value, current, following = 0, 1, 2
        for bit in self._bits[self._at : end + 1]:
            value += current if bit == "1" else 0
            current, following = following, current + following
        self._at = end + 2
        return value
