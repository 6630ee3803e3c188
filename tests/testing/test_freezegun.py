"""Time that a test freezes: a server in its process lives in it, and nobody's waiting depends on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import freezegun
import pytest

from mock_capi.testing import MockCapi, NotReceived
from tests.senders import DAY, NOW
from tests.testing.sending import made, send

FROZEN = "2027-01-15T08:00:00Z"
Pair = tuple[Any, MockCapi]
"""What moves the frozen time, and a mock."""
Frozen = Callable[..., AbstractContextManager[Pair]]


@contextmanager
def started_before(*, tick: bool = False) -> Iterator[Pair]:
    """A server that knew real time first."""
    with MockCapi() as capi, freezegun.freeze_time(FROZEN, tick=tick) as frozen:
        yield frozen, capi


@contextmanager
def started_inside(*, tick: bool = False) -> Iterator[Pair]:
    """A server that never knew any other time."""
    with freezegun.freeze_time(FROZEN, tick=tick) as frozen, MockCapi() as capi:
        yield frozen, capi


@pytest.fixture(params=[started_before, started_inside])
def frozen_with(request: pytest.FixtureRequest) -> Frozen:
    """Both orders."""
    found: Frozen = request.param
    return found


def test_the_server_lives_in_the_tests_time(frozen_with: Frozen) -> None:
    """Events are received at the frozen time, and grow late when it is moved."""
    with frozen_with() as (frozen, capi):
        event = made(capi)
        assert send(capi).json()["received_at"] == FROZEN
        assert (event["timestamp"], capi.clock.now) == (NOW, NOW)
        frozen.tick(7 * DAY)
        send(capi, timestamp=NOW)
        frozen.move_to("2027-02-14T08:00:01Z")
        send(capi, timestamp=NOW)
        assert [sub["events"][0]["late"] for sub in capi.submissions()] == [False, True, False]
        assert capi.submissions()[-1].error_code == "TIMESTAMP_TOO_OLD"


def test_time_that_ticks(frozen_with: Frozen) -> None:
    """Time that was moved and runs on is the server's too."""
    with frozen_with(tick=True) as (_, capi):
        before = time.time()
        assert NOW <= before <= capi.clock.now <= time.time()


def test_its_own_clock_has_the_last_word(frozen_with: Frozen) -> None:
    """Until it is reset."""
    with frozen_with() as (_, capi):
        capi.clock.set(NOW + DAY)
        send(capi)
        assert capi.events()[0]["age_seconds"] == DAY
        assert capi.clock.reset() == NOW


@pytest.mark.parametrize("tick", [False, True])
def test_waiting_ends_though_time_stands(frozen_with: Frozen, tick: bool) -> None:
    """Waits run by a clock that nobody freezes."""
    with frozen_with(tick=tick) as (_, capi):
        send(capi)
        assert len(capi.assert_received(1)) == 1
        with pytest.raises(NotReceived):
            capi.assert_received(timeout=0.01, event_type="purchase", value=1)
        with pytest.raises(NotReceived):
            capi.wait_for(2, timeout=0.01)
        capi.assert_none_received(within=0.01, event_type="search")


def test_arrival_and_duration_are_real(frozen_with: Frozen) -> None:
    """Attempts can be told apart while time stands, and no request took years."""
    real = time.clock_gettime(time.CLOCK_REALTIME)
    with frozen_with() as (_, capi):
        capi.faults.delay(0.05)
        send(capi)
        send(capi)
        first, second = capi.submissions()
    assert real - 1 <= first.arrived_at
    assert second.arrived_at - first.arrived_at >= 0.05
    assert 0 <= first["duration_ms"] < 60_000


def test_real_time_is_back_afterwards() -> None:
    """A server outlives the frozen block."""
    with MockCapi() as capi:
        with freezegun.freeze_time(FROZEN):
            send(capi)
        assert send(capi).status_code == 200
        assert capi.clock.now == pytest.approx(time.time(), abs=60)
