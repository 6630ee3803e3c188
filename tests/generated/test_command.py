"""Schemathesis' own command, as the README shows it, against a server as users start it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import Running, start_server, stop_server
from tests.senders import NOW
from tests.tables import ROOT

SERVED = "http://127.0.0.1:8080"
VENDOR = f"st --config-file tests/generated/schemathesis.toml run openapi.yaml --url {SERVED}"
# How far the clock may go depends on where other requests have put it, so that its own test moves it; a stream has
# no end, and its own test reads it.
INSPECTION = (
    "st --config-file tests/generated/schemathesis.toml run "
    f"{SERVED}/_inspect/openapi.json --exclude-operation-id advanceClock --exclude-operation-id follow"
)


@pytest.fixture
def running() -> Iterator[Running]:
    """A server of the test's own, whose clock stands at NOW."""
    server = start_server()
    requests.put(f"{server.url}/_control/clock", json={"now": NOW}, timeout=10).raise_for_status()
    yield server
    stop_server(server)


@pytest.mark.parametrize("command", [VENDOR, INSPECTION], ids=["vendor", "inspection"])
def test_the_command_finds_nothing(running: Running, command: str) -> None:
    """Run in the repository's root, it makes requests to every operation and is content with all answers."""
    _, *arguments = shlex.split(command.replace(SERVED, running.url))
    program = Path(sys.executable).with_name("st")
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert running.get("/livez") == {"status": "ok"}
