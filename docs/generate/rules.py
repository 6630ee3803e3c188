"""The rulebook: a page for each rule, with an event on either side of it and all contract cases about it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from docs.generate.answers import Answers
from docs.generate.cases import list_of
from docs.generate.document import places_of
from docs.generate.markdown import code, codes, fenced, page
from mock_capi.catalogue import CODES, GUIDE_SAYS_NOTHING, Code
from mock_capi.harness.cases import Case
from mock_capi.manual.examples import written
from mock_capi.manual.pages import ALL_RULES, Manual, answered
from mock_capi.rules import Rule


class Example(NamedTuple):
    """A contract case, the body of the answer, and what the log remarks on it."""

    case: Case
    response: Any
    remark: Mapping[str, Any]


def pages(manual: Manual, bases: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The name and the text of each rule's page, in the order of the checks."""
    with Answers(bases) as answers:
        for place, rule in enumerate(ALL_RULES, 1):
            yield rule.id, _page(rule, place, manual, answers, bases)


def _page(rule: Rule, place: int, manual: Manual, answers: Answers, bases: Mapping[str, Any]) -> str:
    subjects = {rule.id} if manual.about({rule.id}) else set(rule.codes)
    examples = {name: _example(rule, name, manual, answers) for name in rule.codes}
    first = next((example.case for example in examples.values() if example), None)
    kept = manual.kept_beside(first, subjects)
    return page(
        f"# {code(rule.id)}",
        rule.about,
        f"{_guide(rule.guide)} Number {place} of {len(ALL_RULES)} in the order of the checks. {_where(rule)}",
        *(_broken(CODES[name], example, bases) for name, example in examples.items()),
        f"## Kept\n\n{fenced(_lines(kept, bases))}" if kept else "",
        f"## The contract cases\n\nAbout {codes(sorted(subjects))}, as `mock-capi verify` runs them:",
        list_of(manual.about(subjects)),
    )


def _guide(section: str) -> str:
    return "The guide says nothing of it." if section == GUIDE_SAYS_NOTHING else f"Guide section {section}."


def _where(rule: Rule) -> str:
    places = [f"{codes(keywords)} of {code(at)}" for at, keywords in places_of(rule.id)]
    return f"In `openapi.yaml` it is {' and '.join(places)}." if places else ""


def _broken(told: Code, example: Example | None, bases: Mapping[str, Any]) -> str:
    kind = f"Status {told.status}" if told.status else "An advisory"
    if told.http_status:
        kind += f", or {told.http_status} with `undocumented_statuses=http`"
    named = "the guide's own name" if told.documented else "the name is mock-capi's"
    parts = [f"## Broken: {code(told.name)}", f"{told.meaning} **{told.remedy}** ({kind}; {named}.)"]
    if example:
        parts += [fenced(_lines(example.case, bases)), _answer(told.name, example)]
    return page(*parts)


def _lines(case: Case, bases: Mapping[str, Any]) -> str:
    return "\n".join(written(case, bases))


def _example(rule: Rule, name: str, manual: Manual, answers: Answers) -> Example | None:
    """The plainest case in which a rule finds a code, with what came back."""
    cases = [case for case in manual.about({rule.id}) + manual.about({name}) if name in answered(case)]
    wanted = CODES[name].status or 200
    for case in sorted(cases, key=lambda case: case.expect["status"] != wanted):
        found = answers.to(case)
        for remark in found.remarks:
            if remark["code"] == name and _is_its_own(rule, remark["pointer"], found.breached):
                return Example(case, found.response, remark)
    return None


def _is_its_own(rule: Rule, pointer: str, breached: Collection[str]) -> bool:
    """Whether a rule found it. Several share a code; then the schema, or the place, tells them apart."""
    if rule.explain:
        return rule.id in breached
    place = re.sub(r"^/(\d+/)?", "", pointer).split("/")
    deepest = max(map(len, rule.reads), default=0)
    own = [list(path) for path in rule.reads if len(path) == deepest]
    return not own or (not breached and place[:deepest] in own)


def _answer(name: str, example: Example) -> str:
    if example.response.get("error_code") == name:
        return "The answer:\n\n" + fenced(json.dumps(example.response, indent=2), "json")
    shown = {key: example.remark[key] for key in ("code", "pointer", "message")}
    return "It is accepted, and the log says:\n\n" + fenced(json.dumps(shown, indent=2), "json")
