"""The server that is soaked, as a process: with a log so small that it evicts all the time."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import processes
from benchmarks.soak.site import expect

_LIMITS = ("--log-events", "5000", "--log-bytes", str(8 * 2**20))


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Its port and process id. When it is ended it must exit with 0, and never have complained."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "stderr").open("w+") as errors:
        command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0", *_LIMITS]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None
        try:
            port = processes.port_of(process)
            yield port, process.pid
            process.terminate()
            expect(process.wait(10) == 0, f"it exited with {process.returncode}")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            said = Path(errors.name).read_text()
            if said:
                print(said[-5000:], file=sys.stderr)
        expect(not said, "it complained")
