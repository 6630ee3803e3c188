"""Every block of code in every page is run, compared or read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import require, start_server, stop_server
from tests.docs import story
from tests.docs.blocks import ALL, Block, blocks_of, name_of, pages
from tests.docs.commands import complaint, inline_in, shown_in
from tests.docs.unrun import UNRUN, reason

READERS: Mapping[str, Callable[[str], Any]] = {
    "json": json.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
    "toml": tomllib.loads,
}
STORIES = [page for page in pages() if story.commands_of(blocks_of(page))]
TOOLS = ("curl", "node")


def is_covered(block: Block) -> bool:
    """Whether one of the tests below is about it, or the build of the site."""
    is_directive = block.language.startswith("{")
    return is_directive or bool(block.file) or block.is_output or block.language in ("sh", "python", *READERS)


@pytest.mark.parametrize("block", ALL, ids=lambda block: block.place)
def test_no_block_is_left_alone(block: Block) -> None:
    """It is of a kind that something is done with, or has a reason."""
    assert is_covered(block) or reason(block)


@pytest.mark.parametrize("key", UNRUN, ids=":".join)
def test_every_reason_is_about_one_block(key: tuple[str, str]) -> None:
    """None has outlived its block."""
    page, start = key
    assert sum(block.page == page and block.text.startswith(start) for block in ALL) == 1


@pytest.mark.parametrize("page", STORIES, ids=name_of)
def test_the_commands_of_a_page_work(page: Path, tmp_path: Path) -> None:
    """Each ends as the page says, and prints what the page shows."""
    blocks = blocks_of(page)
    text = "\n".join(block.text for block in story.commands_of(blocks))
    for tool in TOOLS:
        require(f"{tool} " not in text or shutil.which(tool) is not None, tool)
    running = None if story.starts_its_own(blocks) else start_server()
    try:
        printed = story.run(blocks, tmp_path, running.port if running else story.free_port())
    finally:
        if running:
            stop_server(running)
    for commands, shown in story.outputs(blocks):
        assert story.agrees(shown, printed[commands]), f"{shown.place} is not what was printed:\n{printed[commands]}"


@pytest.mark.parametrize(
    "block", [b for b in ALL if b.language == "python" and not b.file], ids=lambda block: block.place
)
def test_python_runs(block: Block, tmp_path: Path) -> None:
    """Its assertions hold."""
    command = [sys.executable, "-W", "error", "-c", block.text]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)


@pytest.mark.parametrize("block", [b for b in ALL if b.language in READERS], ids=lambda block: block.place)
def test_data_can_be_read(block: Block) -> None:
    """JSON, YAML and TOML are what they say; NDJSON is JSON line by line."""
    is_ndjson = (block.file or "").endswith(".ndjson")
    assert all(READERS[block.language](text) for text in (block.text.splitlines() if is_ndjson else [block.text]))


@pytest.mark.parametrize("block", [b for b in ALL if reason(b)], ids=lambda block: block.place)
def test_what_is_not_run_exists(block: Block) -> None:
    """The commands and the options of mock-capi that such a block shows."""
    assert list(filter(None, map(complaint, shown_in(block.text)))) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_commands_in_sentences_exist(page: Path) -> None:
    """With their options."""
    assert list(filter(None, map(complaint, inline_in(page.read_text())))) == []


def test_a_wrong_option_would_be_noticed() -> None:
    """The check above is no formality."""
    assert complaint(["serve", "--prot", "1"])
    assert complaint(["sevre"])
    assert complaint(["serve", "--port", "1"]) is None
    assert list(shown_in("A=1 mock-capi serve --port 1 & # so\nmock-capi gpp --make usnat x=1 > f")) == [
        ["serve", "--port", "1"],
        ["gpp", "--make", "usnat", "x=1"],
    ]


def test_what_is_shown_is_compared_with_care() -> None:
    """Only ids, times, spans and what three dots stand for may differ."""
    shown = Block("page", 1, ("text", "output"), "in 0.1 s\n...\nlast\n")
    assert story.agrees(shown, "in 12 s\none\ntwo\nlast")
    assert not story.agrees(shown, "in 12 s\none\nlost")
    assert not story.agrees(Block("page", 1, ("json", "output"), '{"a": 1}'), '{"a": 2}')
