"""What the log shows, gathered in one walk: what was accepted with which fields, and what was remarked on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from mock_capi.events import events_of
from mock_capi.model import JSON, Advisory, EventOutcome, Kept, Submission, Violation
from mock_capi.readings import Readings
from mock_capi.redact import MASK
from mock_capi.rules import Path
from mock_capi.verdicts.items import MOST_IDS
from mock_capi.verdicts.rows import PERSONAS, ROWS, row_of

ANY: tuple[Path, ...] = ()
KEY_IN_URL = "KEY_IN_URL"
"""Not of the catalogue: stands where a code does for a key or token in a path or query."""
_NESTED = ("identifiers", "privacy")
# Where one of several fields will do.
_ALTERNATIVES = frozenset(row.shown_by for row in ROWS if len(row.shown_by) > 1)
_MADE_BY_FAULTS = "INTERNAL_ERROR"


@dataclass(slots=True)
class Tally:
    """How often something was seen: in how many events and submissions, the first few ids, the first words."""

    events: int = 0
    submissions: int = 0
    ids: list[str] = field(default_factory=list)
    message: str = ""
    newest: str = ""

    def add(self, submission_id: str, message: str = "", events: int = 1) -> None:
        """Count some of a submission, which comes after all that were counted before."""
        self.events += events
        self.message = self.message or message
        if self.newest != submission_id:
            self.newest = submission_id
            self.submissions += 1
            if len(self.ids) < MOST_IDS:
                self.ids.append(submission_id)


class Tallies(dict[object, Tally]):
    """A tally for each thing; what was never seen has an empty one."""

    def __missing__(self, key: object) -> Tally:
        return self.setdefault(key, Tally())

    def most(self, keys: Iterable[object]) -> Tally:
        """The tally of that which was seen most often."""
        return max((self[key] for key in keys), key=lambda tally: tally.events)


@dataclass(slots=True)
class Evidence:
    """All of it. `fields` are of stored events, by the paths of which they have one, `ANY` being any event and
    `("personas", name)` an identifier that test people make telling; `requests` are accepted ones, by endpoint or
    `ANY`; `refusals` and `advisories` are by row of the rule table, `codes` are both by code."""

    fields: Tallies = field(default_factory=Tallies)
    requests: Tallies = field(default_factory=Tallies)
    refusals: Tallies = field(default_factory=Tallies)
    advisories: Tallies = field(default_factory=Tallies)
    codes: Tallies = field(default_factory=Tallies)
    late: Tally = field(default_factory=Tally)
    event_types: Counter[str] = field(default_factory=Counter)
    ages: list[int] = field(default_factory=list)
    opted_out: int = 0

    @property
    def stored(self) -> int:
        """How many events were stored."""
        return self.fields[ANY].events

    @property
    def median_age(self) -> float:
        """In seconds, of stored events; 0 where there are none."""
        return median(self.ages) if self.ages else 0.0


def gather(submissions: Sequence[Submission], readings: Readings, right_hashes: Collection[str] = ()) -> Evidence:
    """The evidence in submissions, oldest first. What was refused for a fault alone is nobody's mistake.

    `right_hashes` are those that test people have.
    """
    found = Evidence()
    for submission in submissions:
        _note_remarks(found, submission, readings)
        if MASK in submission.path:
            found.codes[KEY_IN_URL].add(submission.id, "The key, or another secret, stands in the URL.")
        if submission.accepted and submission.verdict.endpoint in ("single", "batch"):
            for kind in (ANY, submission.verdict.endpoint):
                found.requests[kind].add(submission.id)
        _note_events(found, submission, right_hashes)
    return found


def _note_remarks(found: Evidence, submission: Submission, readings: Readings) -> None:
    batch = submission.verdict.kept is Kept.BATCH
    remarks: tuple[tuple[Tallies, Sequence[Violation | Advisory]], ...] = (
        (found.refusals, submission.verdict.violations),
        (found.advisories, submission.advisories),
    )
    for tallies, of_kind in remarks:
        for remark in of_kind:
            if remark.code == _MADE_BY_FAULTS:
                continue
            row = row_of(remark, batch=batch, readings=readings)
            tallies[row.id if row else remark.code].add(submission.id, remark.message)
            found.codes[remark.code].add(submission.id, remark.message)


def _note_events(found: Evidence, submission: Submission, right_hashes: Collection[str]) -> None:
    """Events of one submission mostly have the same fields, so that these are looked at once for each combination."""
    stored = [event for event in events_of(submission) if event.stored]
    for fields, events in Counter(map(_fields, stored)).items():
        paths = {(name,) for name in fields[0]} | {(over, name) for over, names in _inner(fields) for name in names}
        for shown in (ANY, *((path,) for path in paths), *(some for some in _ALTERNATIVES if paths.intersection(some))):
            found.fields[shown].add(submission.id, events=events)
    for event in stored if right_hashes else ():
        for name in _telling(event, right_hashes):
            found.fields[(PERSONAS, name),].add(submission.id)
    if late := sum(event.late for event in stored):
        found.late.add(submission.id, events=late)
    found.ages += [event.age_seconds for event in stored if event.age_seconds is not None]
    found.opted_out += sum(event.consent.opted_out for event in stored)
    found.event_types.update(event.event["event_type"] for event in stored)


def _fields(event: EventOutcome) -> tuple[tuple[str, ...], ...]:
    """The names of an event's fields, and of those in each that has fields of its own."""
    return tuple(map(_names, (event.event, *(event.event.get(over) for over in _NESTED))))


def _inner(fields: tuple[tuple[str, ...], ...]) -> Iterable[tuple[str, tuple[str, ...]]]:
    return zip(_NESTED, fields[1:], strict=True)


def _names(value: JSON) -> tuple[str, ...]:
    """Those of an object's fields that hold something: under null_fields=absent null is nothing."""
    if not isinstance(value, dict):
        return ()
    return tuple(value) if None not in value.values() else tuple(name for name in value if value[name] is not None)


def _telling(event: EventOutcome, right_hashes: Collection[str]) -> Iterable[str]:
    """The identifiers that a test person has; what is right of an ifa is only that it is none of theirs."""
    for name, value in event.event["identifiers"].items():
        if name == "ifa" or (isinstance(value, str) and value.lower() in right_hashes):
            yield name
