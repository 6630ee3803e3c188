"""The sources of the sample senders: what their languages' own checkers say, and what is told of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mock_capi.testing import MockCapi
from tests.clients.conftest import command
from tests.examples.sending import COMMANDS, SENDERS, run

CHECKS = {
    "node": "node --check node/send.mjs",
    "java": "javac -Xlint:all -Werror -d {scratch} java/Send.java",
    "gofmt": "gofmt -l go",
    "go vet": "go vet go/orders.go go/send.go",
    "php": "php -l php/send.php",
    "ruby": "ruby -wc ruby/send.rb",
    "shellcheck": "shellcheck bash/send.sh",
}
QUIET = {"No syntax errors detected in php/send.php", "Syntax OK"}
README = (SENDERS / "README.md").read_text()


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_checkers_find_nothing(check: str, tmp_path: Path) -> None:
    """Neither mistakes nor warnings nor another layout; ruff, which checks all of this project, knows the Python."""
    tool, *arguments = check.format(scratch=tmp_path).split()
    done = subprocess.run(
        [command(tool), *arguments], cwd=SENDERS, capture_output=True, text=True, timeout=120, check=False
    )
    complaints = set(filter(None, (done.stdout + done.stderr).splitlines())) - QUIET
    assert (done.returncode, complaints) == (0, set())


def test_the_readme_has_a_row_for_each() -> None:
    """Its table names the languages that there are, with the commands that the tests run."""
    rows = [line for line in README.splitlines() if line.startswith("| [")]
    assert [row.split(" | ")[1] for row in rows] == [f"`{told} orders.csv`" for told in COMMANDS.values()]
    assert {path.name for path in SENDERS.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(COMMANDS)


def test_the_readmes_commands_work_as_they_stand(capi: MockCapi, tmp_path: Path, language: str) -> None:
    """In a shell, beside the README, over a file that has no orders yet."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    empty = tmp_path / "orders.csv"
    empty.write_text("transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid\n")
    told = run(capi, ["/bin/bash", "-c", f'{COMMANDS[language]} "$0"'], empty, PATH=path)
    assert told == (0, "0 orders: 0 accepted, 0 refused, 0 given up, 0 left out since they name nobody", "")


def test_the_readme_links_to_every_program() -> None:
    """The wrong ones too."""
    programs = {str(path.relative_to(SENDERS)) for path in SENDERS.rglob("*.*") if "__pycache__" not in path.parts}
    assert {name for name in programs if f"]({name})" not in README} - {"orders.csv"} == {"README.md", "go/go.mod"}
