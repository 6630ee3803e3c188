"""A peer from its spawn to its end."""

from __future__ import annotations

import http.client
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import events
from benchmarks.peers.known import Page, Peer, Place
from mock_capi.world import DEFAULT_KEY

HEADERS = {"Authorization": f"Bearer {DEFAULT_KEY}", "Content-Type": "application/json"}
_LONGEST_START_SECONDS = 120.0
_BETWEEN_TRIES_SECONDS = 0.005


class Running(NamedTuple):
    """A peer that has accepted its first event, so many seconds after it was spawned."""

    port: int
    pid: int
    seconds: float


class Reply(NamedTuple):
    """What came back: status, size of the body in bytes, seconds."""

    status: int
    size: int
    seconds: float


@contextmanager
def started(peer: Peer, installed: Path) -> Iterator[Running]:
    """Run a peer on a free port, with a folder of its own. Exits where it takes no event."""
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("w+") as written:
        port = _free_port()
        command = peer.command(Place(installed, Path(scratch), port))
        spawned_at = perf_counter()
        process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, cwd=scratch)
        try:
            while not _accepts(port):
                if process.poll() is not None or perf_counter() - spawned_at > _LONGEST_START_SECONDS:
                    raise SystemExit(f"{peer.name} takes no events:\n{Path(written.name).read_text()[-2000:]}")
                time.sleep(_BETWEEN_TRIES_SECONDS)
            yield Running(port, process.pid, perf_counter() - spawned_at)
        finally:
            _end(process)


def send(port: int, body: bytes, headers: dict[str, str]) -> Reply:
    """Send one event over a connection of its own."""
    return _asked(port, "POST", "/v1/events", body, headers)


def turn(port: int, page: Page) -> Reply:
    """Ask for a page of what was kept."""
    return _asked(port, page.method, page.target, page.body.encode() if page.body else None, dict(page.headers))


def _asked(port: int, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        began = perf_counter()
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        size = len(response.read())
        return Reply(response.status, size, perf_counter() - began)
    finally:
        connection.close()


def _accepts(port: int) -> bool:
    try:
        return send(port, events.single(0), HEADERS).status == 200
    except (OSError, http.client.HTTPException):
        return False


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
