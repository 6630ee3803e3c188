"""GPP strings in plain words: what each field says, and what it all comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_capi.privacy.bits import Ids
from mock_capi.privacy.fields import Choices, Kind
from mock_capi.privacy.gpp import Gpp, Section
from mock_capi.privacy.idlists import Restriction
from mock_capi.privacy.layouts import BY_ID, USP_ID, Layout

_US_PRIVACY = {"Notice": "notice was given", "OptOutSale": "opted out of sale", "LspaCovered": "covered by the LSPA"}
_YES_NO = {"Y": "yes", "N": "no", "-": "not applicable"}
_WITHOUT_LAYOUT = "nobody has defined this section; it is skipped"
_OPT_OUTS = (("sale", "sale"), ("sharing", "sharing"), ("targeted_advertising", "targeted advertising"))


def in_words(gpp: Gpp) -> Iterator[str]:
    """The string's sections field by field, then its opt-outs, as lines of text."""
    yield f"A valid GPP string of section{'s' if len(gpp.sections) > 1 else ''} {_listed(gpp)}."
    for section in gpp.sections:
        yield ""
        yield from _section(section)
    yield ""
    yield "Opt-outs"
    yield from _opt_outs(gpp)


def _listed(gpp: Gpp) -> str:
    return ", ".join(f"{section.id} ({section.prefix or 'unknown'})" for section in gpp.sections)


def _section(section: Section) -> Iterator[str]:
    layout = BY_ID.get(section.id)
    if section.prefix is None:
        yield f"{section.id}: {_WITHOUT_LAYOUT}"
        return
    yield f"{section.prefix} ({section.id}, {layout.name if layout else 'US Privacy string'})"
    rows = [(name, _shown(value), _meaning(section.id, layout, name, value)) for name, value in section.fields.items()]
    wide_name = max(len(name) for name, _, _ in rows)
    wide_value = min(24, max(len(value) for _, value, _ in rows))
    for name, value, meaning in rows:
        yield f"  {name:{wide_name}}  {value:{wide_value}}  {meaning}".rstrip()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Ids):
        return str(value) or "-"
    if isinstance(value, tuple):
        restrictions = [f"{item.key}/{item.type}" for item in value if isinstance(item, Restriction)]
        return ",".join(restrictions) or "".join(map(str, value)) or "-"
    return str(value)


def _meaning(number: int, layout: Layout | None, name: str, value: Any) -> str:
    if number == USP_ID or layout is None:
        return f"{_US_PRIVACY[name]}: {_YES_NO[value]}" if name in _US_PRIVACY else ""
    rows = (row for fields in (*layout.cores.values(), layout.rest[0], layout.own_header) for row in fields)
    more = (row for ways in layout.segments.values() for row in ways[0])
    kind = next(kind for known, kind in (*rows, *more) if known == name and _has_room(kind, value))
    return kind.words(value)


def _has_room(kind: Kind, value: Any) -> bool:
    """Lists are longer in later versions of a section."""
    return not isinstance(kind, Choices) or len(value) == kind.count


def _opt_outs(gpp: Gpp) -> Iterator[str]:
    for name, words in _OPT_OUTS:
        reasons = [reason for section in gpp.sections for reason in _reasons(section, name)]
        yield f"  {words:20}  {'yes, by ' + ', '.join(reasons) if reasons else 'no'}"


def _reasons(section: Section, name: str) -> Iterator[str]:
    if getattr(section.opt_outs(with_gpc=False), name):
        field = "OptOutSale" if section.id == USP_ID else f"{name.title().replace('_', '')}OptOut"
        yield f"{section.prefix}.{field}"
    elif getattr(section.opt_outs(), name):
        yield f"{section.prefix}.Gpc"
