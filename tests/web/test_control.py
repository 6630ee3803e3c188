"""/_control: clocks, datasets and the log, for everybody or for one dataset alone."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.web import inspect
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, World
from tests.senders import DAY, NOW, Sender, event

OTHER, OTHER_KEY = "other-dataset", "other-key"


@pytest.fixture
def other(sender: Sender) -> str:
    """A second dataset beside the default one."""
    assert sender.control("POST", "/datasets", {"data_set_id": OTHER, "api_key": OTHER_KEY}).status_code == 201
    return OTHER


def refused(sender: Sender, method: str, path: str, body: Any) -> str:
    """The message of a 400 INVALID_PARAMETER."""
    response = sender.control(method, path, body)
    found = response.get_json()
    assert (response.status_code, found["error_code"]) == (400, "INVALID_PARAMETER"), found
    assert set(found) == {"status", "error_code", "message"}
    return str(found["message"])


# --- the clock ---


@pytest.mark.parametrize(
    ("sent", "epoch"),
    [
        (NOW, NOW),
        (NOW + 0.5, NOW + 0.5),
        ("2027-01-15T08:00:00Z", NOW),
        ("2027-01-15T09:00:00+01:00", NOW),
        (0, 0),
        (253_402_300_799, 253_402_300_799),
    ],
)
def test_the_clock_is_set(sender: Sender, sent: Any, epoch: float) -> None:
    """Epoch seconds and ISO 8601 set it; it stands still; events are received at that time."""
    view = sender.control("PUT", "/clock", {"now": sent}).get_json()
    assert (view["now"], view["frozen"], view["real"]) == (epoch, True, False)
    assert sender.control("GET", "/clock").get_json() == view
    assert sender.one(event(timestamp=int(epoch))).get_json()["received_at"] == view["iso"]


def test_a_clock_that_is_not_frozen_runs_on(sender: Sender) -> None:
    """frozen=false moves the clock and lets it run."""
    view = sender.control("PUT", "/clock", {"now": NOW + DAY, "frozen": False}).get_json()
    assert (view["frozen"], view["real"]) == (False, False)
    shown = [sender.control("GET", "/clock").get_json()["now"] for _ in range(2)]
    assert NOW + DAY <= view["now"] <= shown[0] <= shown[1]
    assert shown[0] < shown[1] or view["now"] < shown[1]


def test_a_clock_may_be_frozen_where_it_is(sender: Sender) -> None:
    """PUT without now takes the time it is and stops it."""
    sender.control("DELETE", "/clock")
    view = sender.control("PUT", "/clock", {}).get_json()
    assert view["frozen"]
    assert sender.control("GET", "/clock").get_json() == view


def test_a_clock_at_the_end_of_time_keeps_the_server_at_work(sender: Sender, world: World) -> None:
    """A running clock stops at the last second that can be written, and requests are still answered."""
    sender.control("PUT", "/clock", {"now": 253_402_300_799, "frozen": False})
    world.set_clock(world.standing.clock.advanced(10))
    assert sender.one(event()).status_code == 400
    assert sender.control("GET", "/clock").get_json()["iso"] == "9999-12-31T23:59:59Z"


@pytest.mark.parametrize("seconds", [1, -1, 7 * DAY, 0.25, 0])
def test_the_clock_is_advanced(sender: Sender, seconds: float) -> None:
    """Forward and back, on a clock that stands."""
    assert sender.control("POST", "/clock/advance", {"seconds": seconds}).get_json()["now"] == NOW + seconds


def test_an_event_grows_late_and_too_old_as_the_clock_advances(sender: Sender) -> None:
    """The time window of guide 3.2 is told by the mock's clock."""
    sender.control("POST", "/clock/advance", {"seconds": 7 * DAY})
    assert sender.one(event()).status_code == 200
    assert sender.last()["events"][0]["late"] is True
    sender.control("POST", "/clock/advance", {"seconds": 23 * DAY + 1})
    assert sender.one(event()).get_json()["error_code"] == "TIMESTAMP_TOO_OLD"


