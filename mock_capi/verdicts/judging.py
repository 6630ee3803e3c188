"""The rows of the rule table judged by the evidence, and what is asked of a sender besides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mock_capi.catalogue import ADVISORIES
from mock_capi.rules import Path
from mock_capi.verdicts.evidence import ANY, Evidence, Tally
from mock_capi.verdicts.items import Found, Item, Status, counted, item
from mock_capi.verdicts.rows import ROWS, Row

BREACHES: tuple[str, ...] = ("BROWSER_ORIGIN", "OPTED_OUT", "WRONG_HASH")
"""Advisories on what the guide forbids (3.2, 5.2) or requires (4.2), although it was accepted."""
_OF_ROWS = frozenset(code for row in ROWS for code in row.codes)


def broken(status: Status, tally: Tally) -> Found:
    """Something was found, so often; the first words say what."""
    times = (
        f"{tally.events:,} times in {counted(tally.submissions, 'request')}, first: " if tally.events > 1 else "Once: "
    )
    return Found(status, times + tally.message, tuple(tally.ids), tally.submissions)


def held(tally: Tally, what: str) -> Found:
    """Something was kept to in all of them."""
    of_events = f" in {counted(tally.submissions, 'request')}" if what == "event" else ""
    evidence = f"Held in {counted(tally.events, f'accepted {what}')}{of_events}."
    return Found(Status.PASSED, evidence, tuple(tally.ids), tally.submissions)


def unseen(evidence: str) -> Found:
    """Nothing tells."""
    return Found(Status.NOT_EXERCISED, evidence)


def without(fields: Sequence[Path]) -> Found:
    """Nothing tells, since no accepted event had any of these fields."""
    named = " or ".join(".".join(map(str, path)).replace("personas.", "a test person's ") for path in fields)
    return unseen(f"No accepted event had {named}." if named else "No event was accepted.")


def judged_rows(evidence: Evidence) -> Iterator[Item]:
    """Every row of the rule table: failed where something was refused for it or breaks the guide all the same,
    advisory where something drew a remark, passed where something accepted shows it."""
    for row in ROWS:
        yield item(row.id, row.guide, row.about, _found(row, evidence))


def _found(row: Row, evidence: Evidence) -> Found:
    refused, advised = evidence.refusals[row.id], evidence.advisories[row.id]
    if refused.events:
        return broken(Status.FAILED, refused)
    if advised.events:
        forbidden = any(code in BREACHES and evidence.codes[code].events for code in row.codes)
        return broken(Status.FAILED if forbidden else Status.ADVISORY, advised)
    if row.of_request:
        requests = evidence.requests["batch" if row.of_batch else ANY]
        return held(requests, "request") if requests.events else unseen(f"No {_kind(row)} was accepted.")
    shown = evidence.fields[row.shown_by]
    return held(shown, "event") if shown.events else without(row.shown_by)


def _kind(row: Row) -> str:
    return "batch" if row.of_batch else "request with events"


def judged_besides(evidence: Evidence) -> Iterator[Item]:
    """What no rule of one request or event can find: how late events come, and remarks of the log as a whole."""
    yield item("events.on_time", "3.2", "Events are sent close to when they happen, and not late.", _on_time(evidence))
    for code in ADVISORIES:
        if code.name not in _OF_ROWS:
            yield item(f"events.{code.name.lower()}", code.guide, code.remedy, _remarked(code.name, evidence))


def _remarked(code: str, evidence: Evidence) -> Found:
    remarked = evidence.codes[code]
    if remarked.events:
        return broken(Status.FAILED if code in BREACHES else Status.ADVISORY, remarked)
    return held(evidence.fields[ANY], "event") if evidence.stored else without(ANY)


def _on_time(evidence: Evidence) -> Found:
    if not evidence.stored:
        return without(ANY)
    late, stored = evidence.late, evidence.fields[ANY]
    share = f"{late.events:,} of {counted(evidence.stored, 'accepted event')} ({late.events / evidence.stored:.1%})"
    words = f"{share} came after seven days or more; half of all came within {_age(evidence.median_age)}."
    shown = late if late.events else stored
    status = Status.ADVISORY if late.events else Status.PASSED
    return Found(status, words, tuple(shown.ids), shown.submissions)


def _age(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
