"""What a run of cases comes to: a table for people, JUnit and JSON for programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from mock_capi.harness.matching import Difference
from mock_capi.harness.runner import Result

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    root = ElementTree.Element("testsuites", name="mock-capi verify")
    for file in dict.fromkeys(result.case.file for result in results):
        of_file = [result for result in results if result.case.file == file]
        found = counts(of_file)
        suite = ElementTree.SubElement(root, "testsuite", name=file.removesuffix(".yaml"), tests=str(len(of_file)))
        suite.set("failures", str(found["failed"]))
        suite.set("skipped", str(found["skipped"]))
        suite.set("time", f"{sum(result.seconds for result in of_file):.3f}")
        for result in of_file:
            _add_case(suite, result)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ElementTree.Element, result: Result) -> None:
    name = result.case.file.removesuffix(".yaml")
    case = ElementTree.SubElement(suite, "testcase", classname=f"contracts.{name}", name=result.case.id)
    case.set("time", f"{result.seconds:.3f}")
    if result.why_not:
        ElementTree.SubElement(case, "skipped", message=result.why_not)
    if result.differences:
        words = _NOT_XML.sub("?", "\n".join(map(_line, result.differences)))
        ElementTree.SubElement(case, "failure", message=words.partition("\n")[0]).text = words


def _line(found: Difference) -> str:
    return f"{found.what}: expected {found.expected}, got {found.got}"