def test_delete_goes_back_to_real_time(sender: Sender) -> None:
    """DELETE takes everything back."""
    assert sender.control("DELETE", "/clock").get_json()["real"] is True


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"now": "tomorrow"}, "now is not ISO 8601"),
        ({"now": "2027-01-15T08:00:00"}, "names no time zone"),
        ({"now": NOW * 1000}, "looks like milliseconds"),
        ({"now": -1}, "between 1970 and 9999"),
        ({"now": True}, "now must be"),
        ({"now": None}, "now must be"),
        ({"now": [NOW]}, "now must be"),
        ({"now": ""}, "now is not ISO 8601"),
        ({"now": "0001-01-01T00:00:00+14:00"}, "between 1970 and 9999"),
        ({"now": "9999-12-31T23:59:59-14:00"}, "between 1970 and 9999"),
        ({"now": NOW, "frozen": "true"}, "frozen is true or false"),
        ({"now": NOW, "frozn": True}, 'did you mean "frozen"?'),
        ({"now": NOW, "data_set_id": 5}, "data_set_id is a string"),
    ],
)
def test_bad_times_are_refused_and_set_nothing(sender: Sender, body: Any, word: str) -> None:
    """The message names the parameter and what it takes; the clock stays as it was."""
    assert word in refused(sender, "PUT", "/clock", body)
    assert sender.control("GET", "/clock").get_json()["now"] == NOW


@pytest.mark.parametrize("seconds", [None, True, "60", [], 1e300, -NOW - 1, 10**12])
def test_bad_advances_are_refused_and_move_nothing(sender: Sender, seconds: Any) -> None:
    """A number is needed, and a time from 1970 to 9999 must come out."""
    assert refused(sender, "POST", "/clock/advance", {"seconds": seconds})
    assert refused(sender, "POST", "/clock/advance", {})
    assert sender.control("GET", "/clock").get_json()["now"] == NOW


def test_a_dataset_has_a_clock_of_its_own(sender: Sender, other: str) -> None:
    """Moving one dataset's clock moves nobody else's, and it can go back to everybody's."""
    sender.control("POST", "/clock/advance", {"seconds": 40 * DAY, "data_set_id": other})
    assert sender.one(event(data_set_id=other), key=OTHER_KEY).get_json()["error_code"] == "TIMESTAMP_TOO_OLD"
    assert sender.one(event()).status_code == 200
    assert sender.control("GET", f"/clock?data_set_id={other}").get_json()["now"] == NOW + 40 * DAY
    assert sender.control("GET", "/clock").get_json()["now"] == NOW
    assert sender.control("DELETE", "/clock", {"data_set_id": other}).get_json()["now"] == NOW
    assert sender.one(event(data_set_id=other), key=OTHER_KEY).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/clock", {}),
        ("PUT", "/clock", {"now": 1}),
        ("DELETE", "/clock", {}),
        ("POST", "/reset", {}),
        ("POST", "/clock/advance", {"seconds": 1}),
    ],
)
def test_an_unknown_dataset_is_not_found(sender: Sender, method: str, path: str, body: dict[str, Any]) -> None:
    """Steering a dataset that does not exist is 404 and steers nobody else."""
    response = sender.control(method, path, body | {"data_set_id": "nobody"})
    assert (response.status_code, response.get_json()["error_code"]) == (404, "NOT_FOUND")
    assert sender.control("GET", "/clock").get_json()["now"] == NOW


# --- datasets ---


def test_a_dataset_is_provisioned_with_defaults(sender: Sender) -> None:
    """Without any wish a fresh id and key come back, and they work."""
    response = sender.control("POST", "/datasets", {})
    made = response.get_json()
    assert response.status_code == 201
    assert sender.one(event(data_set_id=made["data_set_id"]), key=made["api_key"]).status_code == 200
    again = sender.control("POST", "/datasets").get_json()
    assert again["data_set_id"] != made["data_set_id"]
    assert again["api_key"] != made["api_key"]


@pytest.mark.parametrize("name", ["a", "é/ü ?&=%#", "x" * 512, "a/b//c", "..", "日本"])
def test_a_dataset_may_be_called_anything_printable(sender: Sender, name: str) -> None:
    """Whatever its id, it can be provisioned, used and listed."""
    made = sender.control("POST", "/datasets", {"data_set_id": name, "api_key": f"key-of-{name[:99]}"})
    assert made.status_code == 201
    wire = f"key-of-{name[:99]}".encode().decode("latin-1")
    assert sender.one(event(data_set_id=name), key=wire).status_code == 200
    assert name in [d["data_set_id"] for d in sender.control("GET", "/datasets").get_json()["datasets"]]


def test_datasets_are_listed_without_their_keys(sender: Sender, other: str) -> None:
    """The list masks keys; one can be asked for by its id."""
    response = sender.control("GET", "/datasets")
    assert [d["data_set_id"] for d in response.get_json()["datasets"]] == [DEFAULT_DATASET, other]
    assert OTHER_KEY not in response.text
    assert sender.control("GET", f"/datasets/{other}").get_json()["api_key"] != OTHER_KEY
    assert sender.control("GET", "/datasets/nobody").status_code == 404


