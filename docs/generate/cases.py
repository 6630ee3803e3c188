"""Contract cases as a list: what each is, what comes back, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.generate.markdown import code, codes, table
from mock_capi.harness.cases import GUIDE, Case
from mock_capi.manual.pages import answered


def list_of(cases: Iterable[Case]) -> str:
    """A table of cases, as their files have them."""
    rows = ([_name(case), _outcome(case), _basis(case)] for case in sorted(cases, key=lambda case: case.file))
    return table(["Case", "What comes back", "Rests on"], rows)


def _name(case: Case) -> str:
    about = case.raw.get("about")
    return f"{code(case.id)}: {about}" if about else code(case.id)


def _outcome(case: Case) -> str:
    told = codes(sorted(answered(case)))
    return f"{case.expect['status']} {told}".strip()


def _basis(case: Case) -> str:
    return ", ".join(_grounds(case))


def _grounds(case: Case) -> Iterator[str]:
    if case.basis == GUIDE:
        yield "nothing in the guide" if case.guide == "-" else f"guide {case.guide}"
    elif case.basis == "silent":
        yield "the guide's silence"
    asked = {**case.raw.get("server_readings", {}), **case.readings}
    yield from (code(f"{name}={value}") for name, value in asked.items())
    if case.basis not in (GUIDE, "silent", *asked):
        yield f"{code(case.basis)}, the default"
