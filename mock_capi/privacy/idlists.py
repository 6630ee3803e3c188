"""The kinds of field that hold lists of ids: vendors, purposes, sub-sections, restrictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mock_capi.privacy.bits import Ids, Reader, flags_of_ids, ids_of_flags, joined, spans_bits

_MOST_IDS = 65_535
# Every vendor there can be for every purpose there is; ranges could stand for twenty times as many.
_MOST_RESTRICTED = 24 * _MOST_IDS


class _IdList:
    """What all fields that hold ids have in common."""

    __slots__ = ()
    default: ClassVar[Ids] = Ids()

    def words(self, value: Ids) -> str:
        return "" if value.spans else "none"

    def parse(self, text: str) -> list[int]:
        ends = [[int(end) for end in item.split("-")] for item in text.split(",") if item]
        if any(len(span) > 2 or not 1 <= span[0] <= span[-1] <= _MOST_IDS for span in ends):
            raise ValueError(text)
        return [number for span in ends for number in range(span[0], span[-1] + 1)]


@dataclass(frozen=True, slots=True)
class Flags(_IdList):
    """So many bits, one for each id from 1; `width` may be the name of the field that holds it."""

    width: int | str

    def read(self, bits: Reader) -> Ids:
        return ids_of_flags(bits.take(self._width(bits.values)))

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        width = self._width(others)
        if value and not width:
            raise ValueError(f"empty, since {self.width} is 0")
        return flags_of_ids(as_ids(value, width)).ljust(width, "0")

    def _width(self, values: Mapping[str, Any]) -> int:
        width = values[self.width] if isinstance(self.width, str) else self.width
        return int(width)


@dataclass(frozen=True, slots=True)
class Vendors(_IdList):
    """TCF's vendor list: the largest id, then a bit for each, or ranges of 16-bit numbers."""

    def read(self, bits: Reader) -> Ids:
        most = bits.integer(16)
        return read_entries(bits) if bits.take(1) == "1" else ids_of_flags(bits.take(most))

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        ids = as_ids(value, _MOST_IDS)
        flags = flags_of_ids(ids)
        shorter = min(f"1{entries_bits(ids)}", f"0{flags}", key=len)
        return f"{len(flags):016b}{shorter}"


@dataclass(frozen=True, slots=True)
class OptimizedRange(_IdList):
    """TCF Canada's vendor list as GPP's core specification has it: Fibonacci ranges, or a length and its bits."""

    def read(self, bits: Reader) -> Ids:
        if bits.take(1) == "1":
            return joined(bits.spans(_MOST_IDS))
        return ids_of_flags(bits.take(bits.integer(16)))

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        return _only_empty(value)


@dataclass(frozen=True, slots=True)
class LibraryRange(_IdList):
    """TCF Canada's vendor list as the npm package writes it: the largest id, then Fibonacci ranges or bits."""

    def read(self, bits: Reader) -> Ids:
        most = bits.integer(16)
        return joined(bits.spans(_MOST_IDS)) if bits.take(1) == "1" else ids_of_flags(bits.take(most))

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        return _only_empty(value)


@dataclass(frozen=True, slots=True)
class SubSections(_IdList):
    """The sub-sections that a section's own header lists, as Range(Fibonacci)."""

    def read(self, bits: Reader) -> Ids:
        return joined(bits.spans(3))

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        return spans_bits(as_ids(value, 3))


@dataclass(frozen=True, slots=True)
class Restriction:
    """A publisher's restriction: purpose, type, and the vendors it is about."""

    key: int
    type: int
    ids: Ids


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Publisher restrictions; European strings may end before them, which means none.

    Where writers dispute how to encode them, only that there are none can be read.
    """

    default: ClassVar[tuple[Restriction, ...]] = ()
    disputed: bool = False

    def read(self, bits: Reader) -> tuple[Restriction, ...] | None:
        if not self.disputed and bits.left < 12 and bits.rest_is_zero():
            return ()
        count = bits.integer(12)
        if self.disputed and count:
            return None
        found: list[Restriction] = []
        vendors = 0
        for _ in range(count):
            found.append(Restriction(bits.integer(6), bits.integer(2), read_entries(bits)))
            vendors += len(found[-1].ids)
            if vendors > _MOST_RESTRICTED:
                raise bits.fault("too_many_ids", f"restricts more than {_MOST_RESTRICTED:,} vendors")
        return tuple(found)

    def write(self, value: Any, others: Mapping[str, Any]) -> str:
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, Restriction) for item in value):
            raise ValueError("a list of restrictions")
        if self.disputed and value:
            raise ValueError("empty, since writers do not agree on how to encode it")
        if not all(0 <= item.key < 64 and 0 <= item.type < 4 for item in value):
            raise ValueError("restrictions of purposes from 0 to 63 and types from 0 to 3")
        bits = [f"{item.key:06b}{item.type:02b}{entries_bits(as_ids(item.ids, _MOST_IDS))}" for item in value]
        return f"{len(bits):012b}{''.join(bits)}"

    def words(self, value: Sequence[Restriction]) -> str:
        types = ("not allowed", "needs consent", "needs legitimate interest", "undefined")
        return "; ".join(f"purpose {item.key} {types[item.type]}: {item.ids}" for item in value) or "none"

    def parse(self, text: str) -> tuple[Restriction, ...]:
        """`7/1/73-75;8/0/9`: purpose, type and vendors of each."""
        items = [item.split("/") for item in text.split(";") if item]
        return tuple(
            [Restriction(int(key), int(kind), as_ids(Vendors().parse(ids), _MOST_IDS)) for key, kind, ids in items]
        )


def read_entries(bits: Reader) -> Ids:
    """Ranges of 16-bit numbers: how many, then one or a first and a last each."""
    spans = []
    for _ in range(bits.integer(12)):
        is_group = bits.take(1) == "1"
        first = bits.integer(16)
        last = bits.integer(16) if is_group else first
        if last < first:
            raise bits.fault("descending_range", f"holds a range that ends ({last}) before it starts ({first})")
        spans.append((first, last))
    return joined(spans)


def entries_bits(ids: Ids) -> str:
    """Ids as ranges of 16-bit numbers."""
    bits = f"{len(ids.spans):012b}"
    for first, last in ids.spans:
        bits += f"0{first:016b}" if first == last else f"1{first:016b}{last:016b}"
    return bits


def as_ids(value: Any, most: int) -> Ids:
    """Ids, or a list of numbers, as ascending spans. Raises ValueError."""
    numbers = sorted(set(value)) if isinstance(value, (list, tuple, Ids)) else None
    if numbers is None or any(type(number) is not int or not 1 <= number <= most for number in numbers):
        raise ValueError(f"ids from 1 to {most}")
    return joined([(number, number) for number in numbers])


def _only_empty(value: Any) -> str:
    if list(value):
        raise ValueError("empty, since writers do not agree on how to encode it")
    return "0" * 17
