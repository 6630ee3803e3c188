"""Pages taken apart: their blocks of code, and what is to become of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.tables import ROOT

_FENCE = re.compile(r"^```(?P<about>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE_NAME = re.compile(r"[\w-]+\.\w+")
# Its blocks are contract cases, which have tests of their own.
_GENERATED = ROOT / "docs" / "codes.md"


class Block(NamedTuple):
    """One block: its page, its line there, the words after the fence, its text."""

    page: str
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def file(self) -> str | None:
        """The name of the file that it shows."""
        return next((word for word in self.words[1:] if _FILE_NAME.fullmatch(word)), None)

    @property
    def is_output(self) -> bool:
        """Whether it is what the commands before it print."""
        return "output" in self.words

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every page that people wrote."""
    tops = [*ROOT.glob("*.md"), ROOT / "contracts" / "README.md", *ROOT.glob("examples/**/*.md")]
    return sorted({*tops, *(ROOT / "docs").glob("*.md")} - {_GENERATED})


def name_of(page: Path) -> str:
    """A page as tests name it."""
    return str(page.relative_to(ROOT))


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, from top to bottom."""
    text = page.read_text()
    found = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(name_of(page), line, tuple(match["about"].split()), match["text"]))
    return found


ALL: tuple[Block, ...] = tuple(block for page in pages() for block in blocks_of(page))
