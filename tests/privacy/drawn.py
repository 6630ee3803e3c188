"""Hypothesis strategies for sections with any legal fields, and for strings that are nearly valid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import singledispatch
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from mock_capi.privacy import Ids
from mock_capi.privacy.bits import joined
from mock_capi.privacy.fields import Choice, Choices, Flag, Int, Letters, Moment
from mock_capi.privacy.idlists import Flags, Restriction, Restrictions, Vendors
from mock_capi.privacy.layouts import LAYOUTS, USP_PREFIX, Fields, Layout
from tests.privacy.vectors import ACCEPTED, INVALID, PACKAGE

Drawn = dict[str, dict[str, Any]]
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
_STRINGS = [vector["gpp_string"] for vector in (*PACKAGE, *ACCEPTED, *INVALID)]


def ids(most: int, spans: int = 8) -> st.SearchStrategy[Ids]:
    """A few spans of ids up to `most`."""
    ends = st.tuples(st.integers(1, most), st.integers(1, most))
    return st.lists(ends, max_size=spans).map(lambda found: joined([(min(pair), max(pair)) for pair in found]))


@singledispatch
def values(kind: object) -> st.SearchStrategy[Any]:
    """Any legal value of a kind of field; for those that writers dispute, only the empty one."""
    assert type(kind).__name__ in ("OptimizedRange", "LibraryRange")
    return st.just(Ids())


@values.register
def _(kind: Int) -> st.SearchStrategy[Any]:
    return st.integers(0, 2**kind.width - 1)


@values.register
def _(kind: Choice) -> st.SearchStrategy[Any]:
    return st.sampled_from(list(kind.meaning))


@values.register
def _(kind: Choices) -> st.SearchStrategy[Any]:
    return st.tuples(*[st.sampled_from(list(kind.meaning))] * kind.count)


@values.register
def _(kind: Flag) -> st.SearchStrategy[Any]:
    return st.just(True) if kind.must_be_set else st.booleans()


@values.register
def _(kind: Letters) -> st.SearchStrategy[Any]:
    return st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)


@values.register
def _(kind: Moment) -> st.SearchStrategy[Any]:
    return st.integers(0, 2**36 - 1).map(_iso)


@values.register
def _(kind: Vendors) -> st.SearchStrategy[Any]:
    return ids(65_535) | ids(300)


@values.register
def _(kind: Restrictions) -> st.SearchStrategy[Any]:
    one = st.builds(Restriction, st.integers(0, 63), st.integers(0, 3), ids(65_535, spans=4))
    return st.just(()) if kind.disputed else st.lists(one, max_size=4).map(tuple)


def _iso(tenths: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=100 * tenths)
    return f"{moment:%Y-%m-%dT%H:%M:%S}{f'.{tenths % 10}00' if tenths % 10 else ''}Z"


@st.composite
def sections(draw: st.DrawFn) -> Drawn:
    """One section or several, each by its prefix, with all fields of the sub-sections that it has."""
    layouts = draw(st.lists(st.sampled_from(LAYOUTS), min_size=1, max_size=4, unique_by=lambda layout: layout.id))
    drawn = {layout.prefix: _section(draw, layout) for layout in layouts}
    return {**drawn, USP_PREFIX: _us_privacy(draw)} if draw(st.booleans()) else drawn


def _section(draw: st.DrawFn, layout: Layout) -> dict[str, Any]:
    version = draw(st.sampled_from(list(layout.cores)))
    parts = [layout.cores[version], layout.rest[0]]
    parts += [ways[0] for kind, ways in layout.segments.items() if kind not in layout.obsolete and draw(st.booleans())]
    fields = _fields(draw, parts)
    if version is not None:
        fields["Version"] = version
    if fields.get("MspaVersion") == layout.id:  # then the string would need the section's own header
        fields["MspaVersion"] = 0
    return fields


def _fields(draw: st.DrawFn, parts: list[Fields]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, kind in (row for part in parts for row in part):
        if isinstance(kind, Flags):
            width = fields[kind.width] if isinstance(kind.width, str) else kind.width
            fields[name] = draw(ids(width)) if width else Ids()
        else:
            fields[name] = draw(values(kind))
    return fields


def _us_privacy(draw: st.DrawFn) -> dict[str, Any]:
    text = draw(st.just("---") | st.from_regex("[YN-][YN][YN-]", fullmatch=True))
    return {"Version": 1, **dict(zip(("Notice", "OptOutSale", "LspaCovered"), text, strict=True))}


any_text = st.text(st.characters(exclude_categories=()), max_size=80)
"""Characters of every kind, halves of surrogate pairs too."""


@st.composite
def nearly_valid(draw: st.DrawFn) -> str:
    """One string or two of the vectors, cut, with characters changed, put in or taken out."""
    text: str = draw(st.sampled_from(_STRINGS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)) | st.just(len(text)))
        put = draw(st.sampled_from("AQg_~.") | st.characters(exclude_categories=()) | st.sampled_from(["", *_STRINGS]))
        text = text[:start] + put + text[end:]
    return text
