"""Files of the project that are pages of the site as well, and links between files made into links between pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PAGES = {
    "contracts/README.md": "case-format",
    "CONTRIBUTING.md": "contributing",
    "SECURITY.md": "security",
    "CHANGELOG.md": "changelog",
    "LICENSE": "licence",
}
"""The names of their pages among the generated ones."""
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)")


def pages() -> Iterator[tuple[str, str]]:
    """The name and the text of each page."""
    for file, name in PAGES.items():
        text = (ROOT / file).read_text()
        yield name, text if file.endswith(".md") else f"# {text}"


def source_of(page: str, folder: str) -> str:
    """The file that a page was made of."""
    generated = {f"{folder}/{name}": file for file, name in PAGES.items()}
    return generated.get(page, f"docs/{page}.md")


def relinked(text: str, file: str, page: str, folder: str) -> str:
    """A text with links that lead somewhere in the site.

    `file` is where it comes from, `page` where it is shown, and `folder` that of the generated pages, both below
    `docs`. What is no page becomes plain text, since the site has no copy of it.
    """

    homes = {"README.md": "docs/index.md"} | {name: f"docs/{folder}/{title}.md" for name, title in PAGES.items()}
    here = PurePosixPath("docs", page).parent

    def linked(found: re.Match[str]) -> str:
        words, target, place = found.groups()
        meant = normpath(PurePosixPath(file).parent / target)
        home = homes.get(meant, meant)
        return f"[{words}]({relpath(home, here)}{place or ''})" if home.startswith("docs/") else words

    return _LINK.sub(linked, text)
