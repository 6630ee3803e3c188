"""Running somebody's command against a mock under given readings, and watching what it sends."""

from __future__ import annotations

import os
import signal
import subprocess  # nosec B404
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO
from uuid import uuid4

from mock_capi.model import Submission
from mock_capi.readings import Readings
from mock_capi.redact import new_key
from mock_capi.settings import PREFIX
from mock_capi.testing import MockCapi
from mock_capi.testing.local import serving, world_of
from mock_capi.trust import VARIABLE
from mock_capi.verdicts.matrix import Entry, Run, Variant, entry_of, entry_of_view
from mock_capi.world import Dataset

_LAST_LINES, _LAST_BYTES = 20, 20_000


class Trials:
    """Runs a command as often as it is asked to, from any thread; `stop` ends those that are under way.

    Without a URL each run has a server of its own, so that requests without a key are read as the variant says too;
    with one it has a dataset there. `timeout` is in seconds. Runs raise OSError where the command cannot be started,
    and MockCapiError where there is no mock.
    """

    def __init__(
        self, command: Sequence[str], timeout: float, url: str | None, admin_token: str | None, ca_file: Path | None
    ) -> None:
        self._command = command
        self._timeout = timeout
        self._url = url
        self._admin_token = admin_token
        self._ca_file = ca_file
        self._lock = Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, variant: Variant | None) -> Run:
        """The command under a variant, or under the defaults."""
        readings = {} if variant is None else {variant.reading: variant.value}
        found: Counter[Entry] = Counter()
        with self._mock(found, readings) as access:
            exit_code, seconds, output = self._end(access)
        return Run(exit_code, seconds, output, found)

    def _mock(self, found: Counter[Entry], readings: Mapping[str, str]) -> AbstractContextManager[Mapping[str, str]]:
        """Where the command finds a mock; what it sends there is counted."""
        if self._url is None:
            return _here(found, readings)
        everything = {**Readings().as_dict(), **readings}
        return _there(
            found, MockCapi(url=self._url, admin_token=self._admin_token, ca_file=self._ca_file, readings=everything)
        )

    def stop(self) -> None:
        """End all that are under way, and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                _kill(process)

    def _end(self, access: Mapping[str, str]) -> tuple[int | None, float, str]:
        """The exit code, None where time was over; the seconds it took; and the end of its output."""
        started = time.monotonic()
        with tempfile.TemporaryFile() as output:  # a pipe would be held open by whatever it leaves running
            process = self._start(access, output)
            try:
                exit_code = process.wait(self._timeout)
            except subprocess.TimeoutExpired:
                exit_code = None
            finally:
                with self._lock:
                    self._processes.discard(process)
                _kill(process)
            return exit_code, time.monotonic() - started, _last_lines(output)

    def _start(self, access: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise InterruptedError("stopped")
            process = subprocess.Popen(  # noqa: S603 - the user's own command  # nosec B603
                self._command,
                env={**os.environ, **access},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._processes.add(process)
            return process


@contextmanager
def _here(found: Counter[Entry], readings: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """A server in this process: all that it receives is counted, also what the command has cleared since."""
    dataset = Dataset(str(uuid4()), new_key())
    world = world_of(dataset, readings)
    with serving(world) as url, world.ledger.watched_by(_Counting(found)):
        yield _access(url, dataset.id, dataset.api_key)


@contextmanager
def _there(found: Counter[Entry], mock: MockCapi) -> Iterator[Mapping[str, str]]:
    """A dataset on a server that runs: what its log holds at the end is counted."""
    with mock as capi:
        ca = {VARIABLE: capi.ca_file} if capi.ca_file else {}
        yield {**_access(capi.url, capi.data_set_id, capi.api_key), **ca}
        found.update(map(entry_of_view, capi.submissions()))


def _access(url: str, data_set_id: str, api_key: str) -> Mapping[str, str]:
    return {f"{PREFIX}URL": url, f"{PREFIX}API_KEY": api_key, f"{PREFIX}DATA_SET_ID": data_set_id}


class _Counting:
    """Counts what is recorded, as it comes."""

    data_set_id = None

    def __init__(self, found: Counter[Entry]) -> None:
        self._found = found

    def start(self, log: Sequence[Submission]) -> None:
        """The log is empty."""

    def recorded(self, submission: Submission) -> None:
        """One more."""
        self._found[entry_of(submission)] += 1

    def forgotten(self, gone: Sequence[Submission], *, own: bool) -> None:
        """What was sent was sent."""

    def closed(self) -> None:
        """There is nothing to be done."""


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a command with all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_lines(output: IO[bytes]) -> str:
    output.seek(max(0, output.seek(0, os.SEEK_END) - _LAST_BYTES))
    return "\n".join(output.read().decode(errors="replace").splitlines()[-_LAST_LINES:])
