"""Submissions and what stands as JSON, for what outlives a process or is read by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any

import orjson

from mock_capi.clock import Clock
from mock_capi.model import (
    NO_CONSENTS,
    NO_DUPLICATES,
    NONE,
    Advisory,
    Consent,
    EventRef,
    Fault,
    Kept,
    Outcomes,
    Submission,
    Verdict,
    Violation,
)
from mock_capi.personas import from_form, to_form
from mock_capi.standing import Dataset, Standing

_CLOCK, _FAULTS, _ORDER = "clock", "faults", "order"
_DATASET, _PERSON = "dataset:", "person:"
_OPTIONS = orjson.OPT_NON_STR_KEYS
Fields = Mapping[str, bytes | None]
"""Parts of what stands by name; None for what is there no more."""


def write(submission: Submission) -> bytes:
    """A submission, in one line."""
    return orjson.dumps(submission, default=_plain, option=_OPTIONS)


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"cannot be written: {type(value).__name__}")


def read(line: bytes | str) -> Submission:
    """A submission as it was. Raises ValueError, KeyError or TypeError where it is none."""
    form = orjson.loads(line)
    return Submission(
        **{
            **form,
            "method": intern(form["method"]),
            "path": intern(form["path"]),
            "headers": tuple((intern(name), intern(value)) for name, value in form["headers"]),
            "verdict": _verdict(form["verdict"]),
            "response": _once(form["response"]),
            "fault": Fault(**form["fault"]) if form["fault"] else None,
            "duplicates": {int(at): EventRef(**ref) for at, ref in form["duplicates"].items()} or NO_DUPLICATES,
            "advisories": tuple(Advisory(**remark) for remark in form["advisories"]),
        }
    )


@lru_cache(maxsize=16)
def _once(response: str) -> bytes:
    """The schema is answered often, and long."""
    return response.encode()


def _verdict(form: dict[str, Any]) -> Verdict:
    return Verdict(
        **{
            **form,
            "refusal": Violation(**form["refusal"]) if form["refusal"] else None,
            "violations": tuple(Violation(**remark) for remark in form["violations"]),
            "advisories": tuple(Advisory(**remark) for remark in form["advisories"]),
            "outcomes": _outcomes(form["outcomes"]),
            "body": form["body"].encode(),
            "kept": Kept(form["kept"]),
            "allow": tuple(form["allow"]),
        }
    )


def _outcomes(form: dict[str, Any]) -> Outcomes:
    return Outcomes(
        tuple(intern(kind) if kind else kind for kind in form["event_types"]),
        frozenset(form["rejected"]) or NONE,
        frozenset(form["late"]) or NONE,
        {int(at): _consent(consent) for at, consent in form["consents"].items()} or NO_CONSENTS,
        tuple(form["fingerprints"]),
    )


def _consent(form: dict[str, Any]) -> Consent:
    return Consent(**{**form, "gpp_sections": tuple(form["gpp_sections"]), "in_force": tuple(form["in_force"])})


def differences(before: Standing, after: Standing) -> Fields:
    """What of it has changed. API keys are part of it, of personas only hashes."""
    found: dict[str, bytes | None] = {}
    if after.clock != before.clock:
        found[_CLOCK] = orjson.dumps(after.clock)
    if after.faults != before.faults:
        found[_FAULTS] = orjson.dumps(after.faults, default=_plain)
    for name, dataset in after.datasets.items():
        if before.datasets.get(name) is not dataset:
            found[_DATASET + name] = orjson.dumps(dataset, default=_plain)
    for name, person in after.people.items():
        if name not in before.people:
            found[_PERSON + name] = orjson.dumps(to_form(person))
    found |= dict.fromkeys((_DATASET + name for name in before.datasets.keys() - after.datasets.keys()), None)
    found |= dict.fromkeys((_PERSON + name for name in before.people.keys() - after.people.keys()), None)
    if list(before.datasets) != list(after.datasets) or list(before.people) != list(after.people):
        found[_ORDER] = orjson.dumps([list(after.datasets), list(after.people)])
    return found


def changed(standing: Standing, fields: Fields) -> Standing:
    """It with these parts as they are now."""
    datasets, people = dict(standing.datasets), dict(standing.people)
    for name, form in fields.items():
        if name.startswith(_DATASET):
            _put(datasets, name.removeprefix(_DATASET), form and _dataset(form))
        elif name.startswith(_PERSON):
            _put(people, name.removeprefix(_PERSON), form and from_form(orjson.loads(form)))
    clock, faults, order = fields.get(_CLOCK), fields.get(_FAULTS), fields.get(_ORDER)
    if order:
        of_datasets, of_people = orjson.loads(order)
        datasets = {name: datasets[name] for name in of_datasets}
        people = {name: people[name] for name in of_people}
    return replace(
        standing,
        clock=Clock(**orjson.loads(clock)) if clock else standing.clock,
        faults=tuple(Fault(**fault) for fault in orjson.loads(faults)) if faults else standing.faults,
        datasets=MappingProxyType(datasets) if datasets != standing.datasets else standing.datasets,
        people=MappingProxyType(people) if people.keys() != standing.people.keys() else standing.people,
    )


def _put(those: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        those.pop(name, None)
    else:
        those[name] = value


def _dataset(form: bytes) -> Dataset:
    found = orjson.loads(form)
    return Dataset(**{**found, "clock": Clock(**found["clock"]) if found["clock"] else None})
