"""Of several faults the first check's is answered, and the log lists them all."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from mock_capi.catalogue import ERRORS, PRECEDENCE
from mock_capi.world import Dataset, World
from tests.senders import DAY, EMAIL, GONE, NOW, Sender, event

FOREIGN = "00000000-0000-4000-8000-0000000000ff"
GPP = "DBABL~BVlogAhWBg"
Fault = Callable[[dict[str, Any]], None]


def puts(**changes: Any) -> Fault:
    """A fault that replaces fields, also of identifiers and privacy."""

    def put(sent: dict[str, Any]) -> None:
        for name, value in changes.items():
            if isinstance(value, dict) and isinstance(sent.get(name), dict):
                sent[name].update(value)
            else:
                sent[name] = value

    return put


# In the order of the checks; the code, the pointer, and what to do to an event. Faults in one field exclude each other.
EVENT_FAULTS: list[tuple[str, str, Fault]] = [
    ("DATASET_NOT_AUTHORIZED", "/data_set_id", puts(data_set_id=FOREIGN)),
    ("UNKNOWN_DATASET", "/data_set_id", puts(data_set_id="nobody's")),
    ("MISSING_FIELD", "/timestamp", puts(timestamp=GONE)),
    ("MISSING_FIELD", "/event_type", puts(event_type=GONE)),
    ("INVALID_FIELD", "/mmt_only", puts(mmt_only="true")),
    ("INVALID_EVENT_TYPE", "/event_type", puts(event_type="Purchase")),
    ("MISSING_CUSTOM_EVENT_NAME", "/custom_event_name", puts(event_type="custom")),
    ("PLAINTEXT_PII", "/identifiers/ip", puts(identifiers={"ip": "203.0.113.7"})),
    ("PLAINTEXT_PII", "/identifiers/ifa", puts(identifiers={"ifa": "test@example.com"})),
    ("MISSING_IDENTIFIER", "/identifiers", puts(identifiers=GONE)),
    ("INVALID_IDENTIFIER", "/identifiers/email_sha256", puts(identifiers={"email_sha256": "x"})),
    ("MISSING_CURRENCY_CODE", "/currency_code", puts(value=1)),
    ("INVALID_CURRENCY_CODE", "/currency_code", puts(currency_code="usd", value=1)),
    ("INVALID_TIMESTAMP", "/timestamp", puts(timestamp=str(NOW))),
    ("TIMESTAMP_IN_FUTURE", "/timestamp", puts(timestamp=NOW + DAY)),
    ("TIMESTAMP_TOO_OLD", "/timestamp", puts(timestamp=0)),
    ("MISSING_GPP_SID", "/privacy/gpp_sid", puts(privacy={"gpp_string": GPP})),
    ("INVALID_GPP_STRING", "/privacy/gpp_string", puts(privacy={"gpp_string": "x"})),
]
FIELDS = {"MISSING_CUSTOM_EVENT_NAME": "/event_type", "MISSING_IDENTIFIER": "/identifiers"}


def _field(code: str, pointer: str) -> str:
    return FIELDS.get(code, pointer)


def _both(first: tuple[str, str, Fault], second: tuple[str, str, Fault]) -> bool:
    one, other = _field(*first[:2]), _field(*second[:2])
    return not (one.startswith(other) or other.startswith(one))


PAIRS = [(first, second) for first, second in combinations(EVENT_FAULTS, 2) if _both(first, second)]


def faulty(*faults: tuple[str, str, Fault]) -> dict[str, Any]:
    """A valid event with these faults."""
    sent = event(identifiers={"email_sha256": EMAIL})
    for _, _, fault in faults:
        fault(sent)
    return {name: value for name, value in sent.items() if value is not GONE}


@pytest.fixture
def two(sender: Sender, world: World) -> Sender:
    """A sender in a world with a second dataset."""
    world.provision(Dataset(FOREIGN, "other-key"))
    return sender


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{a[0]}{a[1]}-{b[0]}{b[1]}" for a, b in PAIRS])
def test_two_faults_in_one_event(two: Sender, pair: tuple[tuple[str, str, Fault], ...]) -> None:
    """The earlier check answers, wherever the fields stand; the log has both, in the order of the checks."""
    for sent in (faulty(*pair), dict(reversed(faulty(*reversed(pair)).items()))):
        assert two.one(sent).get_json()["error_code"] == pair[0][0]
        found = [(v["code"], v["pointer"]) for v in two.last()["violations"]]
        assert found[0] == pair[0][:2]
        assert pair[1][:2] in found


def test_the_table_has_every_code_about_events() -> None:
    """Every code of an event stands above, in the catalogue's order."""
    codes = list(dict.fromkeys(code for code, _, _ in EVENT_FAULTS))
    about_events = ERRORS[PRECEDENCE["DATASET_NOT_AUTHORIZED"] : PRECEDENCE["INTERNAL_ERROR"]]
    assert codes == [code.name for code in about_events]


