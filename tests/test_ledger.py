"""The log: its limits, what it tells of what had to go, and events that were stored before."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi import spec
from mock_capi.clock import Clock
from mock_capi.ledger import Ledger
from mock_capi.store import Memory
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import ADDRESS, EMAIL, NOW, Sender, event

OTHER, OTHER_KEY = "other-dataset", "other-key"


def small(the_spec: spec.Spec, **limits: int) -> Sender:
    """A sender to a world with two datasets whose log is small."""
    world = World(the_spec, store=Memory(Ledger(**limits)))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    world.provision(Dataset(OTHER, OTHER_KEY))
    world.set_clock(Clock(frozen_at=NOW))
    return Sender(create_app(world).test_client())


def page(sender: Sender, **filters: Any) -> dict[str, Any]:
    """A page of the log."""
    return sender.client.get("/_inspect", query_string=filters).get_json()  # type: ignore[no-any-return]


def duplicates(sender: Sender) -> list[str | None]:
    """Of each event in the log, oldest first, the event_id of the one that it repeats."""
    events = sender.client.get("/_inspect/events", query_string={"order": "asc", "limit": 1000}).get_json()["events"]
    return [inner["duplicate_of"] for inner in events]


def event_ids(sender: Sender) -> list[str]:
    """The event_id of each event in the log, oldest first."""
    events = sender.client.get("/_inspect/events", query_string={"order": "asc", "limit": 1000}).get_json()["events"]
    return [inner["event_id"] for inner in events]


# --- limits ---


def test_the_oldest_go_when_there_are_too_many(the_spec: spec.Spec) -> None:
    """Only the newest are kept, and what went is counted."""
    sender = small(the_spec, max_events=3)
    ids = [sender.one(event(timestamp=NOW - place)).get_json()["submission_id"] for place in range(5)]
    found = page(sender, order="asc")
    assert [s["id"] for s in found["submissions"]] == ids[2:]
    assert (found["total"], found["evicted"]) == (3, 2)
    assert sender.client.get(f"/_inspect/submissions/{ids[0]}").status_code == 404


def test_batches_count_by_their_events(the_spec: spec.Spec) -> None:
    """A batch weighs as much as its events, and goes as a whole."""
    sender = small(the_spec, max_events=10)
    sender.batch([event(timestamp=NOW - place) for place in range(8)])
    sender.one(event())
    sender.one(event())
    assert page(sender)["evicted"] == 0
    sender.one(event())
    assert (page(sender)["evicted"], page(sender)["total"]) == (1, 3)
    status = sender.client.get("/_inspect/status").get_json()["log"]
    assert status["evicted"] == {"submissions": 1, "events": 8}
    assert status["events"] == 3


def test_a_batch_over_the_limit_does_not_stay(the_spec: spec.Spec) -> None:
    """One submission that is larger than the whole log is answered, and evicted at once."""
    sender = small(the_spec, max_events=5)
    assert sender.batch([event(timestamp=NOW - place) for place in range(6)]).status_code == 200
    assert (page(sender)["total"], page(sender)["evicted"]) == (0, 1)


def test_refused_requests_are_bounded_too(the_spec: spec.Spec) -> None:
    """Requests without events count as one each."""
    sender = small(the_spec, max_events=4)
    for _ in range(9):
        sender.one(b"{nonsense")
        sender.client.get("/v1/nothing")
    assert (page(sender)["total"], page(sender)["evicted"]) == (4, 14)


@pytest.mark.parametrize("where", ["body", "garbage", "header", "path"])
def test_the_oldest_go_when_they_take_too_many_bytes(the_spec: spec.Spec, where: str) -> None:
    """Whatever part of a request is large counts towards the limit in bytes."""
    sender = small(the_spec, max_bytes=200_000)
    large = "x" * 30_000
    for _ in range(20):
        if where == "body":
            assert sender.one(event(ext={"x": large})).status_code == 200
        elif where == "garbage":
            sender.one(b"{" + large.encode())
        elif where == "header":
            assert sender.one(event(), headers={"X-Large": large}).status_code == 200
        else:
            sender.post(f"/{large}", event())
    status = sender.client.get("/_inspect/status").get_json()["log"]
    assert 3 <= status["submissions"] <= 6
    assert 90_000 <= status["bytes"] <= 200_000
    assert status["submissions"] + status["evicted"]["submissions"] == 20


def test_what_went_is_told_per_dataset(the_spec: spec.Spec) -> None:
    """A dataset hears of its own evictions alone; clearing it starts its count anew."""
    sender = small(the_spec, max_events=2)
    for _ in range(3):
        sender.one(event())
    for _ in range(2):
        sender.one(event(data_set_id=OTHER), key=OTHER_KEY)
    sender.one(event(data_set_id=OTHER), key=OTHER_KEY)
    assert [page(sender, data_set_id=one)["evicted"] for one in (DEFAULT_DATASET, OTHER)] == [3, 1]
    assert page(sender)["evicted"] == 4
    summary = sender.client.get("/_inspect/summary", query_string={"data_set_id": OTHER}).get_json()
    assert summary["evicted"] == {"submissions": 1, "events": 1}
    sender.control("DELETE", "/log", {"data_set_id": DEFAULT_DATASET})
    assert [page(sender, data_set_id=one)["evicted"] for one in (DEFAULT_DATASET, OTHER)] == [0, 1]
    sender.control("DELETE", "/log")
    assert page(sender)["evicted"] == 0


def test_an_empty_log_weighs_nothing(the_spec: spec.Spec) -> None:
    """After everything was deleted or evicted, nothing is counted any more."""
    sender = small(the_spec, max_events=4)
    for _ in range(6):
        sender.batch([event(), event(surprise=1)], headers={"X-Note": "x" * 500})
        sender.one(b"nonsense")
    sender.control("DELETE", "/log", {"data_set_id": DEFAULT_DATASET})
    status = sender.client.get("/_inspect/status").get_json()["log"]
    assert (status["submissions"], status["events"], status["bytes"]) == (0, 0, 0)


# --- duplicates ---


def test_the_same_event_again_is_told(sender: Sender) -> None:
    """A second and a third time are accepted with an advisory, and name the first."""
    for expected in ([], ["DUPLICATE_EVENT"], ["DUPLICATE_EVENT"]):
        assert sender.one(event()).status_code == 200
        assert sender.advisories() == expected
    first = event_ids(sender)[0]
    assert duplicates(sender) == [None, first, first]


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": NOW - 1},
        {"event_type": "search"},
        {"identifiers": {"email_sha256": EMAIL, "ip": ADDRESS}},
        {"custom_data": {"transaction_id": "t-1"}},
    ],
)
def test_another_event_is_no_duplicate(sender: Sender, change: dict[str, Any]) -> None:
    """Time, type, identifiers and transaction_id tell events apart."""
    sender.one(event())
    sender.one(event(**change))
    assert duplicates(sender) == [None, None]


@pytest.mark.parametrize("change", [{"value": 5, "currency_code": "USD"}, {"source": "app"}, {"mmt_only": True}])
def test_other_fields_do_not_make_another_event(sender: Sender, change: dict[str, Any]) -> None:
    """The rest may differ and it is still the same event."""
    sender.one(event())
    sender.one(event(**change))
    assert duplicates(sender) == [None, event_ids(sender)[0]]


def test_another_dataset_has_events_of_its_own(the_spec: spec.Spec) -> None:
    """The same event in two datasets is two events."""
    sender = small(the_spec)
    sender.one(event())
    sender.one(event(data_set_id=OTHER), key=OTHER_KEY)
    assert duplicates(sender) == [None, None]


def test_inside_a_batch_each_repetition_is_told(sender: Sender) -> None:
    """The advisory names the index, and a later submission names the first of them all."""
    sender.batch([event(timestamp=NOW - 1), event(), event(), event()])
    told = [(a["code"], a["event"], a["pointer"]) for a in sender.last()["advisories"]]
    assert told == [("DUPLICATE_EVENT", 2, "/2"), ("DUPLICATE_EVENT", 3, "/3")]
    sender.batch([event(), event(timestamp=NOW - 1)])
    first = event_ids(sender)
    assert duplicates(sender) == [None, None, first[1], first[1], first[1], first[0]]


def test_refused_events_were_never_stored(sender: Sender) -> None:
    """What was refused, alone or with its batch, is no duplicate of anything, and nothing is one of it."""
    sender.one(event(value=5))
    sender.batch([event(), event(identifiers={})])
    assert sender.one(event()).status_code == 200
    assert duplicates(sender) == [None] * 4


def test_a_dropped_event_is_not_the_first(sender: Sender) -> None:
    """Where a batch drops its bad events, the first stored one is named, not the bad one before it."""
    sender.read(batch_failure="drop_invalid")
    assert sender.batch([event(value=5), event()]).status_code == 200
    sender.one(event())
    ids = event_ids(sender)
    assert ids[0] is None
    assert duplicates(sender) == [None, None, ids[1]]


def test_after_the_first_was_deleted_there_is_none(sender: Sender) -> None:
    """A cleared log has no events that another could repeat."""
    sender.one(event())
    sender.one(event())
    sender.control("DELETE", "/log", {"data_set_id": DEFAULT_DATASET})
    sender.one(event())
    assert duplicates(sender) == [None]


def test_after_the_only_one_was_evicted_there_is_none(the_spec: spec.Spec) -> None:
    """What has left the log is forgotten."""
    sender = small(the_spec, max_events=1)
    for body in (event(), event(timestamp=NOW - 1), event()):
        sender.one(body)
    assert duplicates(sender) == [None]


def test_after_the_first_was_evicted_a_later_one_is_remembered(the_spec: spec.Spec) -> None:
    """While the log still holds the same event, sending it again is told, though the first has gone."""
    sender = small(the_spec, max_events=2)
    sender.one(event())
    first = event_ids(sender)[0]
    for _ in range(4):
        sender.one(event())
        assert sender.advisories() == ["DUPLICATE_EVENT"]
    assert duplicates(sender) == [first, first]


def test_what_duplicates_add_up_to_is_told(sender: Sender) -> None:
    """By currency, to the cent, each repetition once; and for one dataset's or one type's events alone."""
    sale = event(value=0.1, currency_code="USD")
    for _ in range(4):
        sender.one(sale)
    sender.batch([event(value=5, currency_code="EUR", event_type="refund")] * 3)
    sender.batch([event(event_type="search")] * 2)
    sender.read(batch_failure="drop_invalid")
    sender.batch([sale, None, 5])
    summary = sender.client.get("/_inspect/summary").get_json()
    assert (summary["duplicates"], summary["duplicate_value"]) == (7, {"USD": 0.4, "EUR": 10.0})
    refunds = sender.client.get("/_inspect/summary?event_type=refund").get_json()
    assert refunds["duplicate_value"] == {"EUR": 10.0}


def test_what_came_after_a_sequence_is_found_from_the_end(sender: Sender, world: World) -> None:
    """Oldest first and no more than asked for; what had to go is remembered."""
    for _ in range(5):
        sender.one(event())
    sequences = [item.sequence for item in world.ledger.snapshot()]
    assert [item.sequence for item in world.ledger.since(sequences[1], 10)] == sequences[2:]
    assert [item.sequence for item in world.ledger.since(0, 2)] == sequences[:2]
    assert world.ledger.since(sequences[-1], 10) == []
    assert not world.ledger.was_evicted_after(0)


@pytest.mark.parametrize("headers", [{f"X-{n}": f"v{n}" for n in range(90)}, {"X": "\U0001f600" * 3_500}], ids=len)
def test_headers_count_by_the_memory_that_they_take(world: World, headers: dict[str, str]) -> None:
    """Many short ones, or one beyond ASCII: nobody fills more memory than the log was given."""
    sender = Sender(create_app(world).test_client())
    sender.one(event())
    plain = world.ledger.size()[2]
    sender.one(event(), headers={name: value.encode().decode("latin-1") for name, value in headers.items()})
    assert world.ledger.size()[2] - 2 * plain > 13_000
