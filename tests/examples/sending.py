"""How the sample senders are run, and what they and the go-live report tell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import requests

from mock_capi.testing import MockCapi
from tests.tables import ROOT

SENDERS = ROOT / "examples" / "senders"
COMMANDS = {
    "python": "python python/send.py",
    "node": "node node/send.mjs",
    "java": "java java/Send.java",
    "go": "go run go/*.go",
    "php": "php php/send.php",
    "ruby": "ruby ruby/send.rb",
    "bash": "bash bash/send.sh",
}
"""What runs a sender, by language, in the folder SENDERS; a file of orders is to follow."""
BACKOFF_SECONDS = 0.04
"""Where it does not matter how long a sender waits."""


class Told(NamedTuple):
    """How a sender ended: its exit code, its sum, and what it said on its way."""

    code: int
    summary: str
    complaints: str


def run(capi: MockCapi, command: Sequence[str], orders: Path | str, **settings: object) -> Told:
    """Run a sender over a file of orders, or over text at its standard input; `settings` are for its environment."""
    account = {
        "MOCK_CAPI_URL": capi.url,
        "MOCK_CAPI_API_KEY": capi.api_key,
        "MOCK_CAPI_DATA_SET_ID": capi.data_set_id,
    }
    chosen = {"BACKOFF_SECONDS": BACKOFF_SECONDS, **account, **settings}
    done = subprocess.run(
        [*command, str(orders)] if isinstance(orders, Path) else command,
        input=None if isinstance(orders, Path) else orders.encode(),
        env={**os.environ, **{name: str(value) for name, value in chosen.items()}},
        cwd=SENDERS,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Told(done.returncode, done.stdout.decode().strip(), done.stderr.decode().strip())


def orders_in(folder: Path, count: int) -> Path:
    """A file of so many orders."""
    path = folder / f"orders-{count}.csv"
    command = [sys.executable, str(SENDERS / "orders.py"), str(count)]
    path.write_bytes(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return path


def report_of(capi: MockCapi) -> dict[str, Any]:
    """The report on a mock's dataset."""
    asked = {"data_set_id": capi.data_set_id}
    return requests.get(f"{capi.url}/_inspect/report", asked, timeout=10).json()  # type: ignore[no-any-return]


def having(report: dict[str, Any], status: str) -> set[str]:
    """The ids of items with a status."""
    return {item["id"] for item in report["items"] if item["status"] == status}


def evidence(report: dict[str, Any], name: str) -> str:
    """What is said of an item."""
    return {item["id"]: str(item["evidence"]) for item in report["items"]}[name]
