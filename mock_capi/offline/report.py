"""What a check of files comes to: lines for people, JSON, SARIF and JUnit for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from mock_capi import __version__, junit
from mock_capi.catalogue import CODES, PRECEDENCE
from mock_capi.offline.checking import Checked, Problem

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Report:
    """The sums of a run, and its first problems: at most `most`, since a file may have any number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.events = self.accepted = self.found = 0
        self.shown: list[Problem] = []
        self.codes: dict[str, Counter[str]] = {}

    def begin(self, file: str) -> None:
        """Name a file, so that it is listed though nothing is wrong with it."""
        self.codes.setdefault(file, Counter())

    def add(self, checked: Checked) -> None:
        """Count a portion of a file that has begun."""
        self.events += checked.events
        self.accepted += checked.accepted
        self.found += len(checked.problems)
        for problem in checked.problems:
            self.codes[problem.file][problem.code] += 1
        self.shown += checked.problems[: max(0, self._most - len(self.shown))]

    @property
    def by_code(self) -> Counter[str]:
        """How often each code was found, in the order of the catalogue."""
        sums = sum(self.codes.values(), Counter())
        return Counter({name: sums[name] for name in CODES if name in sums})

    @property
    def refuses(self) -> bool:
        """Whether anything would be refused."""
        return any(code in PRECEDENCE for code in self.by_code)

    @property
    def left_out(self) -> int:
        """How many problems are counted and not shown."""
        return self.found - len(self.shown)


def table(report: Report) -> Iterator[str]:
    """A line for each problem, then the sums by code."""
    yield from map(line, report.shown)
    if report.left_out:
        yield f"... and {report.left_out} more (--max-errors shows them)"
    for code, count in report.by_code.items():
        kind = "refused " if code in PRECEDENCE else "advisory"
        yield f"{count:8}  {kind}  {code:26}  {CODES[code].meaning}"
    refused = report.events - report.accepted
    yield f"{report.events} events in {_files(report)}: {report.accepted} accepted, {refused} refused"


def _files(report: Report) -> str:
    return "1 file" if len(report.codes) == 1 else f"{len(report.codes)} files"


def line(problem: Problem) -> str:
    """`file:line: events[index]/pointer CODE message`, as far as there is each."""
    index = "" if problem.element is None else f"events[{problem.element}]"
    return " ".join(filter(None, (f"{place(problem)}:", index + problem.pointer, problem.code, problem.message)))


def place(problem: Problem) -> str:
    """`file:line`."""
    return f"{problem.file}:{problem.line}"


def as_json(report: Report) -> dict[str, Any]:
    """The run as JSON; problems in the form that the server's log has."""
    counted = report.by_code
    return {
        "events": report.events,
        "accepted": report.accepted,
        "refused": report.events - report.accepted,
        "files": list(report.codes),
        "error_codes": {code: count for code, count in counted.items() if code in PRECEDENCE},
        "advisories": {code: count for code, count in counted.items() if code not in PRECEDENCE},
        "problems": [_with_guide(problem) for problem in report.shown],
        "left_out": report.left_out,
    }


def _with_guide(problem: Problem) -> dict[str, Any]:
    code = CODES[problem.code]
    return {**problem._asdict(), "refused": problem.refuses, "guide": code.guide, "documented": code.documented}


def as_sarif(report: Report) -> dict[str, Any]:
    """The run as SARIF 2.1.0, which code hosts show beside the lines."""
    rules = list(dict.fromkeys(problem.code for problem in report.shown))
    driver = {"name": "mock-capi", "version": __version__, "rules": [_sarif_rule(name) for name in rules]}
    results = [_sarif_result(problem, rules.index(problem.code)) for problem in report.shown]
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _sarif_rule(name: str) -> dict[str, Any]:
    code = CODES[name]
    return {
        "id": name,
        "shortDescription": {"text": code.meaning},
        "help": {"text": f"{code.remedy} (guide section {code.guide})"},
    }


def _sarif_result(problem: Problem, rule: int) -> dict[str, Any]:
    where = {"artifactLocation": {"uri": quote(problem.file)}, "region": {"startLine": problem.line}}
    index = "" if problem.element is None else f"events[{problem.element}]"
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "error" if problem.refuses else "note",
        "message": {"text": " ".join(filter(None, (index + problem.pointer, problem.message)))},
        "locations": [{"physicalLocation": where}],
    }


def as_junit(report: Report, failing: Sequence[str]) -> str:
    """The run as JUnit XML: a suite for each file, in it a case for each code; those of `failing` fail."""
    suites = []
    for file, codes in report.codes.items():
        cases = [
            junit.Case(code, _told(report, file, code, count) if code in failing else None)
            for code, count in codes.items()
        ]
        suites.append(junit.Suite(file, cases or [junit.Case("every event is accepted")]))
    return junit.junit("mock-capi check", suites)


def _told(report: Report, file: str, code: str, count: int) -> str:
    lines = [line(problem) for problem in report.shown if (problem.file, problem.code) == (file, code)]
    return "\n".join((f"{count} times: {CODES[code].meaning}", *lines))
