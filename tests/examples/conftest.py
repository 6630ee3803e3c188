"""What the tests of the examples share: a mock that knows two customers, orders, and a sender in each language."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_capi.testing import MockCapi
from tests.clients.conftest import command
from tests.conftest import require
from tests.examples.sending import COMMANDS, SENDERS, orders_in


@pytest.fixture
def capi() -> Iterator[MockCapi]:
    """A mock that recognises wrong hashes of two of the customers."""
    with MockCapi() as made:
        made.personas.add(email="ada.lovelace@example.com", ip="203.0.113.7", label="Ada")
        made.personas.add(email="grace@example.com", ip="203.0.113.21", label="Grace")
        yield made


@pytest.fixture(scope="session")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve batches of ten orders."""
    return orders_in(tmp_path_factory.mktemp("orders"), 120)


@pytest.fixture(scope="session", params=COMMANDS)
def sender(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that sends, in each language; it is skipped where there is nothing to run it."""
    tool, *arguments = COMMANDS[request.param].split()
    if tool == "python":
        return [sys.executable, *arguments]
    # Built once here; run as the README says they are built each time, and `go run` makes every exit code 1.
    folder = tmp_path_factory.mktemp(request.param)
    if tool == "go":
        build(command("go"), "build", "-o", str(folder / "send"), "go/orders.go", "go/send.go")
        return [str(folder / "send")]
    if tool == "java":
        build(command("javac"), "-d", str(folder), "java/Send.java")
        return [command("java"), "-cp", str(folder), "Send"]
    if tool == "php":
        modules = subprocess.run([command("php"), "-m"], capture_output=True, text=True, check=True, timeout=60)
        require("\ncurl\n" in modules.stdout, "php-curl")
    return [command(tool), *arguments]


def build(*compiler: str) -> None:
    """Run a compiler where the senders are."""
    subprocess.run(compiler, cwd=SENDERS, check=True, timeout=120)
