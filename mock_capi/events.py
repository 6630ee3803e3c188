"""A submission's events, as the log shows them: made anew from what is kept whenever somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import orjson

from mock_capi.model import (
    JSON,
    NO_CONSENT_SIGNAL,
    Advisory,
    EventOutcome,
    EventRef,
    Kept,
    Submission,
    Verdict,
    event_id,
)

# From here on JSON readers disagree on integers, and orjson writes none that pass 64 bits.
_TOO_LARGE_TO_SHOW = 2**53


def events_of(submission: Submission) -> Iterator[EventOutcome]:
    """The events of a submission as they are shown, in the order they were sent."""
    for index, event in enumerate(bodies_of(submission)):
        yield _outcome(submission, index, event)


def bodies_of(submission: Submission) -> Sequence[JSON]:
    """The bodies of these events alone."""
    verdict = submission.verdict
    if verdict.kept not in (Kept.EVENT, Kept.BATCH) or not verdict.body:
        return ()
    document = orjson.loads(verdict.body)
    events: Sequence[JSON] = document if verdict.kept is Kept.BATCH else (document,)
    return events[: len(verdict.outcomes.event_types)]


def counted_twice(submissions: Iterable[Submission]) -> dict[str, Decimal]:
    """What the duplicates add up to, by currency: whoever does not notice them counts this twice."""
    sums: dict[str, Decimal] = {}
    for submission in submissions:
        for event in events_of(submission) if submission.duplicates else ():
            if event.duplicate_of and event.event.get("value") is not None:
                currency, value = event.event["currency_code"], Decimal(str(event.event["value"]))
                sums[currency] = sums.get(currency, Decimal()) + value
    return sums


def _outcome(submission: Submission, index: int, event: JSON) -> EventOutcome:
    outcomes = submission.verdict.outcomes
    stored = index not in outcomes.rejected
    sent = event if isinstance(event, dict) else {}
    timestamp = sent.get("timestamp")
    age = None
    if isinstance(timestamp, int | float) and not isinstance(timestamp, bool) and abs(timestamp) < _TOO_LARGE_TO_SHOW:
        age = int(submission.verdict.received_at - timestamp)
    late = index in outcomes.late
    measurement_only = sent.get("mmt_only") is True
    consent = outcomes.consents.get(index, NO_CONSENT_SIGNAL)
    first = submission.duplicates.get(index)
    return EventOutcome(
        submission=submission,
        index=index,
        event=event,
        event_id=event_id(EventRef(submission.id, index)) if stored else None,
        stored=stored,
        age_seconds=age,
        late=late,
        measurement_only=measurement_only,
        optimization_eligible=stored and not late and not measurement_only and not consent.opted_out,
        consent=consent,
        duplicate_of=event_id(first) if first else None,
    )


def duplicate_advisories(verdict: Verdict, duplicates: Mapping[int, EventRef]) -> tuple[Advisory, ...]:
    """What is remarked on events that were stored before."""
    batch = verdict.kept is Kept.BATCH
    if not duplicates:
        return ()
    message = "{}the same event was stored before: equal dataset, timestamp, type, identifiers and transaction_id."
    return tuple(
        Advisory("DUPLICATE_EVENT", f"/{index}", index, message.format(f"events[{index}]: "))
        if batch
        else Advisory("DUPLICATE_EVENT", "", index, message.format("The event: "))
        for index in duplicates
    )
