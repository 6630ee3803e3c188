"""Faults: failures that were asked for, met by the requests they were meant for, and told in the log."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.world import DEFAULT_DATASET, Dataset, World
from tests.senders import Sender, event


def arm(sender: Sender, **fault: Any) -> Any:
    """Arm a status fault."""
    response = sender.control("POST", "/faults", {"kind": "status", **fault})
    assert response.status_code == 201, response.text
    return response.get_json()


def statuses(sender: Sender, count: int) -> list[int]:
    """What so many single events are answered with."""
    return [sender.one(event()).status_code for _ in range(count)]


def test_a_fault_is_answered_in_the_guides_envelope_and_stores_nothing(sender: Sender) -> None:
    """Guide 8.3: 500, retry; the log shows the submission with the fault that it met."""
    armed = arm(sender)
    response = sender.batch([event(), event(event_type="search")])
    assert response.status_code == 500
    assert list(response.get_json()) == ["status", "error_code", "message"]
    assert response.get_json()["error_code"] == "INTERNAL_ERROR"
    shown = sender.last()
    assert (shown["fault"], shown["outcome"], shown["error_code"]) == (armed, "rejected", "INTERNAL_ERROR")
    assert {e["outcome"] for e in shown["events"]} == {"rejected"}
    assert sender.one(event()).status_code == 200
    assert (sender.last()["fault"], sender.last()["advisories"]) == (None, [])


def test_faults_let_requests_through_and_come_to_an_end(sender: Sender) -> None:
    """`after` and `times` count requests, and the list shows what is left."""
    arm(sender, status=503, after=2, times=3)
    assert statuses(sender, 3) == [200, 200, 503]
    left = sender.control("GET", "/faults").get_json()["faults"]
    assert [(fault["after"], fault["times"]) for fault in left] == [(0, 2)]
    assert statuses(sender, 3) == [503, 503, 200]
    assert sender.control("GET", "/faults").get_json() == {"faults": []}


def test_faults_follow_each_other(sender: Sender) -> None:
    """The first that fits is met, then the next."""
    for status in (500, 502, 599):
        arm(sender, status=status)
    assert statuses(sender, 4) == [500, 502, 599, 200]


def test_a_fault_meets_its_endpoint_and_dataset_only(world: World, sender: Sender) -> None:
    """Parallel suites do not fail each other's requests."""
    world.provision(Dataset("other", "other-key"))
    arm(sender, endpoint="batch")
    arm(sender, data_set_id="other")
    assert sender.one(event()).status_code == 200
    assert sender.batch([event(event_type="search")]).status_code == 500
    assert sender.one(event(data_set_id="other"), key="other-key").status_code == 500
    assert sender.one(event(data_set_id="other"), key="other-key").status_code == 200


def test_a_fault_may_say_when_to_come_back(sender: Sender) -> None:
    """Retry-After, in seconds."""
    arm(sender, status=503, retry_after=7)
    assert sender.one(event()).headers["Retry-After"] == "7"


def test_paths_that_do_not_exist_meet_no_fault(sender: Sender) -> None:
    """A fault is for the vendor's three endpoints."""
    arm(sender)
    assert sender.post("/v1/nothing", event()).status_code == 404
    assert sender.one(event()).status_code == 500


def test_faults_are_disarmed(world: World, sender: Sender) -> None:
    """One, one dataset's, all; and a reset does so too."""
    world.provision(Dataset("other", "other-key"))
    one = arm(sender, times=9)
    assert sender.control("DELETE", f"/faults/{one['id']}").status_code == 200
    assert sender.control("DELETE", f"/faults/{one['id']}").status_code == 404
    arm(sender, data_set_id=DEFAULT_DATASET)
    arm(sender, data_set_id="other")
    assert sender.control("DELETE", "/faults", {"data_set_id": "other"}).get_json() == {"deleted": 1}
    assert sender.control("POST", "/reset", {"data_set_id": "other"}).status_code == 200
    assert len(sender.client.get("/_inspect/status").get_json()["faults"]) == 1
    assert sender.control("POST", "/reset").status_code == 200
    assert world.faults.armed() == ()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "kind is required"),
        ({"kind": "statsu"}, 'did you mean "status"'),
        ({"kind": "status", "status": 404}, "from 500 to 599"),
        ({"kind": "status", "status": "500"}, "whole number"),
        ({"kind": "status", "times": 0}, "from 1 to"),
        ({"kind": "status", "times": True}, "whole number"),
        ({"kind": "status", "after": -1}, "from 0 to"),
        ({"kind": "status", "retry_after": 1.5}, "whole number"),
        ({"kind": "status", "endpoint": "bacth"}, 'did you mean "batch"'),
        ({"kind": "status", "tiems": 3}, 'did you mean "times"'),
    ],
)
def test_what_is_no_fault_is_refused_in_words(sender: Sender, asked: dict[str, Any], words: str) -> None:
    """The message names the parameter and what it takes."""
    response = sender.control("POST", "/faults", asked)
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert words in response.get_json()["message"]
    assert sender.control("GET", "/faults").get_json() == {"faults": []}


def test_a_fault_for_an_unknown_dataset_is_refused(sender: Sender) -> None:
    """It would never be met."""
    assert sender.control("POST", "/faults", {"kind": "status", "data_set_id": "nobody"}).status_code == 404
