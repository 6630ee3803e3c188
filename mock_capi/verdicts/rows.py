"""The rule table as rows of the report: what the log can tell apart, and which row a remark belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mock_capi.gate import REQUEST_RULES
from mock_capi.model import Advisory, Violation
from mock_capi.readings import Readings
from mock_capi.rules import ADVISORY_RULES, EVENT_RULES, SCHEMA_RULES, Path, Rule

# What the schema's rules are about, as the others tell by what they read. An event_id is best left out, so that any
# event shows it.
_SUBJECTS: Mapping[str, str] = {
    "event_type.standard": "event_type",
    "custom_event_name.required": "custom_event_name",
    "identifiers.required": "identifiers",
    "identifier.hash": "identifiers.email_sha256 identifiers.ip",
    "identifier.opaque": "identifiers.ifa identifiers.partner_id",
    "currency_code.required": "value",
    "currency_code.iso4217": "currency_code",
    "timestamp.form": "timestamp",
    "gpp_sid.required": "privacy.gpp_string",
    "gpp_string.type": "privacy.gpp_string",
    "event_id.sent": "",
}
PERSONAS = "personas"
"""Stands before an identifier in place of `identifiers`: that of a test person."""
# Found under one alternative of a reading only; otherwise the code is about the field's type.
_UNDER: Mapping[tuple[str, str], tuple[str, str]] = {
    ("gpp_string.opt_out", "INVALID_FIELD"): ("opt_out", "reject"),
    ("us_privacy_string.opt_out", "INVALID_FIELD"): ("opt_out", "reject"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule, or those that the log cannot tell apart: equal codes about equal subjects.

    `subjects` are the fields that its remarks point to, `shown_by` those of which an accepted event has to have one
    to show that the rule is kept; none means that any event does. Rows `of_request` are shown by requests, those
    `of_batch` by batches.
    """

    id: str
    guide: str
    about: str
    codes: tuple[str, ...]
    subjects: tuple[Path, ...]
    shown_by: tuple[Path, ...]
    of_request: bool = False
    of_batch: bool = False


def _row(rule: Rule, *, of_request: bool) -> Row:
    subjects, shown_by = rule.reads, _narrowest(rule.reads)
    if rule.id in _SUBJECTS:
        subjects = shown_by = tuple(tuple(path.split(".")) for path in _SUBJECTS[rule.id].split())
    if rule.if_personas:
        shown_by = tuple((PERSONAS, path[-1]) for path in shown_by)
    of_batch = of_request and rule.id.startswith("batch.")
    return Row(rule.id, rule.guide, rule.about, rule.codes, subjects, shown_by, of_request, of_batch)


def _narrowest(reads: Sequence[Path]) -> tuple[Path, ...]:
    """Of all that a rule reads, the one that it is about."""
    return (max(reads, key=len),) if reads else ()


def _rows() -> Iterator[Row]:
    """All rules in their order, with those that cannot be told apart made one."""
    yield from (_row(rule, of_request=True) for rule in REQUEST_RULES)
    merged: dict[object, Row] = {}
    for row in (_row(rule, of_request=False) for rule in (*SCHEMA_RULES, *EVENT_RULES, *ADVISORY_RULES)):
        first = merged.get((row.codes, row.subjects))
        merged[row.codes, row.subjects] = replace(first, about=f"{first.about} {row.about}") if first else row
    yield from merged.values()


ROWS: tuple[Row, ...] = tuple(_rows())
_BY_CODE: Mapping[str, tuple[Row, ...]] = {
    code: tuple(row for row in ROWS if code in row.codes) for code in dict.fromkeys(c for r in ROWS for c in r.codes)
}


def row_of(remark: Violation | Advisory, *, batch: bool, readings: Readings) -> Row | None:
    """The row whose rule found this; None for what no rule finds, such as a duplicate.

    Of several with its code that is the one whose subject is nearest to the place it points to.
    """
    candidates = [
        row
        for row in _BY_CODE.get(remark.code, ())
        if row.of_request == (remark.event is None) and _is_found(row, remark.code, readings)
    ]
    place = _place(remark, batch=batch)
    return max(candidates, key=lambda row: _nearness(row.subjects, place), default=None)


def _is_found(row: Row, code: str, readings: Readings) -> bool:
    reading, value = _UNDER.get((row.id, code), (None, None))
    return reading is None or getattr(readings, reading) == value


def _place(remark: Violation | Advisory, *, batch: bool) -> Path:
    steps = remark.pointer.split("/")[1:]
    return tuple(steps[1:] if batch and remark.event is not None else steps)


def _nearness(subjects: Sequence[Path], place: Path) -> int:
    """How much of the place a subject covers; a row without subjects takes what no other does."""
    covered = [len(subject) for subject in subjects or ((),) if place[: len(subject)] == subject]
    return max(covered, default=-1)
