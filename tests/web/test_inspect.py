"""/_inspect: filters, cursors, single submissions, summary and status; looking changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mock_capi.world import DEFAULT_DATASET, Dataset, World
from tests.senders import DAY, EMAIL, GONE, NOW, Sender, event

OTHER, OTHER_KEY = "other-dataset", "other-key"
SUBMISSION_FIELDS = {
    *("id", "received_at", "endpoint", "method", "path", "status", "outcome", "error_code", "message", "data_set_id"),
    *("api_key", "body_bytes", "headers", "duration_ms", "event_count", "fault", "violations", "advisories"),
    *("response", "events"),
}
EVENT_FIELDS = {
    *("event_id", "index", "outcome", "event", "age_seconds", "late", "optimization_eligible", "measurement_only"),
    *("consent", "duplicate_of"),
}


def ask(sender: Sender, path: str = "", **filters: Any) -> dict[str, Any]:
    """A page of /_inspect."""
    response = sender.client.get(f"/_inspect{path}", query_string=filters)
    assert response.status_code == 200, response.get_json()
    assert response.content_type == "application/json"
    return response.get_json()  # type: ignore[no-any-return]


def refused(sender: Sender, path: str = "", **filters: Any) -> str:
    """The message of a 400 INVALID_PARAMETER."""
    response = sender.client.get(f"/_inspect{path}", query_string=filters)
    found = response.get_json()
    assert (response.status_code, found["error_code"]) == (400, "INVALID_PARAMETER"), found
    assert set(found) == {"status", "error_code", "message"}
    return str(found["message"])


@pytest.fixture
def busy(sender: Sender, world: World) -> Sender:
    """A log with eight submissions of every sort; their names here are their place in it, oldest first.

    0 accepted single, 1 late single, 2 refused single, 3 accepted batch of a sign_up and a purchase,
    4 refused batch, 5 schema, 6 another dataset's, 7 an unknown key's; ten seconds lie between them.
    """
    world.provision(Dataset(OTHER, OTHER_KEY))
    advance = {"seconds": 10}
    sender.one(event(event_type="search"))
    sender.control("POST", "/clock/advance", advance)
    sender.one(event(timestamp=NOW - 8 * DAY))
    sender.control("POST", "/clock/advance", advance)
    sender.one(event(identifiers={}))
    sender.control("POST", "/clock/advance", advance)
    sender.batch([event(event_type="sign_up"), event(custom_data={"note": "café"}, surprise=1)])
    sender.control("POST", "/clock/advance", advance)
    sender.batch([event(timestamp=NOW + 1), event(event_type="nonsense")])
    sender.control("POST", "/clock/advance", advance)
    sender.client.get("/v1/schema/events", headers={"Authorization": "Bearer test-key"})
    sender.control("POST", "/clock/advance", advance)
    sender.one(event(data_set_id=OTHER), key=OTHER_KEY)
    sender.control("POST", "/clock/advance", advance)
    sender.one(event(), key="nobodys-key")
    return sender


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [0, 1, 2, 3, 4, 5, 6, 7]),
    ({"data_set_id": DEFAULT_DATASET}, [0, 1, 2, 3, 4, 5]),
    ({"data_set_id": OTHER}, [6]),
    ({"data_set_id": "nobody"}, []),
    ({"endpoint": "single"}, [0, 1, 2, 6, 7]),
    ({"endpoint": "batch"}, [3, 4]),
    ({"endpoint": "schema"}, [5]),
    ({"outcome": "accepted"}, [0, 1, 3, 5, 6]),
    ({"outcome": "rejected"}, [2, 4, 7]),
    ({"status": 200}, [0, 1, 3, 5, 6]),
    ({"status": 403}, [7]),
    ({"status": 500}, []),
    ({"error_code": "MISSING_IDENTIFIER"}, [2]),
    ({"error_code": "INVALID_EVENT_TYPE"}, [4]),
    ({"error_code": "INVALID_API_KEY"}, [7]),
    ({"advisory": "UNKNOWN_FIELD"}, [3]),
    ({"event_type": "search"}, [0]),
    ({"event_type": "sign_up"}, [3]),
    ({"event_type": "nonsense"}, [4]),
    ({"late": "true"}, [1]),
    ({"since": NOW + 30}, [3, 4, 5, 6, 7]),
    ({"until": NOW + 30}, [0, 1, 2, 3]),
    ({"since": NOW + 10, "until": NOW + 20}, [1, 2]),
    ({"since": "2027-01-15T08:01:10Z"}, [7]),
    ({"since": NOW + 71}, []),
    ({"q": "CAFÉ"}, [3]),
    ({"q": "/v1/schema"}, [5]),
    ({"q": "nonsense"}, [4]),
    ({"q": "missing_identifier"}, [2]),
    ({"endpoint": "single", "outcome": "rejected"}, [2, 7]),
    ({"data_set_id": DEFAULT_DATASET, "outcome": "rejected", "endpoint": "batch", "status": 400}, [4]),
    ({"event_type": "purchase", "outcome": "accepted", "late": "false"}, [3, 6]),
    ({"advisory": "UNKNOWN_FIELD", "q": "café", "since": NOW, "until": NOW + 30}, [3]),
    ({"endpoint": "schema", "late": "true"}, []),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
@pytest.mark.parametrize("path", ["", "/submissions"])
def test_filters_of_submissions(busy: Sender, path: str, filters: dict[str, Any], expected: list[int]) -> None:
    """Each filter and combination lets pass exactly the submissions it names, in both orders, on both paths."""
    everything = [s["id"] for s in ask(busy, order="asc")["submissions"]]
    wanted = [everything[place] for place in expected]
    ascending, descending = (ask(busy, path, order=order, **filters) for order in ("asc", "desc"))
    assert [s["id"] for s in ascending["submissions"]] == wanted
    assert [s["id"] for s in descending["submissions"]] == wanted[::-1]
    assert ascending["total"] == len(expected)
    assert ascending["next"] is None


EVENT_FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["0.0", "1.0", "2.0", "3.0", "3.1", "4.0", "4.1", "6.0", "7.0"]),
    ({"outcome": "stored"}, ["0.0", "1.0", "3.0", "3.1", "6.0"]),
    ({"outcome": "accepted"}, ["0.0", "1.0", "3.0", "3.1", "6.0"]),
    ({"outcome": "rejected"}, ["2.0", "4.0", "4.1", "7.0"]),
    ({"event_type": "sign_up"}, ["3.0"]),
    ({"event_type": "purchase", "endpoint": "batch"}, ["3.1", "4.0"]),
    ({"late": "true"}, ["1.0"]),
    ({"late": "false", "outcome": "stored"}, ["0.0", "3.0", "3.1", "6.0"]),
    ({"error_code": "INVALID_EVENT_TYPE"}, ["4.1"]),
    ({"error_code": "INVALID_API_KEY"}, ["7.0"]),
    ({"advisory": "UNKNOWN_FIELD"}, ["3.1"]),
    ({"q": "café"}, ["3.1"]),
    ({"q": "sign_up"}, ["3.0"]),
    ({"data_set_id": OTHER}, ["6.0"]),
    ({"status": 400, "event_type": "purchase"}, ["2.0", "4.0"]),
    ({"since": NOW + 30, "until": NOW + 60, "outcome": "stored"}, ["3.0", "3.1", "6.0"]),
]


@pytest.mark.parametrize(("filters", "expected"), EVENT_FILTERS)
def test_filters_of_events(busy: Sender, filters: dict[str, Any], expected: list[str]) -> None:
    """The same filters over events pass single events, in both orders."""
    places = {s["id"]: place for place, s in enumerate(ask(busy, order="asc")["submissions"])}
    for order, wanted in (("asc", expected), ("desc", expected[::-1])):
        page = ask(busy, "/events", order=order, **filters)
        assert [f"{places[e['submission_id']]}.{e['index']}" for e in page["events"]] == wanted
        assert (page["total"], page["next"]) == (len(wanted), None)


def test_a_submission_id_finds_its_submission_and_events(busy: Sender) -> None:
    """The id that the sender was answered with is a filter of both lists and a path of its own."""
    for shown in ask(busy)["submissions"]:
        assert [s["id"] for s in ask(busy, submission_id=shown["id"])["submissions"]] == [shown["id"]]
        events = ask(busy, "/events", order="asc", submission_id=shown["id"])["events"]
        assert [{k: v for k, v in e.items() if k != "submission_id"} for e in events] == shown["events"]
        assert ask(busy, f"/submissions/{shown['id']}") == shown


def test_the_answered_id_is_the_logs(sender: Sender) -> None:
    """submission_id of the answer (guide 8.1) is the id in the log."""
    assert sender.one(event()).get_json()["submission_id"] == sender.last()["id"]
    assert sender.batch([event()]).get_json()["submission_id"] == sender.last()["id"]


@pytest.mark.parametrize("unknown", ["x", "single.00000000-0000-4000-8000-000000000000", "%00", "é", "a" * 5000])
def test_an_unknown_submission_is_not_found(busy: Sender, unknown: str) -> None:
    """404 in the envelope."""
    response = busy.client.get(f"/_inspect/submissions/{unknown}")
    assert (response.status_code, response.get_json()["error_code"]) == (404, "NOT_FOUND")


def test_every_field_is_there(busy: Sender) -> None:
    """Submissions, events, violations and advisories have the fields that programs rely on, refused ones too."""
    for shown in ask(busy)["submissions"]:
        assert shown.keys() >= SUBMISSION_FIELDS
        for remark in (*shown["violations"], *shown["advisories"]):
            assert remark.keys() == {"code", "pointer", "event", "message", "guide", "documented"}
        for inner in shown["events"]:
            assert inner.keys() >= EVENT_FIELDS
            assert inner["outcome"] in ("stored", "rejected")
            assert (inner["event_id"] is None) == (inner["outcome"] == "rejected")


def test_keys_are_masked_wherever_they_stand(busy: Sender) -> None:
    """No key can be read from the log."""
    shown = busy.client.get("/_inspect").text
    for key in ("test-key", "nobodys-key", OTHER_KEY):
        assert key not in shown


def test_ids_are_unique(busy: Sender) -> None:
    """No two submissions and no two stored events share an id, equal events included."""
    busy.batch([event()] * 50)
    submissions = [s["id"] for s in ask(busy)["submissions"]]
    events = [e["event_id"] for e in ask(busy, "/events", outcome="stored", limit=100)["events"]]
    assert len(set(submissions)) == len(submissions) == 9
    assert len(set(events)) == len(events) == 55


def test_reading_changes_nothing(busy: Sender, world: World) -> None:
    """Every path of the tree, by GET and HEAD, asked twice, answers the same and leaves the log as it is."""
    before = world.ledger.snapshot()
    identifier = ask(busy)["submissions"][0]["id"]
    paths = ["", "/submissions", "/events", "/summary", f"/submissions/{identifier}", "?q=x", "?unknown=1", "/nothing"]
    for path in paths:
        first, second = (busy.client.get(f"/_inspect{path}").data for _ in range(2))
        assert first == second
        assert busy.client.head(f"/_inspect{path}").data == b""
    busy.client.get("/_inspect/status")
    assert world.ledger.snapshot() == before


# --- cursors ---


def walk(sender: Sender, path: str, name: str, **filters: Any) -> Iterator[dict[str, Any]]:
    """All items, page by page; one more event arrives between any two pages."""
    cursor = None
    while True:
        page = ask(sender, path, **filters, **({"cursor": cursor} if cursor else {}))
        assert len(page[name]) <= filters["limit"]
        yield from page[name]
        cursor = page["next"]
        if cursor is None:
            return
        sender.one(event(event_type="login"))


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9])
def test_cursors_walk_every_submission_once(busy: Sender, limit: int) -> None:
    """Newest first, what was there at the start is walked exactly once, whatever arrives meanwhile."""
    before = [s["id"] for s in ask(busy)["submissions"]]
    assert [s["id"] for s in walk(busy, "", "submissions", limit=limit)] == before


@pytest.mark.parametrize("limit", [2, 3, 7, 8, 9])
def test_cursors_walk_up_to_the_newest(busy: Sender, limit: int) -> None:
    """Oldest first, newcomers are walked too, each once, in order."""
    walked = [s["id"] for s in walk(busy, "", "submissions", limit=limit, order="asc")]
    assert walked == [s["id"] for s in ask(busy, order="asc")["submissions"]][: len(walked)]
    assert len(walked) >= 8


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 10])
@pytest.mark.parametrize("filters", [{}, {"outcome": "stored"}, {"endpoint": "batch"}])
def test_cursors_walk_every_event_once(busy: Sender, limit: int, filters: dict[str, Any]) -> None:
    """Events are walked exactly once, also where a page ends inside a batch."""
    before = [(e["submission_id"], e["index"]) for e in ask(busy, "/events", **filters)["events"]]
    walked = [(e["submission_id"], e["index"]) for e in walk(busy, "/events", "events", limit=limit, **filters)]
    assert walked == before
    upwards = walk(
        busy, "/events", "events", limit=limit + 1, order="asc", **filters, until=NOW + 70, event_type="purchase"
    )
    wanted = ask(busy, "/events", order="asc", **filters, event_type="purchase")["events"]
    assert list(upwards) == wanted


def test_a_cursor_goes_on_after_eviction(sender: Sender, world: World) -> None:
    """A cursor whose place is gone from the log goes on with what is left."""
    for _ in range(6):
        sender.one(event())
    page = ask(sender, limit=2)
    assert page["total"] == 6
    world.ledger.max_events = 4
    sender.one(event())
    rest = ask(sender, limit=10, cursor=page["next"])
    assert [s["id"] for s in rest["submissions"]] == [s["id"] for s in ask(sender)["submissions"]][3:]
    assert (rest["total"], rest["evicted"]) == (4, 3)


# --- refusals ---


@pytest.mark.parametrize(
    ("filters", "word"),
    [
        ({"dataset": "x"}, 'did you mean "data_set_id"?'),
        ({"errorcode": "x"}, 'did you mean "error_code"?'),
        ({"zzz": "x"}, "the filters are data_set_id, endpoint"),
        ({"endpoint": "singel"}, 'did you mean "single"?'),
        ({"outcome": "acepted"}, 'did you mean "accepted"?'),
        ({"status": "20x"}, "status is a whole number"),
        ({"status": "99"}, "from 100 to 599"),
        ({"status": "٢٠٠"}, "status is a whole number"),
        ({"error_code": "MISSING_IDENTIFIERS"}, 'did you mean "MISSING_IDENTIFIER"?'),
        ({"error_code": "LARGE_BODY"}, "error_code is not a code"),
        ({"advisory": "LARGE_BATCHES"}, 'did you mean "LARGE_BATCH"?'),
        ({"event_type": ""}, "event_type must not be empty"),
        ({"late": "yes"}, "late is true or false"),
        ({"since": "yesterday"}, "since is not ISO 8601"),
        ({"since": "nan"}, "since must lie between"),
        ({"until": NOW * 1000}, "looks like milliseconds"),
        ({"until": "2027-01-15T08:00:00"}, "names no time zone"),
        ({"limit": 0}, "limit is a whole number from 1 to 1000"),
        ({"limit": 1001}, "limit is a whole number from 1 to 1000"),
        ({"limit": -1}, "limit is a whole number"),
        ({"cursor": "x"}, "cursor is not one"),
        ({"cursor": "1.2.3"}, "cursor is not one"),
        ({"cursor": "9" * 40}, "cursor is not one"),
        ({"order": "up"}, "order is one of asc, desc"),
        ({"q": ""}, "q must not be empty"),
        ({"status": ["200", "400"]}, "status stands there 2 times"),
    ],
)
@pytest.mark.parametrize("path", ["", "/submissions", "/events", "/summary"])
def test_bad_filters_are_refused(busy: Sender, path: str, filters: dict[str, Any], word: str) -> None:
    """An unknown filter or a bad value is 400, names the parameter and says what is right."""
    assert word in refused(busy, path, **filters)


@pytest.mark.parametrize("path", ["/nothing", "/events/1", "/submissions/a/b", "/%00"])
def test_other_paths_are_not_found(busy: Sender, path: str) -> None:
    """404 in the envelope."""
    response = busy.client.get(f"/_inspect{path}")
    assert (response.status_code, response.get_json()["error_code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["", "/submissions", "/events", "/summary", "/status"])
def test_nothing_can_be_written(busy: Sender, method: str, path: str) -> None:
    """/_inspect takes reading methods only, and says so in Allow."""
    response = busy.client.open(f"/_inspect{path}", method=method)
    assert (response.status_code, response.get_json()["error_code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in response.headers["Allow"]


# --- summary and status ---


def test_the_summary_counts(busy: Sender) -> None:
    """Counts by outcome, code, type, dataset, and minutes."""
    found = ask(busy, "/summary")
    assert found["submissions"] == {"total": 8, "accepted": 5, "rejected": 3}
    assert found["events"] == {"stored": 5, "rejected": 4}
    assert (found["late"], found["duplicates"], found["suppressed"]) == (1, 0, 0)
    assert found["refused_by_key"] == {"te****": 2, "no****": 1}
    assert found["error_codes"] == {"MISSING_IDENTIFIER": 1, "INVALID_EVENT_TYPE": 1, "INVALID_API_KEY": 1}
    assert found["advisories"]["UNKNOWN_FIELD"] == 1
    assert found["event_types"] == {"purchase": 6, "search": 1, "sign_up": 1, "nonsense": 1}
    assert found["datasets"] == {DEFAULT_DATASET: 6, OTHER: 1}
    assert [bucket["minute"] for bucket in found["per_minute"]] == ["2027-01-15T08:00:00Z", "2027-01-15T08:01:00Z"]
    assert sum(bucket["accepted"] + bucket["rejected"] for bucket in found["per_minute"]) == 8
    assert sum(bucket["events"] for bucket in found["per_minute"]) == 5


def test_the_summary_counts_what_is_suppressed(sender: Sender) -> None:
    """Events that were stored although they opted out; those of a refused batch were not."""
    out = event(privacy={"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]})
    sender.batch([out, event(), out])
    sender.batch([out, event(event_type="nonsense")])
    assert ask(sender, "/summary")["suppressed"] == 2


def test_the_summary_of_one_dataset(busy: Sender) -> None:
    """The summary takes the filters too."""
    found = ask(busy, "/summary", data_set_id=OTHER)
    assert found["submissions"] == {"total": 1, "accepted": 1, "rejected": 0}
    assert found["datasets"] == {OTHER: 1}


def test_the_status_tells_how_the_mock_stands(busy: Sender) -> None:
    """Version, clock, readings, datasets and the log with its limits."""
    found = ask(busy, "/status")
    assert found["clock"] == {"now": NOW + 70.0, "iso": "2027-01-15T08:01:10Z", "frozen": True, "real": False}
    assert found["readings"]["authorization"] == "bearer"
    assert [d["data_set_id"] for d in found["datasets"]] == [DEFAULT_DATASET, OTHER]
    assert (found["log"]["submissions"], found["log"]["events"]) == (8, 10)
    assert 0 < found["log"]["bytes"] < found["log"]["max_bytes"]
    assert found["log"]["evicted"] == {"submissions": 0, "events": 0}
    assert found["uptime_seconds"] >= 0
    assert found["faults"] == []


def test_text_is_found_however_it_was_escaped(sender: Sender) -> None:
    """Free text finds what a client wrote as \\u escapes, as many do by default, and what it wrote as it is."""
    for ascii_only in (True, False):
        sender.one(json.dumps(event(custom_data={"note": "Grüße, 東京"}), ensure_ascii=ascii_only).encode())
    for path, name in (("", "submissions"), ("/events", "events")):
        assert len(ask(sender, path, q="grüße, 東京")[name]) == 2


def test_a_submission_without_events_has_none(sender: Sender) -> None:
    """A body that is no JSON is shown as a refused submission, and not among the events."""
    sender.one(b"{nonsense")
    assert (sender.last()["error_code"], sender.last()["events"]) == ("MALFORMED_JSON", [])
    assert ask(sender, "/events")["events"] == []


def test_an_event_without_type_is_an_event(sender: Sender) -> None:
    """A refused event is shown although its event_type is missing or no text."""
    sender.batch([event(event_type=GONE), event(event_type=5), event(identifiers={"email_sha256": EMAIL}), 5, None, []])
    assert [e["outcome"] for e in ask(sender, "/events")["events"]] == ["rejected"] * 6
    assert ask(sender, "/summary")["event_types"] == {"purchase": 1}
