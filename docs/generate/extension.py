"""Sphinx's side of it: the generated pages are written before it looks for pages, and names become links at the end."""

from __future__ import annotations

import logging
from os.path import normpath
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from docs.generate import pages
from docs.generate.files import relinked, source_of
from docs.generate.links import TARGETS, link_names


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what to call, and when."""
    # furo's colours for code set up logging for the whole process, and then the servers that answer would be heard.
    logging.getLogger("_granian").setLevel(logging.WARNING)
    app.connect("builder-inited", _write)
    app.connect("source-read", _relink)
    app.connect("include-read", _relink_included)
    app.connect("doctree-resolved", _link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    pages.write(Path(app.srcdir) / pages.FOLDER)


def _relink(_app: Sphinx, page: str, source: list[str]) -> None:
    file = source_of(page, pages.FOLDER)
    source[0] = relinked(source[0], file, page, pages.FOLDER) + pages.below(page)


def _relink_included(_app: Sphinx, included: Path, page: str, content: list[str]) -> None:
    file = normpath(Path("docs", included))
    content[0] = relinked(content[0], file, page, pages.FOLDER)


def _link(app: Sphinx, document: nodes.document, page: str) -> None:
    known = {target for target, _ in TARGETS.values()} & app.env.found_docs
    link_names(document, page, {target: app.builder.get_relative_uri(page, target) for target in known})