def test_a_dataset_that_goes_while_it_is_listed_is_listed(
    sender: Sender, world: World, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Suites that share a server give theirs back whenever they end."""

    def all_withdrawn(world: World, _data_set_id: str) -> dict[str, Any]:
        for name in world.datasets:
            world.withdraw(name)
        return {}

    monkeypatch.setattr(inspect, "clock_view", all_withdrawn)
    listed = sender.client.get("/_control/datasets").get_json()["datasets"]
    assert [dataset["data_set_id"] for dataset in listed] == [DEFAULT_DATASET, other]
    assert dict(world.datasets) == {}


def test_provisioning_again_is_the_same_dataset(sender: Sender, other: str) -> None:
    """The same id and key, or the id alone, answer 200 and the same key, and keep the dataset's clock."""
    sender.control("PUT", "/clock", {"now": 5, "data_set_id": other})
    for asked in ({"data_set_id": other, "api_key": OTHER_KEY}, {"data_set_id": other}):
        response = sender.control("POST", "/datasets", asked)
        assert (response.status_code, response.get_json()["api_key"]) == (200, OTHER_KEY)
    assert sender.control("GET", f"/clock?data_set_id={other}").get_json()["now"] == 5


@pytest.mark.parametrize(
    "asked", [{"data_set_id": DEFAULT_DATASET, "api_key": "new-key"}, {"data_set_id": "new", "api_key": DEFAULT_KEY}]
)
def test_a_taken_id_or_key_is_a_conflict(sender: Sender, asked: dict[str, str]) -> None:
    """A dataset has one key and a key one dataset (guide 1.2); 409 changes neither."""
    response = sender.control("POST", "/datasets", asked)
    assert (response.status_code, response.get_json()["error_code"]) == (409, "CONFLICT")
    assert sender.one(event()).status_code == 200


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"data_set_id": ""}, "data_set_id must be"),
        ({"data_set_id": " x"}, "data_set_id must be"),
        ({"data_set_id": "x" * 513}, "data_set_id must be"),
        ({"data_set_id": "a\nb"}, "data_set_id must be"),
        ({"data_set_id": None}, "data_set_id is a string"),
        ({"api_key": ""}, "api_key must be"),
        ({"api_key": 5}, "api_key is a string"),
        ({"readings": []}, "readings is an object"),
        ({"readings": {"authorisation": "raw"}}, 'did you mean "authorization"?'),
        ({"readings": {"authorization": "beaver"}}, 'did you mean "bearer"?'),
        ({"readings": {"max_body_bytes": -1}}, "whole number"),
        ({"readings": {"max_body_bytes": True}}, "whole number"),
        ({"api_keys": "x"}, 'did you mean "api_key"?'),
    ],
)
def test_bad_datasets_are_refused(sender: Sender, asked: dict[str, Any], word: str) -> None:
    """Bad ids, keys, readings and parameters are named; nothing is provisioned."""
    assert word in refused(sender, "POST", "/datasets", asked)
    assert len(sender.control("GET", "/datasets").get_json()["datasets"]) == 1


def test_a_dataset_has_readings_of_its_own(sender: Sender) -> None:
    """Readings given to one dataset hold for its key alone."""
    asked = {"data_set_id": OTHER, "api_key": OTHER_KEY, "readings": {"partner_id_alone": "accept"}}
    view = sender.control("POST", "/datasets", asked).get_json()
    assert view["readings"]["partner_id_alone"] == "accept"
    alone = {"identifiers": {"partner_id": "crm-1"}}
    assert sender.one(event(data_set_id=OTHER, **alone), key=OTHER_KEY).status_code == 200
    assert sender.one(event(**alone)).get_json()["error_code"] == "MISSING_IDENTIFIER"


def test_a_deleted_dataset_is_unknown_and_its_log_stays(sender: Sender, other: str) -> None:
    """After DELETE its key is 403, its id is free again, and what it sent is still shown."""
    assert sender.one(event(data_set_id=other), key=OTHER_KEY).status_code == 200
    assert sender.control("DELETE", f"/datasets/{other}").get_json() == {"data_set_id": other, "deleted": True}
    assert sender.control("DELETE", f"/datasets/{other}").status_code == 404
    assert sender.one(event(data_set_id=other), key=OTHER_KEY).get_json()["error_code"] == "INVALID_API_KEY"
    assert [s["status"] for s in sender.log(data_set_id=other)] == [200]
    assert sender.control("POST", "/datasets", {"data_set_id": other, "api_key": "another"}).status_code == 201