def test_many_faults_in_one_event(sender: Sender) -> None:
    """Faults in different fields are all found at once."""
    sent = {
        "event_type": "custom",
        "value": "1",
        "source": 5,
        "identifiers": {"email_sha256": "a@b.de", "ip": "x", "partner_id": "a@b.de"},
        "privacy": {"gpp_string": "x", "us_privacy_string": 5},
        "timestamp": "x",
    }
    sender.one(sent)
    assert [(v["code"], v["pointer"]) for v in sender.last()["violations"]] == [
        ("MISSING_FIELD", "/data_set_id"),
        ("INVALID_FIELD", "/source"),
        ("INVALID_FIELD", "/value"),
        ("INVALID_FIELD", "/privacy/us_privacy_string"),
        ("MISSING_CUSTOM_EVENT_NAME", "/custom_event_name"),
        ("PLAINTEXT_PII", "/identifiers/email_sha256"),
        ("PLAINTEXT_PII", "/identifiers/partner_id"),
        ("INVALID_IDENTIFIER", "/identifiers/ip"),
        ("MISSING_CURRENCY_CODE", "/currency_code"),
        ("INVALID_TIMESTAMP", "/timestamp"),
        ("MISSING_GPP_SID", "/privacy/gpp_sid"),
        ("INVALID_GPP_STRING", "/privacy/gpp_string"),
    ]


def test_a_fault_is_named_once(sender: Sender) -> None:
    """One field that breaks several keywords of one rule is one violation."""
    sender.one(event(identifiers={"email_sha256": ""}, custom_event_name="", event_type="custom"))
    found = [v["pointer"] for v in sender.last()["violations"]]
    assert found == ["/custom_event_name", "/identifiers"]


def test_advisories_beside_violations(sender: Sender) -> None:
    """A refused event still draws what advice its sound fields deserve."""
    sender.one(event(timestamp=0, ext={"a": 1}, value="x", currency_code="USD", identifiers={"ifa": "x", "ip": []}))
    assert sender.advisories() == ["UNUSUAL_IFA", "EXT_NOT_EMPTY"]


# --- the request as a whole ---

# In the order of the checks: code, status, and what it does to the request's headers and body.
REQUEST_FAULTS: list[tuple[str, int, dict[str, Any]]] = [
    ("MISSING_API_KEY", 403, {"Authorization": ""}),
    ("INVALID_API_KEY", 403, {"Authorization": "Bearer wrong"}),
    ("PAYLOAD_TOO_LARGE", 400, {"body": b" " * 5_000_001}),
    ("UNSUPPORTED_MEDIA_TYPE", 400, {"Content-Type": "text/plain"}),
    ("UNSUPPORTED_ENCODING", 400, {"Content-Encoding": "gzip"}),
    ("MALFORMED_JSON", 400, {"body": b"{"}),
    ("INVALID_BODY", 400, {"body": b"{}"}),
    ("EMPTY_BATCH", 400, {"body": b"[]"}),
    ("BATCH_TOO_LARGE", 400, {"body": b"[" + b"1," * 1000 + b"1]"}),
    ("UNKNOWN_DATASET", 400, {"body": json.dumps([event(data_set_id="x")]).encode()}),
    ("INVALID_BODY", 400, {"body": b"[1]"}),
]
REQUEST_PAIRS = [
    (first, second) for first, second in combinations(REQUEST_FAULTS, 2) if not first[2].keys() & second[2].keys()
]


@pytest.mark.parametrize("pair", REQUEST_PAIRS, ids=[f"{a[0]}-{b[0]}" for a, b in REQUEST_PAIRS])
def test_two_faults_in_one_request(sender: Sender, pair: Any) -> None:
    """Key, size, media type, encoding, JSON, shape, count, events: the earlier answers, the log has both."""
    headers = {"Authorization": "Bearer test-key", "Content-Type": "application/json"} | pair[0][2] | pair[1][2]
    response = sender.client.post("/v1/events/batch", data=headers.pop("body", b"[]"), headers=headers)
    assert (response.status_code, response.get_json()["error_code"]) == (pair[0][1], pair[0][0])
    codes = [violation["code"] for violation in sender.last()["violations"]]
    assert codes[0] == pair[0][0]
    assert pair[1][0] in codes


