"""Pages as people read them: text for a terminal, Markdown for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_capi.catalogue import GUIDE_SAYS_NOTHING
from mock_capi.harness.cases import Case
from mock_capi.manual.examples import TIME, written
from mock_capi.manual.pages import Page
from mock_capi.readings import READINGS

Bases = Mapping[str, Any]
_ABOUT = {reading.name: reading.metadata["about"] for reading in READINGS}
_HEAD = f"""# Codes

Every code that a request can be answered with, and every advisory that an accepted one can draw: what it says, why,
what to do, and an example of each side from [the contracts](../contracts/README.md). `mock-capi explain CODE` shows the
same; `python -m tests.codes` writes this page. In the examples it is {TIME}, and the headers are
`Authorization: Bearer <your_api_key>` and `Content-Type: application/json` where nothing else is shown.
"""


def standing(page: Page) -> str:
    """What the code and its rule rest on."""
    guide = page.code.guide
    section = "The guide says nothing of it" if guide == GUIDE_SAYS_NOTHING else f"Guide section {guide}"
    if page.code.documented:
        return f"{section}; the guide names this code."
    named = "advisories are mock-capi's own" if page.code.status is None else "the name of the code is mock-capi's"
    return f"{section}; {named}."


def reasons(page: Page) -> list[str]:
    """What must hold, a line for each rule."""
    return [f"{rule.about} ({rule.id})" for rule in page.rules]


def readings(page: Page) -> list[str]:
    """The readings that decide about it."""
    return [f"{name}: {_ABOUT[name]}" for name in page.readings]


def _examples(page: Page, bases: Bases) -> Iterator[tuple[str, str]]:
    """A heading and the lines of each example that there is."""
    if page.broken:
        yield _heading(page, page.broken), "\n".join(written(page.broken, bases))
    if page.kept:
        yield f"Accepted without it ({page.kept.id})", "\n".join(written(page.kept, bases))


def _heading(page: Page, case: Case) -> str:
    drawn = "Draws it" if page.code.status is None else f"Refused with {case.expect['status']}"
    return f"{drawn} ({case.id})"


def text(page: Page, bases: Bases) -> Iterator[str]:
    """Lines for a terminal."""
    yield f"{page.code.name} ({page.kind})"
    yield f"  {page.code.meaning}"
    yield f"  What to do: {page.code.remedy}"
    yield f"  {standing(page)}"
    yield from _block("What must hold:", reasons(page))
    yield from _block("Decided by the readings:", readings(page))
    for heading, example in _examples(page, bases):
        yield from _block(f"{heading}:", example.splitlines())


def _block(heading: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield ""
        yield heading
        yield from (f"  {line}".rstrip() for line in lines)


def as_json(page: Page, bases: Bases) -> dict[str, Any]:
    """The page for programs."""
    code = page.code
    return {
        "code": code.name,
        "status": code.status,
        "guide": code.guide,
        "documented": code.documented,
        "meaning": code.meaning,
        "remedy": code.remedy,
        "rules": {rule.id: rule.about for rule in page.rules},
        "readings": {name: _ABOUT[name] for name in page.readings},
        "examples": [{"about": heading, "request": example} for heading, example in _examples(page, bases)],
    }


def markdown(pages: Iterable[Page], bases: Bases) -> str:
    """The whole reference, with an anchor for each code."""
    pages = list(pages)
    index = "\n".join(f"- [`{page.code.name}`](#{page.code.name.lower()}), {page.kind}" for page in pages)
    return "\n".join((_HEAD, index, "", *("\n".join(_section(page, bases)) for page in pages)))


def _section(page: Page, bases: Bases) -> Iterator[str]:
    yield f"## {page.code.name}\n"
    yield f"*{page.kind}.* {page.code.meaning} **{page.code.remedy}**\n"
    yield f"{standing(page)}\n"
    if page.rules:
        yield "".join(f"- {line}\n" for line in reasons(page))
    if page.readings:
        yield "".join(f"- reading {line}\n" for line in readings(page))
    for heading, example in _examples(page, bases):
        yield f"{heading}:\n\n```text\n{example}\n```\n"
