"""What a case expects: the status, and what the log says beyond what is taken for granted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_capi.events import events_of
from mock_capi.model import Kept, Submission
from mock_capi.web.case.request import is_nobodys

_OPT_OUTS = ("sale", "sharing", "targeted_advertising")


def expected(submission: Submission) -> dict[str, Any]:
    """The answer, and the log where it is out of the ordinary."""
    verdict = submission.verdict
    code = verdict.refusal.code if verdict.refusal else None
    violations = _broken(submission)
    is_kept = bool(verdict.body) or not submission.body_bytes
    events = dict(_unusual(submission))
    single = verdict.kept is Kept.EVENT
    return {
        "status": verdict.status,
        **({"code": code} if code else {}),
        **({"violations": violations} if is_kept and violations != ([code] if code else []) else {}),
        **({"advisories": advised(submission)} if advised(submission) else {}),
        **({("event" if single else "events"): events["0"] if single else events} if events else {}),
    }


def _broken(submission: Submission) -> list[str]:
    violations = submission.verdict.violations
    if is_nobodys(submission):
        missing = ["MISSING_FIELD"] * (2 if submission.verdict.kept is Kept.BATCH else 1)
        return [*(violation.code for violation in violations if violation.event is None), *missing]
    return [violation.code for violation in violations]


def advised(submission: Submission) -> list[str]:
    """The advisories that come again in an empty log."""
    if is_nobodys(submission):
        return [advisory.code for advisory in submission.advisories if advisory.code == "BROWSER_ORIGIN"]
    repeated = {index for index, first in submission.duplicates.items() if first.submission_id != submission.id}
    return [a.code for a in submission.advisories if a.code != "DUPLICATE_EVENT" or a.event not in repeated]


def _unusual(submission: Submission) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the log says of its events beyond what a case takes for granted."""
    for event in events_of(submission):
        said: dict[str, Any] = {}
        if submission.accepted and not event.stored:
            said |= {"outcome": "rejected"}
        if event.late or (event.stored and event.consent.opted_out):
            said |= {"late": event.late, "optimization_eligible": False}
        if event.stored and event.consent.opted_out:
            said |= {"consent": {"opt_out": {n: getattr(event.consent, n) for n in _OPT_OUTS}, "suppressed": True}}
        first = submission.duplicates.get(event.index)
        if first and first.submission_id == submission.id:
            said |= {"duplicate_of": {"$event_id": f"this.{first.index}"}}
        if said:
            yield str(event.index), said
