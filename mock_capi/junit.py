"""Results as JUnit XML, the form that CI services read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree  # XML is written here and never read  # nosec B405

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """One test: its name, and why it failed or was skipped, or what else is said of it.

    Of a failure the first line is the message. `seconds` is how long it took, where that is known.
    """

    name: str
    failure: str | None = None
    skipped: str | None = None
    output: str | None = None
    seconds: float | None = None


class Suite(NamedTuple):
    """Tests that belong together, such as those of one file; `classname` sorts them where the name does not."""

    name: str
    cases: Sequence[Case]
    classname: str | None = None


def junit(name: str, suites: Sequence[Suite]) -> str:
    """The document."""
    root = ElementTree.Element("testsuites", name=name)
    for suite in suites:
        element = ElementTree.SubElement(root, "testsuite", name=_fit(suite.name), tests=str(len(suite.cases)))
        element.set("failures", str(sum(case.failure is not None for case in suite.cases)))
        element.set("skipped", str(sum(case.skipped is not None for case in suite.cases)))
        times = [case.seconds for case in suite.cases if case.seconds is not None]
        if times:
            element.set("time", f"{sum(times):.3f}")
        for case in suite.cases:
            _add(element, suite.classname or suite.name, case)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add(element: ElementTree.Element, classname: str, case: Case) -> None:
    test = ElementTree.SubElement(element, "testcase", classname=_fit(classname), name=_fit(case.name))
    if case.seconds is not None:
        test.set("time", f"{case.seconds:.3f}")
    if case.failure is not None:
        text = _fit(case.failure)
        ElementTree.SubElement(test, "failure", message=text.partition("\n")[0]).text = text
    if case.skipped is not None:
        ElementTree.SubElement(test, "skipped", message=_fit(case.skipped))
    if case.output is not None:
        ElementTree.SubElement(test, "system-out").text = _fit(case.output)


def _fit(text: str) -> str:
    return _NOT_XML.sub("?", text)
