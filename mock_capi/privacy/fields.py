"""The kinds of field that GPP sections are made of: how each is read, written, typed and put in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, NoReturn, Protocol

from mock_capi.privacy.bits import Reader

Meaning = Mapping[int, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPED_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_PAIR = {f"{value:02b}": value for value in range(4)}


class Kind(Protocol):
    """One kind of field. `default` is what the encoder writes where nothing is given."""

    @property
    def default(self) -> Any: ...

    def read(self, bits: Reader) -> Any:
        """The value at the reader's place. Raises GppError."""

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        """The value as bits; `others` are the section's other fields. Raises ValueError saying what it must be."""

    def words(self, value: Any) -> str:
        """What the value means, or nothing where it speaks for itself."""

    def parse(self, text: str) -> Any:
        """The value as people type it. Raises ValueError."""


@dataclass(frozen=True, slots=True)
class Int:
    """A number of so many bits."""

    width: int
    default: int = 0

    def read(self, bits: Reader) -> int:
        return bits.integer(self.width)

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        if type(value) is not int or not 0 <= value < 1 << self.width:
            raise ValueError(f"a whole number from 0 to {(1 << self.width) - 1}")
        return f"{value:0{self.width}b}" if self.width else ""

    def words(self, value: int) -> str:
        return ""

    def parse(self, text: str) -> int:
        return int(text)


@dataclass(frozen=True, slots=True)
class Choice:
    """Two bits, of which only those with a meaning are defined."""

    meaning: Meaning
    default: int = 0

    def read(self, bits: Reader) -> int:
        value = _PAIR[bits.take(2)]
        return value if value in self.meaning else _undefined(bits, value, self.meaning)

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        if type(value) is not int or value not in self.meaning:
            raise ValueError(_listed(self.meaning))
        return f"{value:02b}"

    def words(self, value: int) -> str:
        return self.meaning[value]

    def parse(self, text: str) -> int:
        return int(text)


@dataclass(frozen=True, slots=True)
class Choices:
    """So many choices in a row."""

    meaning: Meaning
    count: int

    @property
    def default(self) -> tuple[int, ...]:
        return (0,) * self.count

    def read(self, bits: Reader) -> tuple[int, ...]:
        pairs = bits.take(2 * self.count)
        values = tuple([_PAIR[pairs[at : at + 2]] for at in range(0, len(pairs), 2)])
        return values if self.meaning.keys() >= set(values) else _undefined(bits, max(values), self.meaning)

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        if (
            not isinstance(value, (list, tuple))
            or len(value) != self.count
            or any(type(item) is not int for item in value)
        ):
            raise ValueError(f"{self.count} numbers")
        if not self.meaning.keys() >= set(value):
            raise ValueError(f"{self.count} numbers, each {_listed(self.meaning)}")
        return "".join(f"{item:02b}" for item in value)

    def words(self, value: Sequence[int]) -> str:
        told = {choice: [str(at) for at, item in enumerate(value, 1) if item == choice] for choice in self.meaning}
        parts = [f"{self.meaning[choice]}: {', '.join(at)}" for choice, at in told.items() if choice and at]
        return "; ".join(parts) or f"{self.meaning[0]}: all"

    def parse(self, text: str) -> tuple[int, ...]:
        return tuple([int(item) for item in text.split(",")])


@dataclass(frozen=True, slots=True)
class Flag:
    """One bit. `must_be_set` names the code of the fault where it is not, in sections that forbid it."""

    default: bool = False
    must_be_set: str | None = None

    def read(self, bits: Reader) -> bool:
        value = bits.take(1) == "1"
        if self.must_be_set and not value:
            raise bits.fault(self.must_be_set, "is 0, which makes the string invalid; it must be 1")
        return value

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        if type(value) is not bool or (self.must_be_set and not value):
            raise ValueError("true" if self.must_be_set else "true or false")
        return str(int(value))

    def words(self, value: bool) -> str:
        return "yes" if value else "no"

    def parse(self, text: str) -> bool:
        if text.lower() not in _TYPED_FLAGS:
            raise ValueError(text)
        return _TYPED_FLAGS[text.lower()]


@dataclass(frozen=True, slots=True)
class Letters:
    """Two letters of six bits each, A to Z."""

    default: str

    def read(self, bits: Reader) -> str:
        numbers = bits.integer(6), bits.integer(6)
        if max(numbers) > 25:
            raise bits.fault("illegal_value", "holds what is no letter from A to Z")
        return "".join(chr(65 + number) for number in numbers)

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        if not isinstance(value, str) or len(value) != 2 or not (value.isascii() and value.isalpha()):
            raise ValueError("two letters")
        return "".join(f"{ord(letter) - 65:06b}" for letter in value.upper())

    def words(self, value: str) -> str:
        return ""

    def parse(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in tenths of a second since 1970, shown as ISO 8601."""

    default: ClassVar[str] = "2026-01-01T00:00:00Z"

    def read(self, bits: Reader) -> str:
        moment = _EPOCH + timedelta(milliseconds=100 * bits.integer(36))
        form = "milliseconds" if moment.microsecond else "seconds"
        return moment.isoformat(timespec=form).replace("+00:00", "Z")

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        try:
            moment = datetime.fromisoformat(value)
            tenths = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=100)
        except (TypeError, ValueError):
            tenths = -1
        if not 0 <= tenths < 1 << 36:
            raise ValueError("a time in ISO 8601, from 1970 to 2187")
        return f"{tenths:036b}"

    def words(self, value: str) -> str:
        return ""

    def parse(self, text: str) -> str:
        return text


def _undefined(bits: Reader, value: int, meaning: Meaning) -> NoReturn:
    raise bits.fault("illegal_value", f"is {value}, which is not defined; it must be {_listed(meaning)}")


def _listed(meaning: Meaning) -> str:
    *others, last = (f"{value} ({words})" for value, words in meaning.items())
    return f"{', '.join(others)} or {last}"
