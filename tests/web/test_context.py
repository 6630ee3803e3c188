"""/_inspect/submissions/<id>/context: neighbours, attempts, differences, consent in words."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.model import Fault
from mock_capi.web.context import MOST_ATTEMPTS, MOST_DIFFERENCES
from mock_capi.web.difference import MISSING, differences
from mock_capi.world import Dataset, World
from tests.senders import DAY, EMAIL, GONE, NOW, Sender, event

OTHER, OTHER_KEY = "other-dataset", "other-key"


def context(sender: Sender, submission_id: str | None = None) -> dict[str, Any]:
    """The context of a submission, or of the newest."""
    wanted = submission_id or sender.last()["id"]
    response = sender.client.get(f"/_inspect/submissions/{wanted}/context")
    assert (response.status_code, response.content_type) == (200, "application/json")
    return response.get_json()  # type: ignore[no-any-return]


def ids(sender: Sender) -> list[str]:
    """The log's ids, oldest first."""
    return [submission["id"] for submission in sender.log(order="asc", limit=1000)]


def test_what_is_not_in_the_log_has_no_context(sender: Sender) -> None:
    """404 in the envelope, as for the submission itself."""
    response = sender.client.get("/_inspect/submissions/nobody/context")
    assert (response.status_code, response.get_json()["error_code"]) == (404, "NOT_FOUND")


def test_neighbours_are_of_the_same_dataset(sender: Sender, world: World) -> None:
    """Whatever else was sent in between."""
    world.provision(Dataset(OTHER, OTHER_KEY))
    sender.one(event())
    sender.one(event(data_set_id=OTHER), key=OTHER_KEY)
    sender.one(event(), key="nobodys-key")
    sender.one(event(event_type="search"))
    first, other, nobodys, last = ids(sender)
    assert [context(sender, first)[name] for name in ("previous", "next")] == [None, last]
    assert [context(sender, last)[name] for name in ("previous", "next")] == [first, None]
    for alone in (other, nobodys):
        assert [context(sender, alone)[name] for name in ("previous", "next", "nearest")] == [None, None, None]


# --- the same payload ---


def test_attempts_are_listed_with_their_gaps(sender: Sender, world: World) -> None:
    """All of one payload, the one that is looked at among them, each with how it ended."""
    world.arm(Fault("first", "status", 503), Fault("second", "drop_after_store"))
    sender.one(event())
    with pytest.raises(ConnectionResetError):
        sender.one(event())
    sender.one(event(event_type="search"))
    sender.one(event())
    first, second, other, last = ids(sender)
    found = context(sender, second)["same_payload"]
    assert [attempt["id"] for attempt in found] == [first, second, last]
    assert [(attempt["status"], attempt["answered"]) for attempt in found] == [(503, True), (200, False), (200, True)]
    assert found[0]["gap_seconds"] is None
    assert found[2]["gap_seconds"] == pytest.approx(found[2]["arrived_at"] - found[1]["arrived_at"], abs=0.002)
    assert context(sender, first)["same_payload"] == found
    assert context(sender, other)["same_payload"] == []


def test_another_path_is_another_payload(sender: Sender) -> None:
    """So is no body at all: fetching the schema twice is no retry."""
    sender.one([event()])
    sender.batch([event()])
    for _ in range(2):
        sender.client.get("/v1/schema/events", headers={"Authorization": "Bearer test-key"})
    assert [context(sender, each)["same_payload"] for each in ids(sender)] == [[], [], [], []]


def test_of_very_many_attempts_those_around_are_listed(sender: Sender) -> None:
    """A load test sends the same over and over."""
    for _ in range(MOST_ATTEMPTS + 20):
        sender.one(event())
    everything = ids(sender)
    for place, start in ((0, 0), (60, 10), (len(everything) - 1, 20)):
        found = context(sender, everything[place])["same_payload"]
        assert [attempt["id"] for attempt in found] == everything[start : start + MOST_ATTEMPTS]


# --- one that is like it ---


