"""Attempts: the same payload sent again, and the time in between."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.testing import Attempts, MockCapi, Submission, attempts
from mock_capi.testing.api import Api
from tests.testing.sending import made, post


def submission(arrived_at: float, clock: int = 0, **changes: Any) -> Submission:
    """What attempts look at in a submission."""
    usual = {"path": "/v1/events", "status": 500, "body": None, "events": [{"event": {"value": 1, "source": "app"}}]}
    seen = {"arrived_at": arrived_at, "received_at": f"2027-01-15T08:00:{clock:02}Z"}
    return Submission({**usual, **seen, **changes}, Api(""))


def test_gaps_are_in_real_time_and_by_the_clock() -> None:
    """To the millisecond, and in whole seconds."""
    [found] = attempts([submission(1000.0, 1), submission(1000.1004, 2), submission(1000.3, 4, status=200)])
    assert (len(found), found.statuses) == (3, [500, 500, 200])
    assert found.gaps == [0.1, 0.2]
    assert found.gaps_by_clock == [1, 2]


def test_other_payloads_are_other_groups() -> None:
    """A value, a path or a text that changed is no other attempt at the same; the order of fields is no matter."""
    others: list[dict[str, Any]] = [
        {"events": [{"event": {"source": "app", "value": 1}}]},
        {"events": [{"event": {"value": 2, "source": "app"}}]},
        {"path": "/v1/events/batch"},
        {"events": [], "body": "{"},
        {"events": [], "body": "["},
    ]
    found = attempts([submission(1), *(submission(1, **changes) for changes in others)])
    assert [len(group) for group in found] == [2, 1, 1, 1, 1]
    assert attempts([]) == []
    assert found[1] == Attempts((submission(1, **others[1]),))


def test_real_attempts_are_told_apart(either: MockCapi) -> None:
    """Two payloads in turns, one of them not JSON; arrival is real time, whatever the clock shows."""
    either.clock.set(0)
    event = made(either)
    for _ in range(2):
        post(either, event)
        post(either, None, data="{")
    valid, broken = attempts(either.submissions())
    assert (valid.statuses, broken.statuses) == ([400, 400], [400, 400])
    assert valid.gaps_by_clock == [0]
    assert valid.gaps[0] > 0
    assert valid.submissions[0].arrived_at == pytest.approx(event["timestamp"], abs=60)
