"""Links between files hold where no site is built: in an editor, or where the project is hosted."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.blocks import name_of, pages
from tests.tables import ROOT

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


class Link(NamedTuple):
    """A link to another file, or to a place in it."""

    page: Path
    target: str
    place: str


def links_of(page: Path) -> list[Link]:
    """The links of a page that lead nowhere else than into the project."""
    return [Link(page, *found) for found in _LINK.findall(_FENCED.sub("", page.read_text()))]


@cache
def places_in(page: Path) -> frozenset[str]:
    """The anchors that its headings get."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text()))
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)


LINKS = [link for page in (*pages(), ROOT / "docs" / "codes.md") for link in links_of(page)]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{name_of(link.page)}:{link.target}#{link.place}")
def test_a_link_leads_somewhere(link: Link) -> None:
    """To a file that git has, and where it names a place, to a heading there."""
    target = (link.page.parent / link.target).resolve() if link.target else link.page
    assert target.exists()
    assert "reference" not in target.parts, "these pages are there only after the site was built"
    assert not link.place or link.place in places_in(target)


def test_no_page_of_the_docs_is_lost() -> None:
    """The home page's contents have every page that git has."""
    home = (ROOT / "docs" / "index.md").read_text()
    assert [page.stem for page in (ROOT / "docs").glob("*.md") if page.stem not in ("index", *home.split())] == []
