"""The site as it is built: without a warning, whole, true to the code, and with nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.generate.files import PAGES, relinked
from docs.generate.pages import FOLDER
from mock_capi.catalogue import ADVISORIES, ERRORS
from mock_capi.cli import COMMANDS
from mock_capi.manual.pages import ALL_RULES
from mock_capi.readings import READINGS
from tests.tables import ROOT

_CSS_FROM_ELSEWHERE = re.compile(r"""(?:url\(|@import)\s*['"]?(?:https?:)?//""")


class Page(HTMLParser):
    """A page's links, the addresses of what it loads, and the places in it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(file.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.places |= {known["id"] or ""} if "id" in known else set()
        if tag == "a":
            self.links += filter(None, [known.get("href")])
        else:
            self.loaded += filter(None, (known.get(name) for name in ("src", "href", "srcset", "data", "poster")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as CONTRIBUTING.md says, but elsewhere; a warning is an error."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-d", str(out / "cache"), "docs", str(out / "html")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return out / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """Every page of it."""
    return {file: Page(file) for file in site.rglob("*.html")}


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    """No script, style, picture or font; so it can be read without a network."""
    foreign = re.compile(r"(?:https?:)?//")
    assert [(file.name, found) for file, page in pages.items() for found in page.loaded if foreign.match(found)] == []
    assert [css.name for css in site.rglob("*.css") if _CSS_FROM_ELSEWHERE.search(css.read_text())] == []


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Path, pages: dict[Path, Page]) -> None:
    """Those that people wrote and those that names got."""
    lost = []
    for file, page in pages.items():
        for link in page.links:
            target, _, place = unquote(link).partition("#")
            meant = (file.parent / target).resolve() if target else file
            if re.match(r"\w+:", link):
                continue
            if not meant.exists() or (place and meant in pages and place not in pages[meant].places):
                lost.append((str(file.relative_to(site)), link))
    assert lost == []


def test_everything_has_its_place(site: Path, pages: dict[Path, Page]) -> None:
    """A page for each rule and each reading, a section for each code and each command."""
    assert [rule.id for rule in ALL_RULES if not (site / FOLDER / "rules" / f"{rule.id}.html").exists()] == []
    assert [
        reading.name for reading in READINGS if not (site / FOLDER / "readings" / f"{reading.name}.html").exists()
    ] == []
    codes = pages[site / "codes.html"].places
    assert [code.name for code in (*ERRORS, *ADVISORIES) if code.name.lower() not in codes] == []
    commands = pages[site / FOLDER / "commands.html"].places
    assert [name for name in COMMANDS if f"mock-capi-{name}" not in commands] == []


def test_names_are_links(pages: dict[Path, Page], site: Path) -> None:
    """A rule, a code and a reading lead to their pages wherever they stand in code."""
    links = pages[site / "rules.html"].links
    assert {f"{FOLDER}/rules/batch.size.html", "codes.html#empty_batch", f"{FOLDER}/readings/hash_case.html"} <= set(
        links
    )


def test_the_search_knows_the_pages(site: Path) -> None:
    """Its index is there, and has what was generated too."""
    index = (site / "searchindex.js").read_text()
    assert f"{FOLDER}/rules/batch.size" in index
    assert "currency_cod" in index  # stemmed


@pytest.mark.parametrize(
    ("text", "file", "page", "becomes"),
    [
        ("[a](../CONTRIBUTING.md#style)", "docs/running.md", "running", f"[a]({FOLDER}/contributing.md#style)"),
        ("[a](docs/codes.md)", "CONTRIBUTING.md", f"{FOLDER}/contributing", "[a](../codes.md)"),
        ("[a](docs/codes.md)", "README.md", "limitations", "[a](codes.md)"),
        ("[a](../README.md)", "docs/rules.md", "rules", "[a](index.md)"),
        ("[a](../examples/senders)", "docs/going-live.md", "going-live", "a"),
        ("[a](#place) [b](https://example.com)", "docs/index.md", "index", "[a](#place) [b](https://example.com)"),
    ],
)
def test_links_between_files_become_links_between_pages(text: str, file: str, page: str, becomes: str) -> None:
    """And words alone where the site has no such page."""
    assert relinked(text, file, page, FOLDER) == becomes


def test_the_extra_docs_is_enough_to_build_it() -> None:
    """Nothing that makes pages needs what only the tests install."""
    without = "import sys; sys.modules.update(dict.fromkeys(['pytest', 'requests', 'freezegun']))"
    code = f"{without}; import docs.generate.extension"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_files_that_are_pages_exist() -> None:
    """None was moved away."""
    assert [file for file in PAGES if not (ROOT / file).exists()] == []
