"""State in this process alone, gone with it."""

from __future__ import annotations

from threading import Lock

from mock_capi.ledger import Ledger
from mock_capi.standing import Standing
from mock_capi.store.change import Change, Step, applied


class Memory:
    """A store of its own for each mock."""

    about = "memory"

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger or Ledger()
        self.standing = Standing()
        self._version = 0
        self._lock = Lock()

    def commit(self, step: Step) -> Change:
        """Let a step happen."""
        with self._lock:
            change = step(self.standing, self._version + 1)
            self._version = change.version
            self.standing = change.after
            applied(change, self.ledger)
            return change

    def refresh(self) -> None:
        """All that happens, happens here."""

    def close(self) -> None:
        """All waits are over."""
        self.ledger.close()
