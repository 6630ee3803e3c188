"""All generated pages: their names and texts, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

import mock_capi
from docs.generate import commands, files, http, python, readings, rules
from docs.generate.document import document
from docs.generate.markdown import fenced
from mock_capi.harness.cases import load_all, load_bases
from mock_capi.manual.pages import ALL_RULES, Manual
from mock_capi.readings import READINGS

FOLDER = "reference"
"""Where they are among the pages; git ignores it."""
_VENDOR = """The vendor's API as mock-capi serves it: `openapi.yaml`, which the server validates with. What the guide
does not say is marked."""
_OWN = """What mock-capi serves beside it, as a running server tells at `/_inspect/openapi.json`."""


def all_pages() -> Iterator[tuple[str, str]]:
    """The name below the folder, without its ending, and the text of each page."""
    manual = Manual(load_all())
    for name, text in rules.pages(manual, load_bases()):
        yield f"rules/{name}", text
    for name, text in readings.pages(manual):
        yield f"readings/{name}", text
    yield "commands", commands.page_of_all()
    yield "python", python.page_of_all()
    yield from files.pages()
    own = Path(mock_capi.__file__).parent / "web" / "inspection.yaml"
    yield "http-events", http.page_of(document(), "The events API", _VENDOR)
    yield "http-inspection", http.page_of(yaml.safe_load(own.read_text()), "Inspection and control", _OWN)


def below(page: str) -> str:
    """The contents that a page gets in the site: the pages of its rules, or of its readings, in their order."""
    names = {"rules": [rule.id for rule in ALL_RULES], "readings": [reading.name for reading in READINGS]}.get(page)
    if not names:
        return ""
    return "\n" + fenced("\n".join([":hidden:", "", *(f"{FOLDER}/{page}/{name}" for name in names)]), "{toctree}")


def write(folder: Path) -> None:
    """Write the pages that have changed, and take away those that are no more."""
    made = {folder / f"{name}.md": text for name, text in all_pages()}
    for file in set(folder.rglob("*.md")) - set(made):
        file.unlink()
    for file, text in made.items():
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
