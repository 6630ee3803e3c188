"""GPP strings: taking one apart, and saying exactly where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mock_capi.privacy import us_privacy
from mock_capi.privacy.bits import ALPHABET, GppError, Ids, Reader
from mock_capi.privacy.idlists import Restriction
from mock_capi.privacy.layouts import BY_ID, USP_ID, USP_PREFIX, Fields, Layout, Mislabelled, Ways

MOST_CHARACTERS = 4096
_VERSION_BITS = 6
_NO_HEADER = "does not start with DB, as every GPP string does"
_HINTS = {
    "C": "this looks like a bare TCF string",
    "1": "this looks like a US Privacy string, which has a field of its own",
    "d": "upper and lower case matter",
}


class OptOuts(NamedTuple):
    """What a person opted out of."""

    sale: bool = False
    sharing: bool = False
    targeted_advertising: bool = False

    def __or__(self, other: tuple[Any, ...]) -> OptOuts:
        return OptOuts(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))


class Section(NamedTuple):
    """One section: its id, its prefix and its fields by their names in the specification.

    A section that nobody has defined has no prefix, and its fields are not read.
    """

    id: int
    prefix: str | None
    fields: Mapping[str, Any]

    def opt_outs(self, *, with_gpc: bool = True) -> OptOuts:
        """The opt-outs of this section; a Global Privacy Control counts for all that the section has a field for."""
        fields = self.fields
        gpc = with_gpc and fields.get("Gpc") is True
        return OptOuts(
            gpc or fields.get("SaleOptOut") == 1 or fields.get("OptOutSale") == "Y",
            (gpc and "SharingOptOut" in fields) or fields.get("SharingOptOut") == 1,
            (gpc and "TargetedAdvertisingOptOut" in fields) or fields.get("TargetedAdvertisingOptOut") == 1,
        )


class Gpp(NamedTuple):
    """A valid GPP string, taken apart."""

    section_ids: tuple[int, ...]
    sections: tuple[Section, ...]

    @property
    def opt_out(self) -> OptOuts:
        """What any of its sections opts out of."""
        return self._opt_outs(with_gpc=True)

    @property
    def opt_out_fields_only(self) -> OptOuts:
        """The same by the opt-out fields alone, without Global Privacy Control."""
        return self._opt_outs(with_gpc=False)

    def _opt_outs(self, *, with_gpc: bool) -> OptOuts:
        found = OptOuts()
        for section in self.sections:
            found |= section.opt_outs(with_gpc=with_gpc)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The string as plain values: ids as lists, times in ISO 8601, sections by their prefixes."""
        known = [section for section in self.sections if section.prefix]
        return {
            "section_ids": list(self.section_ids),
            "sections": {
                section.prefix: {name: _plain(value) for name, value in section.fields.items()} for section in known
            },
            "opt_out": self.opt_out._asdict(),
            "opt_out_fields_only": self.opt_out_fields_only._asdict(),
            "opt_out_by_section": {section.prefix: section.opt_outs()._asdict() for section in known},
        }


def decode_gpp(text: str) -> Gpp:
    """Take a GPP string apart (guide 5.1). Raises GppError, and nothing else, for any that is wrong."""
    if not isinstance(text, str):
        raise GppError("not_a_string", "string", "is not a string")
    if not text:
        raise GppError("empty", "string", "is empty")
    if len(text) > MOST_CHARACTERS:
        raise GppError("too_long", "string", f"is longer than {MOST_CHARACTERS} characters")
    header, *parts = text.split("~")
    ids = _decode_header(header, following=len(parts))
    return Gpp(ids, tuple([_section(number, part) for number, part in zip(ids, parts, strict=True)]))


def _decode_header(text: str, following: int) -> tuple[int, ...]:
    """The section ids, ascending; stops at once where they are more than the sections that follow."""
    hint = _HINTS.get(text[:1])
    if hint:
        raise GppError("header_type", "header", f"{_NO_HEADER}; {hint}")
    bits = Reader(text, "header")
    if bits.peek(0, 6) != "000011":
        raise bits.fault("header_type", _NO_HEADER)
    if bits.peek(6, 6) not in ("000001", ""):
        raise bits.fault("header_version", "does not start with DB; another version than 1 is not published")
    bits.take(12)
    try:
        spans = bits.spans(following)
    except GppError as error:
        if error.code != "too_many_ids":
            raise
        raise bits.fault("section_count", f"lists more sections than the {following} that follow") from None
    ids = tuple(Ids(tuple(spans)))
    if not ids:
        raise bits.fault("no_sections", "lists no section")
    if len(ids) != following:
        raise bits.fault("section_count", f"lists {len(ids)} sections, but {following} follow")
    return ids