@pytest.mark.parametrize(
    ("path", "method", "code"), [("/v1/x", "POST", "NOT_FOUND"), ("/v1/events", "PUT", "METHOD_NOT_ALLOWED")]
)
def test_the_route_comes_first(sender: Sender, path: str, method: str, code: str) -> None:
    """Without a route there is nothing to authenticate for."""
    response = sender.client.open(path, method=method, data=b"{", headers={"Authorization": "Bearer wrong"})
    assert response.get_json()["error_code"] == code


def test_the_key_comes_before_the_size(sender: Sender) -> None:
    """An unknown key learns nothing about its body."""
    response = sender.one(b" " * 5_000_001, key="wrong")
    assert response.get_json()["error_code"] == "INVALID_API_KEY"
    assert [v["code"] for v in sender.last()["violations"]] == ["INVALID_API_KEY", "PAYLOAD_TOO_LARGE"]


# --- batches ---

PLACES = [
    (puts(identifiers={"email_sha256": "x"}), "identifiers.email_sha256", "/identifiers/email_sha256"),
    (puts(identifiers=GONE), "identifiers", "/identifiers"),
    (puts(timestamp=0), "timestamp", "/timestamp"),
    (puts(event_type=GONE), "event_type", "/event_type"),
    (puts(privacy={"gpp_string": GPP, "gpp_sid": [7, "8"]}), "privacy.gpp_sid[1]", "/privacy/gpp_sid/1"),
    (puts(data_set_id="x"), "data_set_id", "/data_set_id"),
]


@pytest.mark.parametrize("index", [0, 3])
@pytest.mark.parametrize(("fault", "place", "pointer"), PLACES, ids=[place for _, place, _ in PLACES])
def test_the_message_names_the_event(sender: Sender, fault: Fault, place: str, pointer: str, index: int) -> None:
    """In a batch it starts with index and field; the pointer leads there from the body's root."""
    sent = [event() for _ in range(5)]
    sent[index] = faulty(("", "", fault))
    assert sender.batch(sent).get_json()["message"].startswith(f"events[{index}].{place}: ")
    (violation,) = sender.last()["violations"]
    assert (violation["pointer"], violation["event"]) == (f"/{index}{pointer}", index)
    assert violation["guide"]


def test_the_first_bad_event_answers(sender: Sender) -> None:
    """Events are judged by index: an early event's late fault comes before a late event's early fault."""
    response = sender.batch([event(), event(timestamp=0), event(event_type="x"), 5])
    assert response.get_json()["error_code"] == "TIMESTAMP_TOO_OLD"
    found = [(v["code"], v["pointer"], v["event"]) for v in sender.last()["violations"]]
    assert found == [
        ("TIMESTAMP_TOO_OLD", "/1/timestamp", 1),
        ("INVALID_EVENT_TYPE", "/2/event_type", 2),
        ("INVALID_BODY", "/3", 3),
    ]


def test_the_advisories_name_their_events(sender: Sender) -> None:
    """Pointers and messages of advisories lead into the batch too."""
    sender.batch([event(), event(timestamp=NOW + 1), event(timestamp=NOW - 1, ext={"a": 1})])
    found = [(a["pointer"], a["event"], a["message"].partition(":")[0]) for a in sender.last()["advisories"]]
    assert found == [("/1/timestamp", 1, "events[1].timestamp"), ("/2/ext", 2, "events[2].ext")]


@pytest.mark.parametrize(
    ("name", "pointer"), [("a/b", "/a~1b"), ("a~b", "/a~0b"), ("", "/"), ("a b", "/a b"), ("ü", "/ü")]
)
def test_names_in_pointers_are_escaped(sender: Sender, name: str, pointer: str) -> None:
    """A pointer is RFC 6901, whatever the sender calls a field."""
    sender.one(event(**{name: 1}))
    assert [advisory["pointer"] for advisory in sender.last()["advisories"]] == [pointer]


def test_a_single_event_is_named_without_index(sender: Sender) -> None:
    """Outside a batch the message starts with the field."""
    assert sender.one(event(timestamp=0)).get_json()["message"].startswith("timestamp: ")
    assert sender.one(event(identifiers={"ip": "x"})).get_json()["message"].startswith("identifiers.ip: ")


@pytest.mark.parametrize(
    "privacy", [{"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}, {"us_privacy_string": "1YYN"}]
)
def test_an_opt_out_that_refuses_comes_last(sender: Sender, privacy: dict[str, Any]) -> None:
    """It has the code of wrong fields, and its turn among the privacy checks all the same."""
    sender.read(opt_out="reject")
    for wrong, code in (({"timestamp": 0}, "TIMESTAMP_TOO_OLD"), ({"value": 1}, "MISSING_CURRENCY_CODE")):
        assert sender.one(event(privacy=privacy, **wrong)).get_json()["error_code"] == code
        assert [v["code"] for v in sender.last()["violations"]] == [code, "INVALID_FIELD"]
