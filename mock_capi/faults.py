"""Faults: what is answered instead of the verdict, for how many requests, and whose."""

from __future__ import annotations

from threading import Lock

from mock_capi.model import Fault, Verdict, Violation

FAULT_KINDS = ("status",)


class Faults:
    """The armed faults, in the order they were armed; the first that fits a request is the one it meets."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> Fault:
        """Add one."""
        with self._lock:
            self._armed.append(fault)
        return fault

    def armed(self, data_set_id: str | None = None) -> tuple[Fault, ...]:
        """Those still armed, of one dataset or of all; `times` and `after` are what is left of them."""
        with self._lock:
            return tuple(fault for fault in self._armed if data_set_id in (None, fault.data_set_id))

    def disarm(self, fault_id: str) -> bool:
        """Take one away; whether it was there."""
        with self._lock:
            before = len(self._armed)
            self._armed = [fault for fault in self._armed if fault.id != fault_id]
            return len(self._armed) < before

    def clear(self, data_set_id: str | None = None) -> int:
        """Take all away, or one dataset's; how many."""
        with self._lock:
            kept = [fault for fault in self._armed if data_set_id not in (None, fault.data_set_id)]
            gone = len(self._armed) - len(kept)
            self._armed = kept
            return gone

    def meet(self, verdict: Verdict) -> Fault | None:
        """The fault that a request runs into. Of those that let it through, each has one less to let through."""
        if not self._armed or verdict.endpoint is None or verdict.status in (404, 405):
            return None
        with self._lock:
            for place, fault in enumerate(self._armed):
                if not _fits(fault, verdict):
                    continue
                if fault.after:
                    self._armed[place] = fault._replace(after=fault.after - 1)
                    continue
                self._armed[place : place + 1] = [fault._replace(times=fault.times - 1)] if fault.times > 1 else []
                return fault
        return None


def _fits(fault: Fault, verdict: Verdict) -> bool:
    return fault.endpoint in (None, verdict.endpoint) and fault.data_set_id in (None, verdict.data_set_id)


def faulted(verdict: Verdict, fault: Fault) -> Verdict:
    """The verdict that a fault puts in place of the right one: nothing is stored (guide 8.3)."""
    refusal = Violation("INTERNAL_ERROR", "", None, "This failure was asked for. Retry with exponential backoff.")
    return verdict._replace(
        status=fault.status,
        refusal=refusal,
        violations=(refusal, *verdict.violations),
        outcomes=verdict.outcomes.all_rejected(),
    )
