"""Faults: what happens instead of the verdict or after it, for how many requests, and whose."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from threading import Lock

from mock_capi.model import Fault, Verdict, Violation

FAULT_KINDS = ("status", "delay", "timeout", "reset", "drop_after_store")
RESET_AT = ("before", "during")
STATUSES = (429, *range(500, 600))
"""What a status fault may answer."""
# After these kinds the verdict stands, and what was accepted stays in the log.
_STORING = ("delay", "drop_after_store")
_NOT_ANSWERED = {
    "timeout": "No answer was sent, as was asked for: the sender was left waiting.",
    "reset": "No answer was sent, as was asked for: the connection was reset.",
}


class Faults:
    """The armed faults, in the order they were armed; the first that fits a request is the one it meets."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._armed: list[Fault] = []
        self._dice: dict[str, Random] = {}

    def arm(self, *faults: Fault) -> None:
        """Add some, to be met one after the other."""
        with self._lock:
            self._armed += faults
            # The dice of a test must fall the same way again, and need not be safe from guessing.
            self._dice |= {fault.id: Random(fault.seed) for fault in faults if fault.probability < 1}  # noqa: S311

    def armed(self, data_set_id: str | None = None) -> tuple[Fault, ...]:
        """Those still armed, of one dataset or of all; `times` and `after` are what is left of them."""
        with self._lock:
            return tuple(fault for fault in self._armed if data_set_id in (None, fault.data_set_id))

    def disarm(self, fault_id: str) -> bool:
        """Take one away; whether it was there."""
        with self._lock:
            return self._keep(fault for fault in self._armed if fault.id != fault_id) == 1

    def clear(self, data_set_id: str | None = None) -> int:
        """Take all away, or one dataset's; how many."""
        with self._lock:
            return self._keep(fault for fault in self._armed if data_set_id not in (None, fault.data_set_id))

    def _keep(self, faults: Iterable[Fault]) -> int:
        """Have only these left; how many went."""
        before, self._armed = len(self._armed), list(faults)
        self._dice = {fault.id: self._dice[fault.id] for fault in self._armed if fault.id in self._dice}
        return before - len(self._armed)

    def meet(self, verdict: Verdict) -> Fault | None:
        """The fault that a request runs into. Of those that let it through, each has one less to let through."""
        if not self._armed or verdict.endpoint is None or verdict.status in (404, 405):
            return None
        waiting: set[str | None] = set()
        with self._lock:
            for place, fault in enumerate(self._armed):
                if fault.sequence in waiting or not _fits(fault, verdict):
                    continue
                waiting |= {fault.sequence} - {None}
                if fault.after:
                    self._armed[place] = fault._replace(after=fault.after - 1)
                elif fault.probability == 1 or self._dice[fault.id].random() < fault.probability:
                    self._use_up(place)
                    return fault
        return None

    def _use_up(self, place: int) -> None:
        fault = self._armed[place]
        if fault.times is None:
            return
        if fault.times > 1:
            self._armed[place] = fault._replace(times=fault.times - 1)
        else:
            del self._armed[place]
            self._dice.pop(fault.id, None)


def _fits(fault: Fault, verdict: Verdict) -> bool:
    return fault.endpoint in (None, verdict.endpoint) and fault.data_set_id in (None, verdict.data_set_id)


def faulted(verdict: Verdict, fault: Fault) -> Verdict:
    """The verdict under a fault: where its kind loses the request, nothing is stored (guide 8.3)."""
    if fault.kind in _STORING or (fault.kind == "reset" and fault.at == "during"):
        return verdict
    message = _NOT_ANSWERED.get(fault.kind, "This failure was asked for. Retry with exponential backoff.")
    refusal = Violation("INTERNAL_ERROR", "", None, message)
    return verdict._replace(
        status=fault.status,
        refusal=refusal,
        violations=(refusal, *verdict.violations),
        outcomes=verdict.outcomes.all_rejected(),
    )
