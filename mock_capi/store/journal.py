"""State in this process, and its log in a file too, from which the next start restores it."""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

import orjson

from mock_capi.ledger import Ledger
from mock_capi.store import forms
from mock_capi.store.change import Change, Step, StoreError
from mock_capi.store.memory import Memory

_OWNER_ONLY = 0o600
_log = logging.getLogger(__name__)


class Journal(Memory):
    """A store that appends to a file: a line for each submission, as it is in the log, and for each clearing of it.

    A step is in the file before anybody is answered; with `sync` on the disk too. Raises StoreError where the file
    cannot be used, or holds something else.
    """

    about = "journal"

    def __init__(self, path: Path, ledger: Ledger, *, sync: bool = False) -> None:
        super().__init__(ledger)
        self._path = path
        self._sync = sync
        try:
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"{path} is in use by another server; each needs a file of its own") from None
        except OSError as error:
            raise StoreError(f"{path} cannot be used: {error.strerror}") from error
        self._restore()

    def commit(self, step: Step) -> Change:
        """Let a step happen, once it is written. Raises StoreError."""
        return super().commit(lambda before, version: self._written(step(before, version)))

    def _written(self, change: Change) -> Change:
        if change.cleared:
            self._append(orjson.dumps({"cleared": list(change.cleared)}))
        if change.recorded:
            self._append(forms.write(change.recorded))
        return change

    def _append(self, line: bytes) -> None:
        end = os.fstat(self._file).st_size
        line += b"\n"
        try:
            if os.write(self._file, line) < len(line):
                raise OSError(0, "the disk is full")
            if self._sync:
                os.fdatasync(self._file)
        except OSError as error:
            os.ftruncate(self._file, end)  # what is half written would be taken for the end of the file
            raise StoreError(f"{self._path} cannot be written: {error.strerror}") from error

    def _restore(self) -> None:
        whole = 0
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    break
                self._restore_line(number, line)
                whole += len(line)
            torn = os.fstat(lines.fileno()).st_size - whole
        if torn:
            _log.warning("%s: its last line was cut off, and is left out (%d bytes)", self._path, torn)
            os.ftruncate(self._file, whole)
        self._version = self.ledger.newest

    def _restore_line(self, number: int, line: bytes) -> None:
        try:
            if line.startswith(b'{"cleared":'):
                self.ledger.clear(*orjson.loads(line)["cleared"])
            else:
                submission = forms.read(line)
                self.ledger.admit(submission, self.ledger.room_for(submission))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{self._path}:{number} is no submission of this version of mock-capi") from error
