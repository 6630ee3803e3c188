"""`mock-capi check` and the server say the same of every contract case that is an event or a batch of events."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from mock_capi.gate import REQUEST_RULES
from mock_capi.harness.cases import Case, load_all, load_bases
from mock_capi.harness.sending import build
from mock_capi.harness.venue import Mock
from mock_capi.offline.checking import Checker
from mock_capi.offline.reading import Source
from mock_capi.readings import Readings
from mock_capi.spec import Spec
from mock_capi.web.app import create_app
from mock_capi.world import World
from tests.contracts.venues import Venues, WsgiTarget

BASES = load_bases()
# About a request, which a file is not; and about another dataset's key.
_OF_REQUESTS = {code for rule in REQUEST_RULES for code in rule.codes} | {"DATASET_NOT_AUTHORIZED"}
_SETUP = {"before", "personas", "fault"}
# An object where a batch should be, and the other way round: a file may have either.
_SHAPES = {"body.wrapped_batch", "response.deferred_shape"}


def is_plain(case: Case) -> bool:
    """Whether a case sends events, and needs nothing to be there before."""
    sent = case.request
    is_post = sent.get("method", "POST") == "POST" and sent.get("endpoint") != "schema" and "path" not in sent
    is_json = {"body", "base64", "pad"}.isdisjoint(sent)
    has_key = sent.get("key", "own") == "own" and "authorization" not in sent
    is_sent_right = is_post and is_json and has_key and case.id not in _SHAPES
    return is_sent_right and _SETUP.isdisjoint(case.raw) and "second_dataset" not in case.needs


CASES = [case for case in load_all() if is_plain(case)]


@pytest.fixture(scope="module")
def venues(the_spec: Spec) -> Venues:
    """The application in this process, one for each set of server-wide readings."""
    return Venues(lambda readings: Mock(WsgiTarget(create_app(World(the_spec, Readings().with_changes(readings))))))


def of_events(remarks: Iterable[Mapping[str, Any]], is_batch: bool) -> Iterator[tuple[int, str, str]]:
    """What the log says of events, by event, code and place in the event."""
    for remark in remarks:
        if remark["event"] is not None and remark["code"] not in _OF_REQUESTS:
            prefix = f"/{remark['event']}" if is_batch else ""
            yield remark["event"], remark["code"], remark["pointer"].removeprefix(prefix)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_check_says_what_the_server_says(case: Case, venues: Venues, the_spec: Spec) -> None:
    """The same codes at the same places of the same events."""
    venue = venues.of(case)
    with venue.stage(case) as stage:
        request = build(case.request, BASES, stage, "check")
        is_batch = request.path.endswith("batch")
        venue.target.send(request)
        logged = venue.ask("GET", f"/_inspect/submissions?data_set_id={stage.own.data_set_id}")["submissions"]
        readings = Readings().with_changes({**case.raw.get("server_readings", {}), **case.readings})
        checker = Checker(the_spec, readings, int(stage.now), stage.own.data_set_id)
        found = [
            problem
            for checked in checker.check(Source("events", io.BytesIO(request.body)))
            for problem in checked.problems
        ]
    said = [remark for entry in logged for remark in (*entry["violations"], *entry["advisories"])]
    # Of a batch that was refused nothing was stored; a file is no batch, and its events are judged one by one.
    apart = _OF_REQUESTS | ({"DUPLICATE_EVENT"} if case.expect["status"] != 200 else set())
    ours = [(p.element or 0, p.code, p.pointer) for p in found if p.code not in apart]
    assert sorted(ours) == sorted(of_events(said, is_batch))


def test_the_cases_are_most_of_the_contracts() -> None:
    """Nearly all that are about events, so that none is left out by accident."""
    about_events = [case for case in load_all() if case.expect.get("code") not in _OF_REQUESTS]
    assert len(CASES) > 0.7 * len(about_events)
