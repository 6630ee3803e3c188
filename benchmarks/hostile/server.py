"""The server that is attacked: a process, and what can be told of it from outside."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.request import Request, urlopen


class Server:
    """A server in a process of its own; what it says on stderr is kept. Sizes are in MB, for Linux only."""

    def __init__(self, process: subprocess.Popen[str], port: int, complaints: IO[str]) -> None:
        self._process = process
        self._complaints = complaints
        self.port = port
        self._of_it = Path(f"/proc/{process.pid}")

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def complaints(self) -> str:
        """What it has said on stderr so far."""
        self._complaints.seek(0)
        return self._complaints.read()

    def descriptors(self) -> int:
        """How many files and connections it has open."""
        return sum(1 for _ in (self._of_it / "fd").iterdir())

    def resident(self) -> float:
        """How much memory it takes now."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """How much it took at most since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        (self._of_it / "clear_refs").write_text("5")

    def forget_log(self) -> None:
        """Have it let go of its log."""
        with urlopen(Request(f"http://127.0.0.1:{self.port}/_control/reset", method="POST")):
            pass

    def _status(self, name: str) -> float:
        found = re.search(rf"{name}:\s+(\d+) kB", (self._of_it / "status").read_text())
        assert found
        return int(found[1]) / 1000


@contextmanager
def running(*options: str) -> Iterator[Server]:
    """A fresh server."""
    command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0", *options]
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True)
        assert process.stdout is not None
        port = next(int(found[1]) for line in process.stdout if (found := re.search(r"http://\S+:(\d+)", line)))
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
