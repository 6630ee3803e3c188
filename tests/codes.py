"""The reference of codes, made from the code: `python -m tests.codes` writes docs/codes.md anew."""

from __future__ import annotations

from mock_capi.harness.cases import load_all, load_bases
from mock_capi.manual.pages import Manual
from mock_capi.manual.writing import markdown
from tests.tables import ROOT

PAGE = ROOT / "docs" / "codes.md"


def written() -> str:
    """The page as it should be."""
    return markdown(Manual(load_all()).pages, load_bases())


if __name__ == "__main__":
    PAGE.write_text(written())
