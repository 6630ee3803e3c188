"""GPP strings: making one from the fields that matter, for tests of every state of consent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args

from mock_capi.privacy import us_privacy
from mock_capi.privacy.bits import GppError, joined, spans_bits, text_of
from mock_capi.privacy.fields import Kind
from mock_capi.privacy.gpp import MOST_CHARACTERS
from mock_capi.privacy.layouts import LAYOUTS, USP_ID, USP_PREFIX, Fields, Layout

Padding = Literal["minimal", "bytes"]
PADDINGS: tuple[Padding, ...] = get_args(Padding)
PREFIXES: Mapping[str, int] = {USP_PREFIX: USP_ID, **{layout.prefix: layout.id for layout in LAYOUTS}}
_BY_PREFIX = {layout.prefix: layout for layout in LAYOUTS}
_US_PRIVACY = {"Version": 1, "Notice": "Y", "OptOutSale": "N", "LspaCovered": "N"}


def encode_gpp(sections: Mapping[str, Mapping[str, Any]], *, padding: Padding = "minimal") -> str:
    """A valid GPP string of these sections, each by its prefix with the fields that shall differ from the default.

    By default a person was given notice and did not opt out. Fields have the specification's names
    (`SaleOptOut`; `sale_opt_out` will do). `minimal` padding is the specification's, `bytes` that of the
    IAB's libraries, which also leave out the own header of the newest sections. Raises GppError for
    sections, fields or values that do not exist.
    """
    if not sections:
        raise GppError("no_sections", "string", "needs at least one section")
    if padding not in PADDINGS:
        raise GppError("padding", "string", f"cannot be padded so, but {' or '.join(PADDINGS)}")
    unknown = next((prefix for prefix in sections if prefix not in PREFIXES), None)
    if unknown is not None:
        raise GppError("unknown_section", unknown, f"is not a section{_near(unknown, PREFIXES)}")
    ordered = sorted((PREFIXES[prefix], prefix) for prefix in sections)
    header = f"{3:06b}{1:06b}{spans_bits(joined([(number, number) for number, _ in ordered]))}"
    parts = [text_of(header, _multiple(padding))]
    parts += [_section(prefix, sections[prefix], padding) for _, prefix in ordered]
    text = "~".join(parts)
    if len(text) > MOST_CHARACTERS:
        raise GppError("too_long", "string", f"would be longer than {MOST_CHARACTERS} characters")
    return text


def fields_of(prefix: str) -> Iterator[tuple[str, Kind | None]]:
    """The fields that a section may be given, with their kinds; those of uspv1 have none."""
    if prefix == USP_PREFIX:
        yield from ((name, None) for name in _US_PRIVACY)
        return
    layout = _BY_PREFIX[prefix]
    yield from dict((*_core_of(layout, {}), *(row for _, fields in _segments_of(layout) for row in fields))).items()


def typed(prefix: str, name: str, text: str) -> Any:
    """A field's value from what was typed: `1`, `true`, `1,2,0`, `1-3,7`. Raises GppError where it is none."""
    kinds = {_bare(known): kind for known, kind in fields_of(prefix)} if prefix in PREFIXES else {}
    kind = kinds.get(_bare(name))
    if kind is None:
        return text
    try:
        return kind.parse(text)
    except ValueError:
        raise GppError(
            "illegal_value",
            f"{prefix}.{name}",
            "cannot have this value; numbers are written 1, flags true, lists 1,2,5-9",
        ) from None


def _section(prefix: str, given: Mapping[str, Any], padding: Padding) -> str:
    values = _named(prefix, given)
    if prefix == USP_PREFIX:
        return _us_privacy_section({**_US_PRIVACY, **values})
    layout = _BY_PREFIX[prefix]
    values = {**{name: kind.default for name, kind in _core_of(layout, values)}, **values}
    segments = [(kind, fields) for kind, fields in _segments_of(layout) if any(name in values for name, _ in fields)]
    bits = [_written(prefix, _core_of(layout, values), values)]
    for kind, fields in segments:
        complete = {**{name: field.default for name, field in fields}, **values}
        written = _written(prefix, fields, complete)
        bits.append(f"{kind:0{layout.type_bits}b}{written}" if layout.type_bits else written)
    if layout.own_header:
        bits[:0] = _own_header(layout, values, [kind for kind, _ in segments], padding)
    return ".".join(text_of(part, _multiple(padding, layout)) for part in bits)


def _own_header(layout: Layout, values: Mapping[str, Any], kinds: list[int], padding: Padding) -> list[str]:
    """The sub-section before the core, which the IAB's libraries leave out."""
    if padding == "minimal":
        own = {"SectionID": layout.id, "Version": 1, "SubSections": kinds}
        return [_written(layout.prefix, layout.own_header, own)]
    if values["MspaVersion"] == layout.id:
        # The core starts with it, and would be taken for that header.
        raise GppError("illegal_value", f"{layout.prefix}.MspaVersion", f"must be another number than {layout.id}")
    return []


def _core_of(layout: Layout, values: Mapping[str, Any]) -> Fields:
    """The fields of the core: of the Version that is given, or of the latest."""
    if None in layout.cores:
        return layout.cores[None]
    latest = max(version for version in layout.cores if version is not None)
    version = values.get("Version", latest)
    if version not in layout.cores:
        published = " or ".join(map(str, layout.cores))
        raise GppError("version", f"{layout.prefix}.Version", f"must be {published}")
    return (*layout.cores[version], *layout.rest[0])


def _segments_of(layout: Layout) -> list[tuple[int, Fields]]:
    return [(kind, ways[0]) for kind, ways in layout.segments.items() if kind not in layout.obsolete]


def _written(prefix: str, fields: Fields, values: Mapping[str, Any]) -> str:
    bits = ""
    for name, kind in fields:
        try:
            bits += kind.write(values[name], values)
        except ValueError as error:
            raise GppError("illegal_value", f"{prefix}.{name}", f"must be {error}") from None
    return bits


def _named(prefix: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the specification's names. Raises GppError for a name that the section does not have."""
    known = {_bare(name): name for name, _ in fields_of(prefix)}
    for name in given:
        if _bare(name) not in known:
            near = _near(_bare(name), known)
            raise GppError("unknown_field", f"{prefix}.{name}", f"is not a field of this section{near}")
    return {known[_bare(name)]: value for name, value in given.items()}


def _us_privacy_section(values: Mapping[str, Any]) -> str:
    text = "".join(str(values[name]) for name in ("Version", *us_privacy.FIELDS))
    if not us_privacy.is_valid(text):
        raise GppError("us_privacy", USP_PREFIX, "must be 1---, or Y, N or - with Y or N for OptOutSale")
    return text


def _multiple(padding: Padding, layout: Layout | None = None) -> int:
    """To how many bits a sub-section is filled; TCF strings, which stand alone too, fill whole bytes always."""
    whole_bytes = layout is not None and layout.whole_bytes
    if padding == "minimal":
        return 8 if whole_bytes else 6
    return 24 if whole_bytes else 8


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _near(word: str, known: Mapping[str, Any]) -> str:
    match = get_close_matches(word, known, n=1)
    found = known[match[0]] if match else None
    return f"; the nearest is {found if isinstance(found, str) else match[0]}" if match else ""