# --- log and reset ---


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/log"), ("POST", "/reset")])
def test_clearing_one_dataset_leaves_the_others(sender: Sender, other: str, method: str, path: str) -> None:
    """With data_set_id only its submissions go, in the body or in the query."""
    for where in ("body", "query"):
        sender.one(event())
        sender.one(event(data_set_id=other), key=OTHER_KEY)
        sender.one(event(), key="nobodys-key")
        scoped = (path, {"data_set_id": other}) if where == "body" else (f"{path}?data_set_id={other}", None)
        assert sender.control(method, *scoped).get_json() == {"deleted": 1}
        assert sender.log(data_set_id=other) == []
    assert len(sender.log()) == 4


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/log"), ("POST", "/reset")])
def test_clearing_everything(sender: Sender, other: str, method: str, path: str) -> None:
    """Without data_set_id everything goes, refused requests of unknown keys too."""
    sender.one(event())
    sender.one(event(data_set_id=other), key=OTHER_KEY)
    sender.one(event(), key="nobodys-key")
    assert sender.control(method, path).get_json() == {"deleted": 3}
    assert sender.log() == []


def test_reset_of_one_dataset_resets_its_clock_alone(sender: Sender, other: str) -> None:
    """Its clock goes back to everybody's, which stays where it is."""
    sender.control("PUT", "/clock", {"now": 5, "data_set_id": other})
    sender.control("PUT", "/clock", {"now": 6, "data_set_id": DEFAULT_DATASET})
    sender.control("POST", "/reset", {"data_set_id": other})
    assert sender.control("GET", f"/clock?data_set_id={other}").get_json()["now"] == NOW
    assert sender.control("GET", f"/clock?data_set_id={DEFAULT_DATASET}").get_json()["now"] == 6
    sender.control("POST", "/reset")
    assert sender.control("GET", f"/clock?data_set_id={DEFAULT_DATASET}").get_json()["real"] is True


def test_deleting_the_log_leaves_the_clock(sender: Sender) -> None:
    """DELETE /log clears the log and nothing else."""
    sender.control("DELETE", "/log")
    assert sender.control("GET", "/clock").get_json()["now"] == NOW


# --- parameters ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/clock"),
        ("PUT", "/clock"),
        ("DELETE", "/clock"),
        ("POST", "/clock/advance"),
        ("POST", "/datasets"),
        ("DELETE", "/log"),
        ("POST", "/reset"),
    ],
)
def test_unknown_parameters_are_refused_with_the_nearest(sender: Sender, method: str, path: str) -> None:
    """A misspelt data_set_id must never touch everybody, in the body or in the query."""
    sender.one(event())
    for where in ("", "?dataset_id=x"):
        message = refused(sender, method, path + where, None if where else {"dataset_id": "x"})
        assert 'did you mean "data_set_id"?' in message
    assert len(sender.log()) == 1
    assert sender.control("GET", "/clock").get_json()["now"] == NOW


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "MALFORMED_JSON"),
        (b"[]", "INVALID_BODY"),
        (b"1", "INVALID_BODY"),
        (b"null", "INVALID_BODY"),
        (b"\xff", "MALFORMED_JSON"),
        (b'{"now": NaN}', "MALFORMED_JSON"),
        (b" " * 1_000_001, "PAYLOAD_TOO_LARGE"),
        (b"[" * 100_000, "MALFORMED_JSON"),
    ],
)
def test_bodies_that_are_no_object_are_refused(sender: Sender, body: bytes, code: str) -> None:
    """What is not a JSON object of at most a megabyte is named, and does nothing."""
    sender.one(event())
    response = sender.client.delete("/_control/log", data=body)
    assert (response.status_code, response.get_json()["error_code"]) == (400, code)
    assert len(sender.log()) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_control", 404),
        ("GET", "/_control/", 404),
        ("GET", "/_control/clocks", 404),
        ("PATCH", "/_control/clock", 405),
        ("POST", "/_control/clock", 405),
        ("GET", "/_control/log", 405),
        ("GET", "/_control/reset", 405),
    ],
)
def test_other_paths_and_methods_are_refused_in_the_envelope(
    sender: Sender, method: str, path: str, status: int
) -> None:
    """404 and 405 in the same three fields, and never in the log."""
    response = sender.client.open(path, method=method)
    assert (response.status_code, set(response.get_json())) == (status, {"status", "error_code", "message"})
    assert ("Allow" in response.headers) == (status == 405)
    assert sender.log() == []
