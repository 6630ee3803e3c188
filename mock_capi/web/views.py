"""Submissions and events as the JSON that programs get from /_inspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

from mock_capi.catalogue import CODES
from mock_capi.clock import iso
from mock_capi.events import counted_twice, events_of
from mock_capi.ledger import Ledger
from mock_capi.model import Advisory, EventOutcome, Fault, Kept, Submission, Violation
from mock_capi.query import Query

Json = dict[str, Any]


def submission_view(submission: Submission) -> Json:
    """One submission with everything that is kept of it."""
    verdict = submission.verdict
    return {
        "id": submission.id,
        "received_at": iso(verdict.received_at),
        "arrived_at": round(submission.arrived_at, 3),
        "endpoint": verdict.endpoint,
        "method": submission.method,
        "path": submission.path,
        "status": verdict.status,
        "answered": submission.answered,
        "outcome": "accepted" if submission.accepted else "rejected",
        "error_code": verdict.refusal.code if verdict.refusal else None,
        "message": verdict.refusal.message if verdict.refusal else None,
        "data_set_id": verdict.data_set_id,
        "api_key": submission.api_key,
        "body_bytes": submission.body_bytes,
        "headers": dict(submission.headers),
        "duration_ms": submission.duration_ms,
        "event_count": verdict.event_count,
        "fault": fault_view(submission.fault) if submission.fault else None,
        "violations": [remark_view(violation) for violation in verdict.violations],
        "advisories": [remark_view(advisory) for advisory in submission.advisories],
        "response": orjson.loads(submission.response),
        "body": verdict.body.decode(errors="replace") if verdict.kept is Kept.TEXT else None,
        "events": [event_view(event) for event in events_of(submission)],
    }


def remark_view(remark: Violation | Advisory) -> Json:
    """A violation or an advisory, with what the catalogue knows of its code."""
    code = CODES[remark.code]
    return {**remark._asdict(), "guide": code.guide, "documented": code.documented}


def fault_view(fault: Fault) -> Json:
    """A fault as it is armed, or as a submission met it."""
    view = fault._asdict()
    del view["thrown"]
    return view


def event_view(event: EventOutcome) -> Json:
    """One event inside its submission."""
    consent = event.consent
    return {
        "event_id": event.event_id,
        "index": event.index,
        "outcome": "stored" if event.stored else "rejected",
        "event": event.event,
        "age_seconds": event.age_seconds,
        "late": event.late,
        "optimization_eligible": event.optimization_eligible,
        "measurement_only": event.measurement_only,
        "consent": {
            "gpp_sections": list(consent.gpp_sections),
            "in_force": list(consent.in_force),
            "opt_out": {
                "sale": consent.sale,
                "sharing": consent.sharing,
                "targeted_advertising": consent.targeted_advertising,
            },
            "suppressed": event.stored and consent.opted_out,
        },
        "duplicate_of": event.duplicate_of,
    }


def lone_event_view(event: EventOutcome) -> Json:
    """One event outside its submission."""
    return {"submission_id": event.submission.id, **event_view(event)}


def summary_view(ledger: Ledger, query: Query) -> Json:
    """Counts over what the log holds and the query lets pass."""
    submissions = query.those_that_match(ledger.among(query.terms))
    outcomes: Counter[str] = Counter()
    for item in submissions:
        outcomes["events_stored"] += item.verdict.outcomes.stored
        outcomes["events_rejected"] += len(item.verdict.outcomes.rejected)
        outcomes["late"] += len(item.verdict.outcomes.late)
        outcomes["duplicates"] += len(item.duplicates)
        outcomes["suppressed"] += _suppressed(item)
    accepted = sum(item.accepted for item in submissions)
    evicted = ledger.evicted(query.data_set_id)
    return {
        "submissions": {"total": len(submissions), "accepted": accepted, "rejected": len(submissions) - accepted},
        "events": {"stored": outcomes["events_stored"], "rejected": outcomes["events_rejected"]},
        "late": outcomes["late"],
        "duplicates": outcomes["duplicates"],
        "suppressed": outcomes["suppressed"],
        "duplicate_value": {currency: float(amount) for currency, amount in counted_twice(submissions).items()},
        "error_codes": _count(item.verdict.refusal.code for item in submissions if item.verdict.refusal),
        "refused_by_key": _count(item.api_key for item in submissions if item.api_key and not item.accepted),
        "advisories": _count(advisory.code for item in submissions for advisory in item.advisories),
        "event_types": _count(kind for item in submissions for kind in item.verdict.outcomes.event_types if kind),
        "datasets": _count(item.verdict.data_set_id for item in submissions if item.verdict.data_set_id),
        "per_minute": _per_minute(submissions),
        "evicted": evicted._asdict(),
    }


def _suppressed(submission: Submission) -> int:
    """How many events are stored although they opted out, and so are not used."""
    outcomes = submission.verdict.outcomes
    return sum(consent.opted_out for index, consent in outcomes.consents.items() if index not in outcomes.rejected)


def _count(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _per_minute(submissions: Iterable[Submission]) -> list[Json]:
    buckets: dict[int, Counter[str]] = {}
    for item in submissions:
        bucket = buckets.setdefault(item.verdict.received_at // 60 * 60, Counter())
        bucket["accepted" if item.accepted else "rejected"] += 1
        bucket["events"] += item.verdict.outcomes.stored
    names = ("accepted", "rejected", "events")
    return [{"minute": iso(at), **{name: counts[name] for name in names}} for at, counts in sorted(buckets.items())]
