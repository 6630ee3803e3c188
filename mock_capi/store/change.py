"""What may happen to a mock's state, as a value, and what everything that keeps such state can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from mock_capi.ledger import Ledger, Room
from mock_capi.model import Submission
from mock_capi.standing import Standing


class Cleared(NamedTuple):
    """That one dataset's submissions were taken out of the log, or with None all of them."""

    data_set_id: str | None


class Change(NamedTuple):
    """One step of a mock: what stood before it and after it, what was recorded, what was cleared.

    `version` numbers the steps; what is recorded has it as its sequence, in the `room` that was found for it.
    """

    version: int
    before: Standing
    after: Standing
    recorded: Submission | None = None
    room: Room | None = None
    cleared: Cleared | None = None


Step = Callable[[Standing, int], Change]
"""From what stands and the version to be: what is to happen. It may be asked again, so it changes nothing itself."""


class StoreError(Exception):
    """The state cannot be reached or is not what it should be; the message says why."""


class Store(Protocol):
    """The state of one mock. Safe to use from several threads."""

    @property
    def about(self) -> str:
        """What it is, in a word or two; no secrets."""

    @property
    def standing(self) -> Standing:
        """What stands now, as far as is known here."""

    @property
    def ledger(self) -> Ledger:
        """The log, likewise; read only."""

    def commit(self, step: Step) -> Change:
        """Let a step happen, with no other between what it starts from and what it ends in. Raises StoreError."""

    def refresh(self) -> None:
        """Get to know everything that has happened by now, elsewhere too. Raises StoreError."""

    def close(self) -> None:
        """The end: all waits are over."""


def applied(change: Change, ledger: Ledger) -> None:
    """Do to the log what a change says."""
    if change.cleared:
        ledger.clear(change.cleared.data_set_id)
    if change.recorded and change.room:
        ledger.admit(change.recorded, change.room)
