"""Faults: what happens instead of the verdict or after it, for how many requests, and whose."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

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


class Met(NamedTuple):
    """The fault that a request runs into, if any, and those armed from now on."""

    fault: Fault | None
    armed: tuple[Fault, ...]


NOT_MET = Met(None, ())


def meet(armed: tuple[Fault, ...], verdict: Verdict) -> Met:
    """The first that fits is met. Of those that let the request through, each has one less to let through."""
    if not armed or verdict.endpoint is None or verdict.status in (404, 405):
        return Met(None, armed)
    left: list[Fault] = []
    waiting: set[str | None] = set()
    for place, fault in enumerate(armed):
        if fault.sequence in waiting or not _fits(fault, verdict):
            left.append(fault)
            continue
        waiting |= {fault.sequence} - {None}
        if fault.after:
            left.append(fault._replace(after=fault.after - 1))
        elif fault.probability == 1 or _dice(fault) < fault.probability:
            return Met(fault, (*left, *_used(fault), *armed[place + 1 :]))
        else:
            left.append(fault._replace(thrown=fault.thrown + 1))
    return Met(None, tuple(left))


def _dice(fault: Fault) -> float:
    """What the next throw shows, from 0 to 1: the same wherever and whenever it is thrown."""
    # The dice of a test must fall the same way again, and need not be safe from guessing.
    return Random(f"{fault.seed}/{fault.thrown}").random()  # noqa: S311 - dice  # nosec B311


def _used(fault: Fault) -> tuple[Fault, ...]:
    """What is left of a fault that was met."""
    if fault.times is None or fault.times > 1:
        left = None if fault.times is None else fault.times - 1
        return (fault._replace(times=left, thrown=fault.thrown + 1),)
    return ()


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
