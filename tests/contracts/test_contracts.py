"""Every contract case holds: in process by the mock's clock, under a frozen one, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime

import freezegun
import pytest
from freezegun.api import FrozenDateTimeFactory

from mock_capi.harness.cases import Case, load_all, load_bases
from mock_capi.harness.runner import run_case
from mock_capi.harness.target import HttpTarget
from mock_capi.harness.venue import NOW, Mock
from mock_capi.readings import Readings
from mock_capi.spec import Spec
from mock_capi.web.app import create_app
from mock_capi.world import World
from tests.conftest import Running, start_server, stop_server
from tests.contracts.venues import FrozenMock, Venues, WsgiTarget
from tests.stores import Stores

CASES = load_all()
BASES = load_bases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def application(the_spec: Spec, stores: Stores, readings: Mapping[str, str]) -> WsgiTarget:
    """The complete application over a fresh world."""
    return WsgiTarget(create_app(World(the_spec, Readings().with_changes(readings), stores.store())))


def failures(case: Case, venues: Venues) -> list[str]:
    """What is not as the case expects."""
    result = run_case(case, venues.of(case), BASES)
    return [f"{d.what}: expected {d.expected}, got {d.got}" for d in result.differences] + [
        *filter(None, [result.why_not])
    ]


@pytest.fixture(scope="module")
def in_process(the_spec: Spec, stores: Stores) -> Venues:
    """The Flask application, without a server."""
    return Venues(lambda readings: Mock(application(the_spec, stores, readings)))


@pytest.fixture(scope="module")
def under_a_frozen_clock(the_spec: Spec, stores: Stores) -> Iterator[Venues]:
    """The same, with the time of this process held still and moved."""
    with freezegun.freeze_time(datetime.fromtimestamp(NOW, UTC)) as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield Venues(lambda readings: FrozenMock(application(the_spec, stores, readings), frozen))


@pytest.fixture(scope="module")
def over_http(shared_server: Running) -> Iterator[Venues]:
    """Real servers."""
    with ExitStack() as servers:

        def venue(readings: Mapping[str, str]) -> Mock:
            server = shared_server
            if readings:
                server = start_server("--readings", ",".join(f"{name}={value}" for name, value in readings.items()))
                servers.callback(stop_server, server)
            return Mock(servers.enter_context(HttpTarget(server.url)))

        yield Venues(venue)


@every_case
def test_in_process(case: Case, in_process: Venues) -> None:
    """The Flask application answers and records what the case says."""
    assert failures(case, in_process) == []


@every_case
def test_over_http(case: Case, over_http: Venues) -> None:
    """The server answers and records what the case says."""
    assert failures(case, over_http) == []


@every_case
def test_under_a_frozen_clock(case: Case, under_a_frozen_clock: Venues) -> None:
    """So does the application where a test suite holds the time still."""
    assert failures(case, under_a_frozen_clock) == []
