"""The way of a request: what is answered, what becomes of each event, and what the log keeps."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from mock_capi.world import Dataset, World
from tests.senders import DAY, NOW, Sender, event, full_event

UUID4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
BAD = event(event_type="nonsense")


def test_success_bodies_are_those_of_the_guide(sender: Sender) -> None:
    """Guide 8.1: three fields, the id by its endpoint, whole seconds in UTC."""
    for response, endpoint in ((sender.one(event()), "single"), (sender.batch([event()]), "batch")):
        body = response.get_json()
        assert list(body) == ["submission_id", "received_at", "status"]
        assert re.fullmatch(rf"{endpoint}\.{UUID4}", body["submission_id"])
        assert (body["received_at"], body["status"]) == ("2027-01-15T08:00:00Z", "RECEIVED")


def test_a_batch_with_one_bad_event_is_refused_whole(sender: Sender) -> None:
    """Guide 7: nothing is stored; the message names the event and the field; the log lists every violation."""
    events = [full_event(value=float(number)) for number in range(1000)]
    events[617] = full_event(currency_code="usd", event_type="Purchase")
    response = sender.batch(events)
    assert response.status_code == 400
    assert response.get_json()["message"].startswith("events[617].event_type: ")
    shown = sender.last()
    assert shown["event_count"] == 1000
    assert {e["outcome"] for e in shown["events"]} == {"rejected"}
    assert {e["event_id"] for e in shown["events"]} == {None}
    assert [(v["code"], v["pointer"], v["event"]) for v in shown["violations"]] == [
        ("INVALID_EVENT_TYPE", "/617/event_type", 617),
        ("INVALID_CURRENCY_CODE", "/617/currency_code", 617),
    ]


def test_bad_events_can_be_dropped_from_their_batch(sender: Sender) -> None:
    """Reading batch_failure=drop_invalid: 200, the good ones stored, the bad ones told."""
    sender.read(batch_failure="drop_invalid")
    assert sender.batch([event(), BAD, event(event_type="search")]).status_code == 200
    shown = sender.last()
    assert [e["outcome"] for e in shown["events"]] == ["stored", "rejected", "stored"]
    assert [e["event_id"] is None for e in shown["events"]] == [False, True, False]
    assert sender.one(BAD).status_code == 400


def test_an_event_for_a_foreign_dataset_refuses_the_batch_all_the_same(world: World, sender: Sender) -> None:
    """Guide 2: the key's scope is not a matter of one event."""
    world.provision(Dataset("other", "other-key"))
    sender.read(batch_failure="drop_invalid")
    response = sender.batch([event(), event(data_set_id="other")])
    assert (response.status_code, response.get_json()["error_code"]) == (403, "DATASET_NOT_AUTHORIZED")
    assert {e["outcome"] for e in sender.last()["events"]} == {"rejected"}


@pytest.mark.parametrize("body", [BAD, event(identifiers={}), event(timestamp=NOW - 31 * DAY)])
def test_deferred_verdicts_reach_the_log_only(sender: Sender, body: Any) -> None:
    """Reading processing=deferred: a well-formed request is received, what is wrong stands in the log."""
    sender.read(processing="deferred")
    response = sender.one(body)
    assert (response.status_code, "X-Mock-Capi-Advisories" in response.headers) == (200, False)
    shown = sender.last()
    assert (shown["outcome"], shown["error_code"], len(shown["violations"])) == ("accepted", None, 1)
    assert shown["events"][0]["outcome"] == "rejected"


def test_deferred_processing_still_checks_the_request(sender: Sender) -> None:
    """What is not well formed, or has no key, is refused at once."""
    sender.read(processing="deferred")
    assert sender.one(b"{").status_code == 400
    assert sender.batch([]).status_code == 400
    assert sender.one(event(), key="wrong").status_code == 403


def test_refused_requests_are_recorded_with_all_that_could_be_parsed(sender: Sender) -> None:
    """A wrong key, a wrong path, a wrong shape: the events can be read in the log."""
    sender.one(full_event(), key="wrong-key")
    assert (sender.last()["data_set_id"], sender.last()["events"][0]["event"]) == (None, full_event())
    sender.post("/v1/events/", full_event())
    assert (sender.last()["endpoint"], sender.last()["events"][0]["event"]) == (None, full_event())
    sender.one([full_event(), full_event()])
    assert [e["outcome"] for e in sender.last()["events"]] == ["rejected", "rejected"]
    sender.one(b'{"almost": json}')
    assert (sender.last()["body"], sender.last()["events"]) == ('{"almost": json}', [])
    sender.batch([event()] * 1001)
    assert len(sender.last()["events"]) == 1001


def test_of_a_batch_without_measure_the_log_keeps_a_part(sender: Sender) -> None:
    """A hostile array of a million numbers does not fill the log."""
    assert sender.batch(b"[" + b"1," * 1_000_000 + b"1]").get_json()["error_code"] == "BATCH_TOO_LARGE"
    shown = sender.last()
    assert (shown["event_count"], len(shown["events"])) == (1_000_001, 10_000)


def test_a_body_with_nothing_to_hide_is_kept_as_it_came(world: World, sender: Sender) -> None:
    """Byte for byte, white space included."""
    body = orjson.dumps(full_event(), option=orjson.OPT_INDENT_2)
    sender.one(body)
    assert world.ledger.snapshot()[-1].verdict.body == body


def test_the_key_is_not_kept_wherever_it_stood(sender: Sender) -> None:
    """Header, path, query, body: nothing of the log shows it."""
    sender.one(full_event(custom_data={"note": "my key is test-key"}), headers={"X-Custom": "test-key"})
    sender.post("/v1/test-key?api_key=test-key", full_event())
    sender.one(b"{ test-key", headers={"X-Api-Key": "test-key"})
    assert "test-key" not in sender.client.get("/_inspect").text
    assert {submission["api_key"] for submission in sender.log()} == {"te****"}


def test_the_consent_of_an_event_is_recorded(sender: Sender) -> None:
    """Guide 5.2: an opt-out of sale suppresses optimization and draws an advisory."""
    response = sender.one(full_event(privacy={"us_privacy_string": "1YYN"}))
    assert response.headers["X-Mock-Capi-Advisories"] == "OPTED_OUT"
    shown = sender.last()["events"][0]
    assert shown["consent"] == {
        "gpp_sections": [],
        "in_force": [],
        "opt_out": {"sale": True, "sharing": False, "targeted_advertising": False},
        "suppressed": True,
    }
    assert (shown["outcome"], shown["optimization_eligible"]) == ("stored", False)


def test_measurement_only_is_recorded(sender: Sender) -> None:
    """Guide 4.1: mmt_only keeps an event from optimization."""
    sender.one(full_event(mmt_only=True))
    shown = sender.last()["events"][0]
    assert (shown["measurement_only"], shown["optimization_eligible"]) == (True, False)


def test_a_body_that_nobody_asked_for_is_not_kept(sender: Sender) -> None:
    """Guide 3.1: the schema is answered, and the log keeps no more than the body's size."""
    response = sender.client.get("/v1/schema/events", data=b"[1]", headers={"Authorization": "Bearer test-key"})
    assert response.status_code == 200
    shown = sender.last()
    assert (shown["body_bytes"], shown["body"], shown["events"], shown["event_count"]) == (3, None, [], 0)