def test_a_refusal_is_compared_with_the_accepted_one_most_like_it(sender: Sender) -> None:
    """Whichever side lacks something is left out, and of several the newest is taken."""
    sender.one(event(value=5, currency_code="USD"))
    sender.one(event(event_type="search"))
    sender.one(event(event_type="login", source="app"))
    sender.one(event(value=5, custom_data={"a/b": True}))
    like, *_ = ids(sender)
    found = context(sender)
    assert found["nearest"] == like
    assert found["difference"] == [
        {"pointer": "/currency_code", "before": "USD"},
        {"pointer": "/custom_data", "after": {"a/b": True}},
    ]


def test_a_refusal_without_any_accepted_is_compared_with_the_one_before(sender: Sender) -> None:
    """To the same endpoint, where there is one."""
    sender.one(event(event_type="x"))
    sender.batch([event(event_type="y")])
    sender.one(event(event_type="z"))
    first, batch, last = ids(sender)
    assert context(sender, last)["nearest"] == first
    assert context(sender, last)["difference"] == [{"pointer": "/event_type", "before": "x", "after": "z"}]
    assert [context(sender, each)["nearest"] for each in (first, batch)] == [None, None]


def test_an_accepted_one_is_compared_with_the_one_before(sender: Sender) -> None:
    """Batches event by event."""
    sender.batch([event(), event()])
    sender.batch([event(), event(timestamp=NOW - DAY), event(event_type="search")])
    found = context(sender)
    assert found["nearest"] == ids(sender)[0]
    assert [place["pointer"] for place in found["difference"]] == ["/1/timestamp", "/2"]


@pytest.mark.parametrize("body", [b"{nonsense", b"5", b""])
def test_what_is_no_event_is_compared_with_nothing(sender: Sender, body: bytes) -> None:
    """There are no places in it that could differ."""
    sender.one(event())
    sender.one(body)
    assert (context(sender)["nearest"], context(sender)["difference"]) == (None, [])


def test_a_long_list_of_differences_ends(sender: Sender) -> None:
    """Two unlike batches differ everywhere."""
    sender.batch([event(value=1, currency_code="USD")] * 150)
    sender.batch([event(value=2, currency_code="EUR")] * 150)
    assert len(context(sender)["difference"]) == MOST_DIFFERENCES


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, [("/a", 1, True)]),
        ({"a": None}, {}, [("/a", None, MISSING)]),
        ({"a": [1, 2]}, {"a": [1]}, [("/a/1", 2, MISSING)]),
        ({"a": {"b~/c": 1}}, {"a": {"b~/c": 2}}, [("/a/b~0~1c", 1, 2)]),
        ({"a": {}}, {"a": []}, [("/a", {}, [])]),
        ([], 5, [("", [], 5)]),
    ],
)
def test_differences_of_json(before: Any, after: Any, found: list[Any]) -> None:
    """True is not 1, and what is missing is not null."""
    assert list(differences(before, after)) == found


# --- consent ---


def test_consent_is_told_in_words(sender: Sender) -> None:
    """For each event that has a string, or what is wrong with it; where there is none nothing is said."""
    valid = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}
    sender.batch([event(), event(privacy=valid), event(privacy={"gpp_string": "nonsense", "gpp_sid": [7]})])
    found = context(sender)["consent"]
    assert list(found) == ["1", "2"]
    assert found["1"][0] == "A valid GPP string of section 7 (usnat)."
    assert "  sale                  yes, by usnat.SaleOptOut" in found["1"]
    (fault,) = found["2"]
    assert fault.startswith("Not a valid GPP string (")


@pytest.mark.parametrize("privacy", [GONE, 5, {}, {"gpp_string": 5}])
def test_without_a_string_there_are_no_words(sender: Sender, privacy: Any) -> None:
    """Neither is anything else taken for one."""
    sender.one(event(privacy=privacy))
    assert context(sender)["consent"] == {}


def test_the_curl_command_is_the_exports(sender: Sender) -> None:
    """Two commands for one submission would be one too many."""
    sender.one(event(identifiers={"email_sha256": EMAIL}))
    exported = sender.client.get("/_inspect/export", query_string={"format": "curl"}).text
    assert context(sender)["curl"] == exported.strip()
