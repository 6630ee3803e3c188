"""The go-live report: everything that the log of one dataset, or of all, says of the sender, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_capi import __version__
from mock_capi.clock import iso
from mock_capi.events import counted_twice
from mock_capi.ledger import Evicted
from mock_capi.model import Submission
from mock_capi.readings import Readings
from mock_capi.verdicts.chains import REFUSED, Chain, chains, met
from mock_capi.verdicts.checklist import checked
from mock_capi.verdicts.evidence import Evidence, gather
from mock_capi.verdicts.items import CHAPTERS, Item, Status
from mock_capi.verdicts.judging import judged_besides, judged_rows
from mock_capi.verdicts.retries import graded

Json = dict[str, Any]
MOST_CHAINS = 12
"""How many chains of attempts are shown."""
MOST_ATTEMPTS = 20
"""How many attempts of each."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a report depends on besides the log.

    `now` is by the mock's clock, `as_of` in real time, both in epoch seconds. `event_types` and `identifiers` are all
    that the guide knows, `right_hashes` those of test people; `evicted` is what the log could not keep.
    """

    now: float
    as_of: float
    data_set_id: str | None
    readings: Readings
    event_types: Collection[str]
    identifiers: Collection[str]
    right_hashes: Collection[str]
    evicted: Evicted


def concerning(submissions: Iterable[Submission], data_set_id: str | None) -> list[Submission]:
    """Those of one dataset, or all: also what came without a known key and names the dataset in its body."""
    if data_set_id is None:
        return list(submissions)
    quoted = f'"{data_set_id}"'.encode()
    return [
        item
        for item in submissions
        if item.verdict.data_set_id == data_set_id or (item.verdict.data_set_id is None and quoted in item.verdict.body)
    ]


def report(submissions: Sequence[Submission], occasion: Occasion) -> Json:
    """The report on submissions, oldest first; what it holds is described in the OpenAPI document of /_inspect."""
    evidence = gather(submissions, occasion.readings, occasion.right_hashes)
    tried = chains(submissions)
    items = _in_order(evidence, tried, occasion.as_of)
    statuses = Counter(item.status for item in items)
    defaults = Readings().as_dict()
    readings = occasion.readings.as_dict()
    return {
        "title": "Go-live report",
        "version": __version__,
        "generated_at": iso(occasion.now),
        "data_set_id": occasion.data_set_id,
        "counts": {status.value: statuses[status] for status in Status},
        "period": _period(submissions),
        "traffic": _traffic(submissions, evidence, occasion),
        "coverage": _coverage(evidence, occasion),
        "faults": _faults(submissions),
        "attempts": [_chain_view(chain) for chain in _told(tried)],
        "readings": readings,
        "other_readings": {name: value for name, value in readings.items() if value != defaults[name]},
        "chapters": [{"id": name, "title": title} for name, title in CHAPTERS],
        "items": [item.as_json() for item in items],
    }


def _in_order(evidence: Evidence, tried: Sequence[Chain], as_of: float) -> list[Item]:
    """All items, chapter by chapter, those of the guide by section."""
    retries = list(graded(tried, as_of))
    items = [*checked(evidence, retries), *retries, *judged_rows(evidence), *judged_besides(evidence)]
    places = {name: place for place, (name, _) in enumerate(CHAPTERS)}
    return sorted(items, key=lambda item: (places[item.chapter], item.guide if item.chapter.isdigit() else ""))


def _period(submissions: Sequence[Submission]) -> Mapping[str, str | None]:
    times = [item.verdict.received_at for item in submissions]
    return {"first": iso(min(times)), "last": iso(max(times))} if times else {"first": None, "last": None}


def _traffic(submissions: Sequence[Submission], evidence: Evidence, occasion: Occasion) -> Json:
    accepted = sum(item.accepted for item in submissions)
    return {
        "submissions": len(submissions),
        "accepted": accepted,
        "rejected": len(submissions) - accepted,
        "events_stored": evidence.stored,
        "events_rejected": sum(len(item.verdict.outcomes.rejected) for item in submissions),
        "late": evidence.late.events,
        "late_share": round(evidence.late.events / evidence.stored, 4) if evidence.stored else 0.0,
        "median_age_seconds": evidence.median_age,
        "opted_out": evidence.opted_out,
        "duplicates": sum(len(item.duplicates) for item in submissions),
        "duplicate_value": {currency: float(amount) for currency, amount in counted_twice(submissions).items()},
        "evicted": occasion.evicted._asdict(),
    }


def _coverage(evidence: Evidence, occasion: Occasion) -> Json:
    """How many stored events had each event type and each identifier that there is."""
    by_identifier = {name: evidence.fields[("identifiers", name),].events for name in occasion.identifiers}
    by_type = {name: evidence.event_types[name] for name in occasion.event_types}
    return {"event_types": _share(by_type), "identifiers": _share(by_identifier)}


def _share(events: Mapping[str, int]) -> Json:
    return {"seen": sum(map(bool, events.values())), "of": len(events), "events": events}


def _faults(submissions: Iterable[Submission]) -> Json:
    """How many requests met a fault on purpose, by its kind."""
    kinds = Counter(
        f"{item.fault.kind} {item.fault.status}" if item.fault.kind == "status" else item.fault.kind
        for item in submissions
        if item.fault
    )
    return {"met": kinds.total(), "kinds": dict(kinds.most_common())}


def _told(tried: Iterable[Chain]) -> list[Chain]:
    """The first of those that met a failure, or came again."""
    return [chain for chain in tried if len(chain.submissions) > 1 or chain.last != REFUSED][:MOST_CHAINS]


def _chain_view(chain: Chain) -> Json:
    shown = chain.submissions[:MOST_ATTEMPTS]
    start = shown[0].arrived_at
    return {
        "count": len(chain.submissions),
        "attempts": [
            {"submission_id": item.id, "met": met(item), "after_seconds": round(item.arrived_at - start, 3)}
            for item in shown
        ],
    }
