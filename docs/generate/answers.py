"""What a mock in this process really answers to a contract case, and what its log then says."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple, Self

from mock_capi import spec
from mock_capi.harness.cases import Case
from mock_capi.harness.sending import Request, build
from mock_capi.harness.target import HttpTarget
from mock_capi.harness.venue import Mock
from mock_capi.readings import Readings
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.testing import MockCapi

ServerReadings = tuple[tuple[str, Any], ...]


class Answered(NamedTuple):
    """A response's body, the violations and advisories in the log, and the rules of the schema that were broken."""

    response: Any
    remarks: tuple[Mapping[str, Any], ...]
    breached: frozenset[str]


class Answers:
    """Mocks in this process, one for each set of server-wide readings, until the `with` block ends."""

    def __init__(self, bases: Mapping[str, Any]) -> None:
        self._bases = bases
        self._spec = spec.load(spec.bundled(), SCHEMA_RULE_IDS)
        self._venues: dict[ServerReadings, Mock] = {}
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def to(self, case: Case) -> Answered:
        """Send what a case sends, under its readings and at its time."""
        venue = self._venue(tuple(case.raw.get("server_readings", {}).items()))
        mark = secrets.token_hex(8)
        with venue.stage(case) as stage:
            for asked in case.before:
                venue.target.send(build(asked, self._bases, stage, ""))
            request = build(case.request, self._bases, stage, f"docs {mark}")
            answer = venue.target.send(request)
            logged = venue.logged(mark) or {}
        remarks = (*logged.get("violations", ()), *logged.get("advisories", ()))
        return Answered(answer.json, remarks, self._breached(case, request))

    def _breached(self, case: Case, request: Request) -> frozenset[str]:
        schema = self._spec.event_schema(Readings().with_changes(case.readings))
        return frozenset(breach.rule for event in request.events or () for breach in schema.breaches(event))

    def _venue(self, readings: ServerReadings) -> Mock:
        if readings not in self._venues:
            capi = self._ending.enter_context(MockCapi(readings=dict(readings)))
            self._venues[readings] = Mock(self._ending.enter_context(HttpTarget(capi.url)))
        return self._venues[readings]
