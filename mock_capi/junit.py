"""Results as JUnit XML, the form that CI services read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """One test: its name, and why it failed, or None."""

    name: str
    failure: str | None = None


class Suite(NamedTuple):
    """Tests that belong together, such as those of one file."""

    name: str
    cases: Sequence[Case]


def junit(name: str, suites: Sequence[Suite]) -> str:
    """The document. A failure's first line is its message."""
    root = ElementTree.Element("testsuites", name=name)
    for suite in suites:
        failures = sum(case.failure is not None for case in suite.cases)
        element = ElementTree.SubElement(root, "testsuite", name=_fit(suite.name), tests=str(len(suite.cases)))
        element.set("failures", str(failures))
        for case in suite.cases:
            _add(element, suite, case)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add(element: ElementTree.Element, suite: Suite, case: Case) -> None:
    test = ElementTree.SubElement(element, "testcase", classname=_fit(suite.name), name=_fit(case.name))
    if case.failure is not None:
        text = _fit(case.failure)
        ElementTree.SubElement(test, "failure", message=text.partition("\n")[0]).text = text


def _fit(text: str) -> str:
    return _NOT_XML.sub("?", text)