def _section(number: int, text: str) -> Section:
    layout = BY_ID.get(number)
    name = USP_PREFIX if number == USP_ID else layout.prefix if layout else f"section {number}"
    if number == USP_ID:
        return Section(number, name, _us_privacy(text))
    if not text:
        raise GppError("empty_section", name, "is empty")
    readers = [_sub_section(part, name, index) for index, part in enumerate(text.split("."))]
    if layout is None:
        return Section(number, None, {})
    fields: dict[str, Any] = {}
    if layout.own_header and ALPHABET.index(text[0]) == number:
        fields = _own_header(layout, readers)
    for segment in (_core(readers[0], layout), *_segments(readers[1:], layout)):
        fields.update(segment)
    return Section(number, layout.prefix, fields)


def _us_privacy(text: str) -> Mapping[str, Any]:
    fields = us_privacy.parse(text)
    if fields is None:
        raise GppError("us_privacy", USP_PREFIX, "is not 1--- or four characters such as 1YNN")
    return fields


def _sub_section(text: str, section: str, index: int) -> Reader:
    if not text:
        raise GppError("empty_section", section, f"has nothing in its sub-section {index + 1}")
    return Reader(text, section)


def _own_header(layout: Layout, readers: list[Reader]) -> dict[str, Any]:
    """The fields of the section's own header, which is taken from the front of its sub-sections."""
    header = _read(readers.pop(0), layout.own_header)
    if header.pop("SectionID") != layout.id or header["Version"] != 1:
        raise GppError("version", f"{layout.prefix}.Version", f"is {header['Version']}; only 1 is published")
    if not readers:
        raise GppError("empty_section", layout.prefix, "has a header of its own, but no core")
    if len(readers) != 1 + len(header["SubSections"]):
        message = f"lists {len(header['SubSections'])}, but after the core {len(readers) - 1} follow"
        raise GppError("section_count", f"{layout.prefix}.SubSections", message)
    return header


def _core(bits: Reader, layout: Layout) -> dict[str, Any]:
    if None in layout.cores:
        return _read(bits, layout.cores[None])
    bits.field = "Version"
    version = int(bits.peek(0, _VERSION_BITS), 2)
    if version not in layout.cores:
        published = " or ".join(map(str, layout.cores))
        raise bits.fault("version", f"is {version}; only {published} is published")
    fields = layout.cores[version]
    mislabelled = layout.mislabelled
    if mislabelled and version == mislabelled.version and _reaches_beyond(bits, mislabelled):
        fields = layout.cores[mislabelled.really]
    return {**_read(bits, fields), **_read_in_any_way(bits, layout.rest)}


def _reaches_beyond(bits: Reader, mislabelled: Mislabelled) -> bool:
    """Whether there is room for the longer layout, and a bit set where only that has fields."""
    start, end = mislabelled.ends
    return bits.left >= end and "1" in bits.peek(start, end - start)


def _segments(readers: list[Reader], layout: Layout) -> list[dict[str, Any]]:
    """The fields of the sub-sections after the core, each type at most once."""
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    for bits in readers:
        bits.field = "SubsectionType"
        kind = bits.integer(layout.type_bits) if layout.type_bits else 1
        if kind not in layout.segments:
            raise bits.fault("illegal_value", f"is {kind}, a type of sub-section that is not defined here")
        if kind in seen:
            raise bits.fault("duplicate", "has more than one sub-section of the same type")
        seen.add(kind)
        fields = _read_in_any_way(bits, layout.segments[kind])
        if kind not in layout.obsolete:
            found.append(fields)
    return found


def _read(bits: Reader, fields: Fields) -> dict[str, Any]:
    values = bits.values
    for name, kind in fields:
        bits.field = name
        values[name] = kind.read(bits)
    return values


def _read_in_any_way(bits: Reader, ways: Ways) -> dict[str, Any]:
    """What is read in the ways that fit, as far as they agree. Raises GppError where none fits."""
    if len(ways) == 1:
        return _read(bits, ways[0])
    readings: list[dict[str, Any]] = []
    fault: GppError | None = None
    for way in ways:
        try:
            readings.append(_read(bits.fork(), way))
        except GppError as error:
            fault = fault or error
    if fault and not readings:
        raise fault
    agreed = readings[0].items() if all(reading == readings[0] for reading in readings) else ()
    return {name: value for name, value in agreed if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, (Ids, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Restriction):
        return {"key": value.key, "type": value.type, "ids": list(value.ids)}
    return value
