"""What there is to say of each code: rules, readings, and two contract cases, one on either side of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from mock_capi.catalogue import ADVISORIES, CODES, ERRORS, OWN_ERRORS, Code
from mock_capi.gate import REQUEST_RULES
from mock_capi.harness.cases import Case
from mock_capi.readings import READINGS
from mock_capi.rules import ADVISORY_RULES, EVENT_RULES, SCHEMA_RULES, Rule

ALL_RULES: tuple[Rule, ...] = (*REQUEST_RULES, *SCHEMA_RULES, *EVENT_RULES, *ADVISORY_RULES)
LISTED: tuple[Code, ...] = (*ERRORS, *ADVISORIES, *OWN_ERRORS)
_READINGS = frozenset(reading.name for reading in READINGS)


class Page(NamedTuple):
    """One code. `broken` is the first contract case that draws it, `kept` the first about the same that does not."""

    code: Code
    rules: tuple[Rule, ...]
    readings: tuple[str, ...]
    broken: Case | None
    kept: Case | None

    @property
    def kind(self) -> str:
        """What the code is: the answer's status, or an advisory."""
        return f"status {self.code.status}" if self.code.status else "advisory"


class Manual:
    """The pages of all codes, from these contract cases."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases

    def page(self, name: str) -> Page:
        """The page of a code. Raises KeyError."""
        code = CODES[name]
        rules = tuple(rule for rule in ALL_RULES if name in rule.codes)
        subjects = {name, *(rule.id for rule in rules)}
        drawing = [case for case in self.about(subjects) if name in answered(case)]
        drawing.sort(key=lambda case: code.status not in (None, case.expect["status"]))
        broken = drawing[0] if drawing else None
        return Page(code, rules, tuple(_readings(rules, broken)), broken, self.kept_beside(broken, subjects))

    def about(self, subjects: Collection[str]) -> list[Case]:
        """The cases about one of these rules, codes or readings, the plainest first."""
        return [case for case in self._by_plainness if not set(subjects).isdisjoint(case.subjects)]

    def kept_beside(self, broken: Case | None, subjects: Collection[str]) -> Case | None:
        """The case about one of these that draws nothing, and is most like a broken one."""
        about = self.about(subjects)
        if broken:
            # The nearer their subjects, the more alike are the two.
            shared = set(subjects).intersection(broken.subjects)
            about.sort(
                key=lambda case: (_form(case) != _form(broken), shared.isdisjoint(case.subjects), bool(case.before))
            )
        return next((case for case in about if case.expect["status"] == 200 and not _drawn(case)), None)

    @property
    def pages(self) -> Iterator[Page]:
        """All of them, as the catalogue has them."""
        return (self.page(code.name) for code in (*ERRORS, *ADVISORIES))

    @cached_property
    def _by_plainness(self) -> Sequence[Case]:
        """Those that need nothing else first, then as the files have them."""
        return sorted(self._cases, key=_oddness)


def _oddness(case: Case) -> tuple[bool, ...]:
    """What a case has besides one plain event with one thing wrong, the least telling first."""
    needs_more = any(name in case.raw for name in ("readings", "server_readings", "fault", "now", "personas"))
    remarks = (*case.expect.get("violations", ()), *case.expect.get("advisories", ()))
    is_raw = not {"base64", "body"}.isdisjoint(case.request) or "$raw" in str(case.request)
    is_odd = is_raw or case.request.get("endpoint") == "schema"
    return needs_more, is_odd, "send" in case.raw, len(remarks) > 1, bool(case.before), "batch" in case.request


def _form(case: Case) -> tuple[Any, ...]:
    """What makes two cases look alike: a batch or not, a patch of the same event or a request of its own making."""
    return "batch" in case.request, "send" in case.raw, case.request.get("base")


def answered(case: Case) -> set[str]:
    """The code that a case is answered with, and the advisories that it draws."""
    expect = case.expect
    return {*filter(None, [expect.get("code")]), *_names(expect.get("advisories", ()))}


def _drawn(case: Case) -> set[str]:
    return answered(case) | set(_names(case.expect.get("violations", ())))


def _names(remarks: Iterable[Any]) -> list[str]:
    return [remark if isinstance(remark, str) else remark["code"] for remark in remarks]


def _readings(rules: Iterable[Rule], broken: Case | None) -> Iterator[str]:
    """The readings that decide about a code: those that its rules name, and the one its case rests on."""
    named = [name for rule in rules for name in re.findall(r"`(\w+)", rule.about) if name in _READINGS]
    basis = [broken.basis] if broken and broken.basis in _READINGS else []
    yield from dict.fromkeys((*named, *basis))
