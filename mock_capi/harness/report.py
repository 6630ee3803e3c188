"""What a run of cases comes to: a table for people, JUnit and JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from mock_capi.harness.matching import Difference
from mock_capi.harness.runner import Result
from mock_capi.junit import Case, Suite
from mock_capi.junit import junit as document


def counts(results: Sequence[Result]) -> dict[str, int]:
    """How many passed, failed and were skipped."""
    found = Counter(result.outcome for result in results)
    return {name: found[name] for name in ("passed", "failed", "skipped")}


def table(results: Sequence[Result]) -> Iterator[str]:
    """Lines: each difference of what failed, what was not exercised and why, the sums."""
    for result in results:
        if result.differences:
            basis = "the guide" if result.case.basis == "guide" else result.case.basis
            yield f"FAILED {result.case.id}  ({result.case.file}, guide {result.case.guide}, rests on {basis})"
            for found in result.differences:
                yield f"    {found.what}"
                yield f"        expected  {found.expected}"
                yield f"        got       {found.got}"
    why_not = Counter(result.why_not for result in results if result.why_not)
    if why_not:
        yield f"Not exercised: {sum(why_not.values())} cases"
        yield from (f"    {count:4}  {why}" for why, count in why_not.most_common())
    yield ", ".join(f"{count} {name}" for name, count in counts(results).items())


def as_json(results: Sequence[Result], about: dict[str, Any]) -> dict[str, Any]:
    """The whole run as JSON."""
    return {**about, **counts(results), "cases": [_case(result) for result in results]}


def _case(result: Result) -> dict[str, Any]:
    case = result.case
    return {
        "id": case.id,
        "file": case.file,
        "guide": case.guide,
        "basis": case.basis,
        "subject": list(case.subjects),
        "outcome": result.outcome,
        "why_not": result.why_not,
        "differences": [found._asdict() for found in result.differences],
        "seconds": round(result.seconds, 4),
    }


def junit(results: Sequence[Result]) -> str:
    """The run as JUnit XML, one test suite for each file of cases."""
    suites = []
    for file in dict.fromkeys(result.case.file for result in results):
        name = file.removesuffix(".yaml")
        cases = [_junit_case(result) for result in results if result.case.file == file]
        suites.append(Suite(name, cases, f"contracts.{name}"))
    return document("mock-capi verify", suites)


def _junit_case(result: Result) -> Case:
    failure = "\n".join(map(_line, result.differences)) or None
    return Case(result.case.id, failure, result.why_not, seconds=result.seconds)


def _line(found: Difference) -> str:
    return f"{found.what}: expected {found.expected}, got {found.got}"
