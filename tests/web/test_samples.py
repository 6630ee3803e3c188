"""POST /_control/samples: events that come as a client's would, and turn out as their kind says."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.clock import Clock
from mock_capi.model import Fault
from mock_capi.readings import READINGS, alternatives
from mock_capi.web import samples
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import DAY, NOW, Sender

OTHER = "other-dataset"
# Each reading with each of its values; 0 for a number would refuse all bodies, or all that is ahead.
CHANGES = [
    {reading.name: value}
    for reading in READINGS
    for value in alternatives(reading)
    if value != "a number" and value != str(reading.default)
]


def send(sender: Sender, **asked: Any) -> dict[str, Any]:
    """What is answered to a sample that was sent, and its submission as it is in the log."""
    response = sender.control("POST", "/samples", asked)
    assert response.status_code == 201, response.get_json()
    answered = response.get_json()
    shown = sender.client.get(f"/_inspect/submissions/{answered['id']}").get_json()
    assert (answered["kind"], answered["status"]) == (asked["kind"], shown["status"])
    return shown  # type: ignore[no-any-return]


def test_a_sample_is_accepted(sender: Sender) -> None:
    """It is in the log of the first dataset, with a sender's headers, at the clock's time, and without a remark."""
    shown = send(sender, kind="accepted")
    assert (shown["status"], shown["data_set_id"]) == (200, DEFAULT_DATASET)
    assert shown["headers"]["User-Agent"] == samples.AGENT
    assert shown["events"][0]["event"]["timestamp"] == NOW
    assert (shown["events"][0]["outcome"], shown["violations"], shown["advisories"]) == ("stored", [], [])


def test_a_sample_is_late(sender: Sender) -> None:
    """It is stored, and too old for optimisation."""
    found = send(sender, kind="late")["events"][0]
    assert (found["outcome"], found["late"], found["age_seconds"]) == ("stored", True, 8 * DAY)


def test_a_sample_is_refused(sender: Sender) -> None:
    """It has no identifier."""
    shown = send(sender, kind="refused")
    assert (shown["status"], shown["error_code"]) == (400, "MISSING_IDENTIFIER")


def test_samples_are_no_duplicates(sender: Sender) -> None:
    """Each has a transaction of its own."""
    assert [send(sender, kind="accepted")["events"][0]["duplicate_of"] for _ in range(2)] == [None, None]


@pytest.mark.parametrize("readings", CHANGES, ids=str)
def test_samples_turn_out_the_same_under_every_reading(sender: Sender, readings: dict[str, str]) -> None:
    """They are made as the readings in force want them."""
    sender.read(**readings)
    assert [send(sender, kind=kind)["events"][0]["outcome"] for kind in samples.KINDS] == [
        "stored",
        "stored",
        "rejected",
    ]


def test_a_sample_goes_to_the_dataset_that_is_named(sender: Sender, world: World) -> None:
    """With its key and by its clock."""
    world.provision(Dataset(OTHER, "other-key"))
    world.set_clock(Clock(frozen_at=NOW + 5 * DAY), OTHER)
    shown = send(sender, kind="accepted", data_set_id=OTHER)
    assert (shown["status"], shown["data_set_id"]) == (200, OTHER)
    assert shown["events"][0]["event"]["timestamp"] == NOW + 5 * DAY


def test_a_sample_meets_a_fault(sender: Sender, world: World) -> None:
    """As any other request does."""
    world.arm(Fault("a-fault", "status", 503))
    assert [send(sender, kind="accepted")["status"] for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({}, 400, "kind is required: accepted or late or refused"),
        ({"kind": "acepted"}, 400, 'did you mean "accepted"?'),
        ({"kind": "late", "dataset": "x"}, 400, 'did you mean "data_set_id"?'),
        ({"kind": "late", "data_set_id": "nobody"}, 404, "There is no such dataset"),
    ],
)
def test_what_cannot_be_sent_is_refused(sender: Sender, asked: dict[str, str], status: int, word: str) -> None:
    """The message names what is right, and nothing is in the log."""
    response = sender.control("POST", "/samples", asked)
    assert (response.status_code, sender.log()) == (status, [])
    assert word in response.get_json()["message"]


def test_without_a_dataset_there_is_nowhere_to_send_to(sender: Sender, world: World) -> None:
    """404 says how to make one."""
    world.withdraw(DEFAULT_DATASET)
    response = sender.control("POST", "/samples", {"kind": "accepted"})
    assert (response.status_code, response.get_json()["error_code"]) == (404, "NOT_FOUND")
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    assert send(sender, kind="accepted")["status"] == 200
