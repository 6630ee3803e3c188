"""The readings: a page for each, with what depends on it, what to ask the vendor, and its contract cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field
from typing import Any

from docs.generate.cases import list_of
from docs.generate.markdown import code, codes, fenced, page
from mock_capi.harness.cases import Case
from mock_capi.manual.pages import ALL_RULES, Manual
from mock_capi.readings import READINGS, alternatives
from mock_capi.verdicts.questions import QUESTIONS


def pages(manual: Manual) -> Iterator[tuple[str, str]]:
    """The name and the text of each reading's page."""
    for reading in READINGS:
        yield reading.name, _page(reading, manual)


def _page(reading: Field[Any], manual: Manual) -> str:
    default, *others = alternatives(reading)
    cases = manual.about({reading.name})
    return page(
        f"# {code(reading.name)}",
        f"{reading.metadata['about']} Guide section {reading.metadata['guide']}.",
        f"The default is {code(default)}; it may be {' or '.join(map(_value, others))} as well.",
        fenced(f"mock-capi serve --readings {reading.name}={_example(reading, cases)}", "sh"),
        f"What to ask the vendor: {QUESTIONS[reading.name]}",
        "## What depends on it",
        _dependents(reading.name, manual),
        "## The contract cases\n\nAbout this reading, under each of its values:",
        list_of(cases),
    )


def _value(text: str) -> str:
    return text if " " in text else code(text)


def _example(reading: Field[Any], cases: list[Case]) -> str:
    """A value that is not the default: another of the choices, or the number that a case sets."""
    if "alternatives" in reading.metadata:
        return alternatives(reading)[1]
    asked = ({**case.raw.get("server_readings", {}), **case.readings}.get(reading.name) for case in cases)
    return next(str(value) for value in asked if value not in (None, "off"))


def _dependents(name: str, manual: Manual) -> str:
    rules = [rule.id for rule in ALL_RULES if f"`{name}" in rule.about]
    told = [told.code.name for told in manual.pages if name in told.readings]
    lines = [f"- Rules: {codes(rules)}" if rules else "", f"- Codes: {codes(told)}" if told else ""]
    return "\n".join(filter(None, lines)) or "No rule of its own: it decides how the answer is made."
