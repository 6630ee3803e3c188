"""The cases leave nothing out: every rule, code, advisory and alternative reading, and the guide's own table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from mock_capi.catalogue import ADVISORIES, CODES, ERRORS
from mock_capi.gate import REQUEST_RULES
from mock_capi.harness.cases import Case, load_all
from mock_capi.readings import READINGS, Readings, alternatives
from mock_capi.rules import EVENT_RULES, SCHEMA_RULES

CASES = load_all()
RULES = [rule.id for rule in (*REQUEST_RULES, *SCHEMA_RULES, *EVENT_RULES)]
SWITCHES = [(reading.name, value) for reading in READINGS for value in alternatives(reading)]
# Guide 7.2: each row's condition, with the rules that a case on either side of it is about.
REJECTIONS = {
    "missing required field": "field.required",
    "invalid event_type": "event_type.standard",
    "no identifiers": "identifiers.required",
    "plaintext PII in an identifier field": "PLAINTEXT_PII",
    "older than 30 days": "timestamp.age",
    "7 to 30 days old": "timestamp.age",
    "invalid GPP string": "gpp_string.valid",
    "invalid or missing API key": "request.key",
}


def about(subject: str, cases: Iterable[Case] = CASES) -> list[Case]:
    """The cases about a rule, a code or a reading."""
    return [case for case in cases if subject in case.subjects]


def holds(cases: Iterable[Case], code: str | None = None) -> list[str]:
    """Those in which it is kept: accepted, without that code."""
    return [case.id for case in cases if case.expect["status"] == 200 and code not in drawn(case)]


def breaks(cases: Iterable[Case], code: str | None = None) -> list[str]:
    """Those in which it is broken: refused, or with that code."""
    return [case.id for case in cases if case.expect["status"] != 200 or code in drawn(case)]


def drawn(case: Case) -> set[str]:
    """The codes that a case expects in answer or log."""
    expect = case.expect
    remarks = (*expect.get("violations", ()), *expect.get("advisories", ()), *filter(None, [expect.get("code")]))
    return {remark if isinstance(remark, str) else remark["code"] for remark in remarks}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_kept_and_broken(rule: str) -> None:
    """By cases that name it."""
    assert holds(about(rule))
    assert breaks(about(rule))


@pytest.mark.parametrize("code", [code.name for code in ERRORS])
def test_every_code_is_answered(code: str) -> None:
    """The code, with its status by default."""
    answered = [case for case in CASES if case.expect.get("code") == code]
    assert answered
    assert CODES[code].status in {case.expect["status"] for case in answered}


@pytest.mark.parametrize("code", [code.name for code in ADVISORIES])
def test_every_advisory_is_drawn_and_not_drawn(code: str) -> None:
    """By cases that name it."""
    assert holds(about(code), code)
    assert breaks(about(code), code)


def under(name: str, value: str) -> Iterator[Case]:
    """The cases about a reading under one of its values."""
    for case in about(name):
        asked = {**case.raw.get("server_readings", {}), **case.readings}
        given = str(asked.get(name, Readings().as_dict()[name]))
        if given == value or (value == "a number" and given.isdigit() and name in asked):
            yield case


@pytest.mark.parametrize(("name", "value"), SWITCHES)
def test_every_alternative_of_a_reading_is_tried(name: str, value: str) -> None:
    """With an accepted and a refused request, or with a remark and without."""
    cases = list(under(name, value))
    plain = [case for case in cases if case.expect["status"] == 200 and not drawn(case)]
    told = [case for case in cases if case.expect["status"] != 200 or drawn(case)]
    assert plain or holds(cases)
    assert told


@pytest.mark.parametrize("row", REJECTIONS)
def test_every_row_of_the_rejection_table_has_two_sides(row: str) -> None:
    """Guide 7.2, and on the guide's word alone, so that foreign servers are asked too."""
    cases = [case for case in about(REJECTIONS[row]) if case.basis == "guide"]
    assert holds(cases)
    assert breaks(cases)


def test_names_are_those_of_the_project() -> None:
    """What a case is about, what it rests on, what it expects: nothing is misspelt."""
    readings = {reading.name for reading in READINGS}
    known = {*RULES, *CODES, *readings}
    assert {name for case in CASES for name in case.subjects} - known == set()
    assert {case.basis for case in CASES} - {"guide", "silent", *readings} == set()
    assert {code for case in CASES for code in drawn(case)} - set(CODES) == set()


def test_ids_begin_with_a_theme() -> None:
    """So that a pattern chooses a theme, and a failure says where to look."""
    assert len({case.id.partition(".")[0] for case in CASES}) <= len({case.file for case in CASES}) + 4
