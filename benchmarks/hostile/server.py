"""The server that is attacked: a process, and what can be told of it from outside."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.request import Request, urlopen

from benchmarks import processes


class Server:
    """A server in a process of its own; what it says on stderr is kept. Sizes are in MB, for Linux only."""

    def __init__(self, process: subprocess.Popen[str], port: int, complaints: IO[str]) -> None:
        self._process = process
        self._complaints = complaints
        self.port = port

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def complaints(self) -> str:
        """What it has said on stderr so far."""
        self._complaints.seek(0)
        return self._complaints.read()

    def descriptors(self) -> int:
        """How many files and connections it has open."""
        return processes.descriptors(self._process.pid)

    def resident(self) -> float:
        """How much memory it takes now."""
        return processes.resident(self._process.pid)

    def peak(self) -> float:
        """How much it took at most since `forget_peak`."""
        return processes.peak(self._process.pid)

    def forget_peak(self) -> None:
        processes.forget_peak(self._process.pid)

    def forget_log(self) -> None:
        """Have it let go of its log."""
        with urlopen(Request(f"http://127.0.0.1:{self.port}/_control/reset", method="POST")):
            pass


@contextmanager
def running(*options: str) -> Iterator[Server]:
    """A fresh server."""
    command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0", *options]
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True)
        assert process.stdout is not None
        port = processes.port_of(process)
        try:
            yield Server(process, port, complaints)
        finally:
            _end(process)
            process.stdout.close()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:  # it is at something that does not end
        process.kill()
        process.wait()
