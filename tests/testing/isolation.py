"""One suite of many that run at once on one server, in step with each other; each must find itself alone.

It is copied to where it is run, so it knows nothing of the tests here.
"""

from __future__ import annotations

import json
import os
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from mock_capi.testing import MockCapi

DAY = 86_400


def ask(url: str, method: str, path: str, headers: dict[str, str], body: Any = None) -> int:
    """The status that is answered."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
    connection.request(method, path, json.dumps(body), headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def meet(phase: int) -> None:
    """Wait until all suites have come to this phase, by a dataset that they share for nothing else."""
    url, data_set_id, key, suites = (os.environ[f"MEETING_{name}"] for name in ("URL", "ID", "KEY", "SUITES"))
    ask(url, "GET", "/v1/schema/events", {"Authorization": f"Bearer {key}"})
    waited = f"/_inspect/wait?data_set_id={data_set_id}&of=submissions&count={int(suites) * phase}&timeout=60"
    assert ask(url, "GET", waited, {}) == 200


def send(capi: MockCapi, **changes: Any) -> int:
    """The status of an event that is valid by the dataset's own clock."""
    event = {"data_set_id": capi.data_set_id, "timestamp": int(capi.clock.now), "event_type": "purchase"}
    body = {**event, "identifiers": {"email_sha256": "0" * 64}, **changes}
    return ask(capi.url, "POST", "/v1/events", capi.headers, body)


def test_nobody_sees_anybody(mock_capi_server: MockCapi) -> None:
    """Clock, faults, readings, log, waits and reset are each suite's own."""
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    is_even, now = number % 2 == 0, 1_800_000_000 + number * DAY
    with mock_capi_server.dataset(readings={"unknown_fields": "reject" if is_even else "advise"}) as capi:
        capi.clock.set(now)
        capi.faults.status(500 + number, times=2)
        meet(1)
        assert [send(capi) for _ in range(3)] == [500 + number, 500 + number, 200]
        assert send(capi, surprise=number) == (400 if is_even else 200)
        meet(2)
        assert capi.clock.now == now
        assert [event.body["timestamp"] for event in capi.events()] == [now] * 4
        assert capi.summary()["datasets"] == {capi.data_set_id: 4}
        assert len(capi.assert_received()) == (1 if is_even else 2)
        meet(3)
        capi.faults.status(503, times=number + 1)
        if is_even:
            capi.reset()
        meet(4)
        assert len(capi.submissions()) == (0 if is_even else 4)
        assert [fault["times"] for fault in capi.faults] == ([] if is_even else [number + 1])
        assert (capi.clock.now == now) is not is_even
        if is_even:
            assert send(capi, event_type="sign_up") == 200
        else:
            capi.assert_none_received(within=0.2, event_type="sign_up")
        meet(5)
