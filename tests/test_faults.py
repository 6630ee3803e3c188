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


def test_a_sequence_is_armed_at_once(sender: Sender) -> None:
    """Its faults are met one after the other, and `after` lets requests through between them."""
    steps = [{"kind": "status"}, {"kind": "status", "status": 503, "after": 1, "times": 2}, {"kind": "reset"}]
    response = sender.control("POST", "/faults", {"sequence": steps, "data_set_id": DEFAULT_DATASET})
    armed = response.get_json()["faults"]
    assert [(fault["kind"], fault["data_set_id"]) for fault in armed] == [
        ("status", DEFAULT_DATASET),
        ("status", DEFAULT_DATASET),
        ("reset", DEFAULT_DATASET),
    ]
    assert statuses(sender, 4) == [500, 200, 503, 503]
    with pytest.raises(ConnectionResetError):
        sender.one(event())
    assert statuses(sender, 1) == [200]


def test_a_fault_may_last(sender: Sender) -> None:
    """`times: null` is until it is taken away."""
    armed = arm(sender, times=None)
    assert armed["times"] is None
    assert set(statuses(sender, 20)) == {500}
    assert sender.control("DELETE", f"/faults/{armed['id']}").status_code == 200
    assert statuses(sender, 1) == [200]


def test_dice_fall_the_same_way_again(sender: Sender) -> None:
    """With the same seed; a seed that was drawn is told, so that a run can be repeated."""
    fell = []
    for seed in (7, 7, 8):
        arm(sender, probability=0.4, times=None, seed=seed)
        fell.append(statuses(sender, 60))
        sender.control("DELETE", "/faults")
    assert fell[0] == fell[1] != fell[2]
    assert 10 < fell[0].count(500) < 40
    drawn = arm(sender, probability=0.4)["seed"]
    assert isinstance(drawn, int)
    assert arm(sender)["seed"] is None


def test_faults_of_several_datasets_throw_their_own_dice(world: World, sender: Sender) -> None:
    """What one suite sends does not change what another meets."""
    world.provision(Dataset("other", "other-key"))
    fell = []
    for between in (0, 3):
        arm(sender, probability=0.5, times=None, seed=5, data_set_id=DEFAULT_DATASET)
        arm(sender, probability=0.5, times=None, seed=6, data_set_id="other")
        met = []
        for _ in range(20):
            met += statuses(sender, 1)
            for _ in range(between):
                sender.one(event(data_set_id="other"), key="other-key")
        fell.append(met)
        sender.control("DELETE", "/faults")
    assert fell[0] == fell[1]


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
    assert world.standing.faults == ()


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
        ({"kind": "status", "status": 428}, "429 or a whole number"),
        ({"kind": "delay", "delay_ms": -1}, "delay_ms is a whole number from 0"),
        ({"kind": "reset", "at": "after"}, "at is before or during"),
        ({"kind": "status", "probability": 0}, "probability is a number above 0 and up to 1"),
        ({"kind": "status", "probability": 1.1}, "probability is a number"),
        ({"kind": "status", "probability": True}, "probability is a number"),
        ({"kind": "status", "probability": 0.5, "seed": "x"}, "seed is a whole number"),
        ({"sequence": []}, "sequence is a list of 1 to 1000 faults"),
        ({"sequence": "status"}, "sequence is a list"),
        ({"sequence": ["status"]}, "sequence holds JSON objects"),
        ({"sequence": [{"kind": "status"}, {"kind": "rest"}]}, 'did you mean "reset"'),
        ({"sequence": [{"kind": "status", "sequence": []}]}, "is not a parameter here"),
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
