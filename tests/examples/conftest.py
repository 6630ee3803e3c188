"""What the tests of the examples share: a folder for jobs, a mock that knows customers, a sender in each language."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_capi.testing import MockCapi
from tests.conftest import require
from tests.examples.jobs import Workspace
from tests.examples.sending import COMMANDS, SENDERS


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A folder in which a job finds the examples."""
    return Workspace(tmp_path)


@pytest.fixture
def capi() -> Iterator[MockCapi]:
    """A mock that recognises wrong hashes of two of the customers."""
    with MockCapi() as made:
        made.personas.add(email="ada.lovelace@example.com", ip="203.0.113.7", label="Ada")
        made.personas.add(email="grace@example.com", ip="203.0.113.21", label="Grace")
        yield made


@pytest.fixture(scope="session")
def senders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The commands that send, by language, of those that can be run here."""
    here = [language for language in COMMANDS if missing(language) is None]
    return {language: sender_in(language, tmp_path_factory.mktemp(language)) for language in here}


@pytest.fixture(params=COMMANDS)
def language(request: pytest.FixtureRequest) -> str:
    """Each language; it is skipped where it cannot be run."""
    gone = missing(request.param)
    require(gone is None, str(gone))
    return str(request.param)


@pytest.fixture
def sender(senders: dict[str, list[str]], language: str) -> list[str]:
    """The command that sends, in each language."""
    return senders[language]


def missing(language: str) -> str | None:
    """What is not installed that a sender in this language needs."""
    tools = {"python": sys.executable, "java": "javac"}
    tool = tools.get(language, language)
    if shutil.which(tool) is None:
        return tool
    if language == "php":
        modules = subprocess.run([tool, "-m"], capture_output=True, text=True, check=True, timeout=60).stdout
        return None if "\ncurl\n" in modules else "php-curl"
    return None


def sender_in(language: str, folder: Path) -> list[str]:
    """The README's command; what that would compile each time is compiled once. (`go run` makes every exit code 1.)"""
    tool, *arguments = COMMANDS[language].split()
    if language == "go":
        build("go", "build", "-o", str(folder / "send"), "go/orders.go", "go/send.go")
        return [str(folder / "send")]
    if language == "java":
        build("javac", "-d", str(folder), "java/Send.java")
        return [tool, "-cp", str(folder), "Send"]
    return [sys.executable if language == "python" else tool, *arguments]


def build(*compiler: str) -> None:
    """Run a compiler where the senders are."""
    subprocess.run(compiler, cwd=SENDERS, check=True, timeout=120)
