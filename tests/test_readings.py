"""Every reading: each of its alternatives does what it says, and words that are none are start-up errors."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from mock_capi.privacy import encode_gpp
from mock_capi.readings import READINGS, ReadingError, Readings, alternatives, check
from mock_capi.spec import Spec
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import DAY, EMAIL, GONE, NOW, Sender, event

OTHER = "00000000-0000-4000-8000-0000000000ff"
OPTED_OUT = event(privacy={"us_privacy_string": "1YYN"})
GPP_OPTED_OUT = event(privacy={"gpp_string": encode_gpp({"usnat": {"Gpc": True}}), "gpp_sid": [7]})
MISMATCH = event(privacy={"gpp_string": "DBABL~BVlogAhWBg", "gpp_sid": [7, 8]})
RAW, BEARER = {"Authorization": DEFAULT_KEY}, {"Authorization": f"Bearer {DEFAULT_KEY}"}
NO_TYPE: dict[str, Any] = {"Content-Type": None}
FLOAT = b'{"data_set_id": "%s", "timestamp": %d.0, "event_type": "login", "identifiers": {"ip": "%s"}}' % (
    DEFAULT_DATASET.encode(),
    NOW,
    EMAIL.encode(),
)


class Case(NamedTuple):
    """Under `name=value`, `sent` (an event, a batch or a body) is answered with this status and code."""

    name: str
    value: str
    sent: Any
    status: int
    code: str | None = None
    headers: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it


def _big(size: int) -> bytes:
    return b" " * size


CASES = [
    Case("authorization", "bearer", event(), 200, None, BEARER),
    Case("authorization", "bearer", event(), 200, None, {"Authorization": f"bEARER {DEFAULT_KEY}"}),
    Case("authorization", "bearer", event(), 403, "INVALID_API_KEY", RAW),
    Case("authorization", "raw", event(), 200, None, RAW),
    Case("authorization", "raw", event(), 403, "INVALID_API_KEY", BEARER),
    Case("authorization", "either", event(), 200, None, RAW),
    Case("authorization", "either", event(), 200, None, BEARER),
    Case("foreign_dataset", "403", event(data_set_id=OTHER), 403, "DATASET_NOT_AUTHORIZED"),
    Case("foreign_dataset", "403", event(data_set_id="nobody's"), 400, "UNKNOWN_DATASET"),
    Case("foreign_dataset", "400", event(data_set_id=OTHER), 400, "UNKNOWN_DATASET"),
    Case("foreign_dataset", "400", event(data_set_id="nobody's"), 400, "UNKNOWN_DATASET"),
    Case("undocumented_statuses", "guide", event(), 400, "UNSUPPORTED_MEDIA_TYPE", NO_TYPE),
    Case("undocumented_statuses", "guide", event(), 400, "UNSUPPORTED_ENCODING", {"Content-Encoding": "gzip"}),
    Case("undocumented_statuses", "guide", _big(5_000_001), 400, "PAYLOAD_TOO_LARGE"),
    Case("undocumented_statuses", "http", event(), 415, "UNSUPPORTED_MEDIA_TYPE", NO_TYPE),
    Case("undocumented_statuses", "http", event(), 415, "UNSUPPORTED_ENCODING", {"Content-Encoding": "gzip"}),
    Case("undocumented_statuses", "http", _big(5_000_001), 413, "PAYLOAD_TOO_LARGE"),
    Case("undocumented_statuses", "http", b"", 400, "MALFORMED_JSON"),
    Case("content_type", "required", event(), 400, "UNSUPPORTED_MEDIA_TYPE", {"Content-Type": "text/plain"}),
    Case("content_type", "required", event(), 200, None, {"Content-Type": "application/json; charset=UTF-8"}),
    Case("content_type", "any", event(), 200, None, {"Content-Type": "text/plain"}),
    Case("content_type", "any", event(), 200, None, NO_TYPE),
    Case("max_body_bytes", "5000000", _big(5_000_000), 400, "MALFORMED_JSON"),
    Case("max_body_bytes", "5000000", _big(5_000_001), 400, "PAYLOAD_TOO_LARGE"),
    Case("max_body_bytes", "300", event(source="x" * 300), 400, "PAYLOAD_TOO_LARGE"),
    Case("max_body_bytes", "300", [event(), event()], 400, "PAYLOAD_TOO_LARGE"),
    Case("max_body_bytes", "300", event(), 200),
    Case("batch_failure", "atomic", [event(), event(timestamp=0)], 400, "TIMESTAMP_TOO_OLD"),
    Case("batch_failure", "drop_invalid", [event(), event(timestamp=0)], 200),
    Case("batch_failure", "drop_invalid", [event(timestamp=0)], 200),
    Case("batch_failure", "drop_invalid", [event(), event(data_set_id=OTHER)], 403, "DATASET_NOT_AUTHORIZED"),
    Case("batch_failure", "drop_invalid", event(timestamp=0), 400, "TIMESTAMP_TOO_OLD"),
    Case("batch_failure", "drop_invalid", [], 400, "EMPTY_BATCH"),
    Case("window_edge", "accept", event(timestamp=NOW - 30 * DAY), 200),
    Case("window_edge", "reject", event(timestamp=NOW - 30 * DAY), 400, "TIMESTAMP_TOO_OLD"),
    Case("window_edge", "reject", event(timestamp=NOW - 30 * DAY + 1), 200),
    Case("future_tolerance_seconds", "300", event(timestamp=NOW + 300), 200),
    Case("future_tolerance_seconds", "300", event(timestamp=NOW + 301), 400, "TIMESTAMP_IN_FUTURE"),
    Case("future_tolerance_seconds", "0", event(timestamp=NOW + 1), 400, "TIMESTAMP_IN_FUTURE"),
    Case("future_tolerance_seconds", "0", event(timestamp=NOW), 200),
    Case("future_tolerance_seconds", "off", event(timestamp=NOW * 1000), 200),
    Case("integer_valued_floats", "reject", FLOAT, 400, "INVALID_TIMESTAMP"),
    Case("integer_valued_floats", "accept", FLOAT, 200),
    Case("integer_valued_floats", "accept", event(timestamp=NOW + 0.5), 400, "INVALID_TIMESTAMP"),
    Case("integer_valued_floats", "accept", event(timestamp=str(NOW)), 400, "INVALID_TIMESTAMP"),
    Case("integer_valued_floats", "accept", event(timestamp=float(NOW - 30 * DAY - 1)), 400, "TIMESTAMP_TOO_OLD"),
    Case("integer_valued_floats", "accept", event(timestamp=float(NOW + 301)), 400, "TIMESTAMP_IN_FUTURE"),
    Case("unknown_fields", "advise", event(pageurl="x"), 200),
    Case("unknown_fields", "reject", event(pageurl="x"), 400, "INVALID_FIELD"),
    Case("unknown_fields", "reject", event(privacy={"gpp_sids": [7]}), 400, "INVALID_FIELD"),
    Case("unknown_fields", "reject", event(event_id="1"), 200),
    Case("unknown_fields", "reject", event(custom_data={"a": 1}, ext={"a": 1}), 200),
    Case("unknown_fields", "reject", event(identifiers={"email_sha256": EMAIL, "phone_sha256": EMAIL}), 200),
    Case("null_fields", "reject", event(source=None), 400, "INVALID_FIELD"),
    Case("null_fields", "reject", event(currency_code=None), 400, "INVALID_CURRENCY_CODE"),
    Case("null_fields", "reject", event(identifiers={"email_sha256": EMAIL, "ip": None}), 400, "INVALID_IDENTIFIER"),
    Case("null_fields", "absent", event(source=None, privacy=None, value=None, currency_code=None), 200),
    Case("null_fields", "absent", event(identifiers={"email_sha256": EMAIL, "ip": None}), 200),
    Case("null_fields", "absent", event(privacy={"gpp_string": None, "gpp_sid": None}), 200),
    Case("null_fields", "absent", event(custom_data={"a": None}, ext={}), 200),
    Case("null_fields", "absent", event(timestamp=None), 400, "MISSING_FIELD"),
    Case("null_fields", "absent", event(value=1, currency_code=None), 400, "MISSING_CURRENCY_CODE"),
    Case("null_fields", "absent", event(identifiers={"email_sha256": None}), 400, "MISSING_IDENTIFIER"),
    Case("partner_id_alone", "reject", event(identifiers={"partner_id": "x"}), 400, "MISSING_IDENTIFIER"),
    Case("partner_id_alone", "accept", event(identifiers={"partner_id": "x"}), 200),
    Case("partner_id_alone", "accept", event(identifiers={"phone_sha256": EMAIL}), 400, "MISSING_IDENTIFIER"),
    Case("partner_id_alone", "accept", event(identifiers={"partner_id": ""}), 400, "MISSING_IDENTIFIER"),
    Case("partner_id_alone", "accept", event(identifiers={"partner_id": "x" * 513}), 400, "INVALID_IDENTIFIER"),
    Case("hash_case", "lower", event(identifiers={"ip": EMAIL.upper()}), 400, "INVALID_IDENTIFIER"),
    Case("hash_case", "any", event(identifiers={"ip": EMAIL.upper()}), 200),
    Case("hash_case", "any", event(identifiers={"email_sha256": EMAIL.upper()}), 200),
    Case("hash_case", "any", event(identifiers={"ip": EMAIL.upper()[1:]}), 400, "INVALID_IDENTIFIER"),
    Case("gpp_sid_mismatch", "advise", MISMATCH, 200),
    Case("gpp_sid_mismatch", "reject", MISMATCH, 400, "INVALID_GPP_STRING"),
    Case("opt_out", "suppress", OPTED_OUT, 200),
    Case("opt_out", "reject", OPTED_OUT, 400, "INVALID_FIELD"),
    Case("opt_out", "reject", event(privacy={"us_privacy_string": "1YNN"}), 200),
    Case("opt_out", "suppress", GPP_OPTED_OUT, 200),
    Case("opt_out", "reject", GPP_OPTED_OUT, 400, "INVALID_FIELD"),
    Case("opt_out", "reject", event(privacy={**GPP_OPTED_OUT["privacy"], "gpp_sid": [-1]}), 200),
    Case("processing", "sync", event(timestamp=0), 400, "TIMESTAMP_TOO_OLD"),
    Case("processing", "deferred", event(timestamp=0), 200),
    Case("processing", "deferred", [event(), event(identifiers=GONE)], 200),
    Case("processing", "deferred", event(data_set_id=OTHER), 200),
    Case("processing", "deferred", [], 400, "EMPTY_BATCH"),
    Case("processing", "deferred", b"{", 400, "MALFORMED_JSON"),
    Case("processing", "deferred", event(), 403, "MISSING_API_KEY", {"Authorization": None}),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{c.name}={c.value}-{at}" for at, c in enumerate(CASES)])
def test_an_alternative(sender: Sender, world: World, case: Case) -> None:
    """Each reading decides what it is about, and the answer keeps the envelope of guide 8."""
    world.provision(Dataset(OTHER, "other-key"))
    sender.read(**{case.name: case.value})
    send = sender.batch if isinstance(case.sent, list) else sender.one
    response = send(case.sent, headers=case.headers)
    assert (response.status_code, response.get_json().get("error_code")) == (case.status, case.code), (
        response.get_json()
    )


@pytest.mark.parametrize(("value", "status"), [("required", 403), ("open", 200)])
def test_schema_auth(the_spec: Spec, value: str, status: int) -> None:
    """Guide 2: whether GET /v1/schema/events is one of "all requests"."""
    world = World(the_spec, Readings().with_changes({"schema_auth": value}))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    client: FlaskClient = create_app(world).test_client()
    assert client.get("/v1/schema/events").status_code == status
    assert client.get("/v1/schema/events", headers={"Authorization": "Bearer wrong"}).status_code == status
    assert client.get("/v1/schema/events", headers=BEARER).status_code == 200


def test_every_alternative_has_a_case() -> None:
    """The tables above leave none out."""
    tried = {(case.name, case.value) for case in CASES} | {("schema_auth", "required"), ("schema_auth", "open")}
    named = {(reading.name, value) for reading in READINGS for value in alternatives(reading) if value != "a number"}
    assert named <= tried


def test_drop_invalid_keeps_the_rest(sender: Sender) -> None:
    """batch_failure=drop_invalid: the valid events are stored, the others are logged as rejected."""
    sender.read(batch_failure="drop_invalid")
    sender.batch([event(), event(timestamp=0), event(event_type="login")])
    submission = sender.last()
    assert [shown["outcome"] for shown in submission["events"]] == ["stored", "rejected", "stored"]
    assert [(v["code"], v["pointer"]) for v in submission["violations"]] == [("TIMESTAMP_TOO_OLD", "/1/timestamp")]
    assert (submission["outcome"], submission["error_code"]) == ("accepted", None)


def test_atomic_stores_nothing(sender: Sender) -> None:
    """batch_failure=atomic: one bad event and none is stored."""
    sender.batch([event(), event(timestamp=0)])
    assert [shown["outcome"] for shown in sender.last()["events"]] == ["rejected", "rejected"]


def test_deferred_tells_the_log_only(sender: Sender) -> None:
    """processing=deferred: neither verdict nor advisories on events are in the response (guide 8.3)."""
    sender.read(processing="deferred")
    response = sender.one(event(timestamp=0, pageurl="x"), headers={"Origin": "https://www.example.com"})
    assert response.headers["X-Mock-Capi-Advisories"] == "BROWSER_ORIGIN"
    submission = sender.last()
    assert [violation["code"] for violation in submission["violations"]] == ["TIMESTAMP_TOO_OLD"]
    assert {advisory["code"] for advisory in submission["advisories"]} == {"BROWSER_ORIGIN", "UNKNOWN_FIELD"}
    assert submission["events"][0]["outcome"] == "rejected"


def test_deferred_and_atomic(sender: Sender) -> None:
    """Under both, one bad event keeps its whole batch from being stored."""
    sender.read(processing="deferred")
    assert sender.batch([event(), event(timestamp=0)]).status_code == 200
    assert [shown["outcome"] for shown in sender.last()["events"]] == ["rejected", "rejected"]


def test_an_absent_null_stays_in_the_log(sender: Sender) -> None:
    """null_fields=absent changes the verdict, not what the sender is shown to have sent."""
    sender.read(null_fields="absent")
    sent = event(source=None)
    sender.one(sent)
    assert sender.last()["events"][0]["event"] == sent


def test_an_advised_future_is_told_under_off(sender: Sender) -> None:
    """future_tolerance_seconds=off accepts any future, with its advisory."""
    sender.read(future_tolerance_seconds="off")
    sender.one(event(timestamp=NOW + 10**9))
    assert sender.advisories() == ["FUTURE_TIMESTAMP"]


def test_an_accepted_float_can_be_late(sender: Sender) -> None:
    """integer_valued_floats=accept: the window of guide 3.2 holds for it too."""
    sender.read(integer_valued_floats="accept")
    sender.one(event(timestamp=float(NOW - 7 * DAY)))
    assert (sender.last()["events"][0]["late"], sender.last()["events"][0]["age_seconds"]) == (True, 7 * DAY)


def test_the_missing_key_message_follows_the_reading(the_spec: Spec) -> None:
    """authorization=raw: nobody is told to send Bearer."""
    client = create_app(World(the_spec, Readings(authorization="raw"))).test_client()
    assert "Bearer" not in client.post("/v1/events", data=b"{}").get_json()["message"]


def test_readings_are_per_dataset(sender: Sender, world: World) -> None:
    """One dataset's readings leave the others alone, and so do everyone's."""
    world.provision(Dataset(OTHER, "other-key", {"hash_case": "any"}))
    sent = {"identifiers": {"ip": EMAIL.upper()}}
    assert sender.one(event(**sent)).status_code == 400
    assert sender.one(event(data_set_id=OTHER, **sent), key="other-key").status_code == 200
    assert sender.one(event(**sent)).status_code == 400


def test_the_status_shows_the_active_readings(sender: Sender) -> None:
    """/_inspect/status lists all of them, everyone's and each dataset's."""
    sender.read(future_tolerance_seconds="off", foreign_dataset="400")
    status = sender.client.get("/_inspect/status").get_json()
    assert status["readings"] == Readings().as_dict()
    (dataset,) = status["datasets"]
    changed = {"future_tolerance_seconds": "off", "foreign_dataset": "400"}
    assert dataset["readings"] == Readings().as_dict() | changed


def test_the_first_alternative_is_the_default() -> None:
    """Nothing set means the first alternative of each."""
    assert [str(getattr(Readings(), reading.name)) for reading in READINGS] == [alternatives(r)[0] for r in READINGS]


def test_readings_do_not_change() -> None:
    """A set of readings is a value: it can be shared and kept."""
    with pytest.raises(FrozenInstanceError):
        Readings().hash_case = "any"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("hash_cse", "any", 'did you mean "hash_case"?'),
        ("authorisation", "raw", 'did you mean "authorization"?'),
        ("xyzzy", "1", "no reading is called 'xyzzy'; see"),
        ("authorization", "bare", "it is one of bearer, raw, either"),
        ("authorization", "beerer", 'did you mean "bearer"?'),
        ("hash_case", "ANY", "it is one of lower, any"),
        ("hash_case", "", "it is one of lower, any"),
        ("max_body_bytes", "off", "it is a whole number"),
        ("max_body_bytes", "-1", "it is a whole number"),
        ("max_body_bytes", "1e6", "it is a whole number"),
        ("max_body_bytes", "\u0663", "it is a whole number"),
        ("max_body_bytes", "99999999999999999999", "it is a whole number"),
        ("future_tolerance_seconds", "none", "it is a whole number or off"),
        ("future_tolerance_seconds", "1.5", "it is a whole number or off"),
    ],
)
def test_what_is_no_reading(name: str, value: str, words: str) -> None:
    """A name or value that does not exist is an error that names the nearest, or all there are."""
    with pytest.raises(ReadingError) as caught:
        Readings().with_changes({name: value})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("max_body_bytes", value) for value in (True, None, 1.0, [1], "9" * 5000)),
        *(("hash_case", value) for value in (True, None, 5)),
        ("foreign_dataset", 404),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_values_of_other_types(sender: Sender, name: str, value: Any) -> None:
    """Over /_control a value may be of any type; what is no alternative is refused and changes nothing."""
    with pytest.raises(ReadingError):
        check(name, value)
    asked = {"data_set_id": DEFAULT_DATASET, "api_key": DEFAULT_KEY, "readings": {name: value}}
    assert sender.control("POST", "/datasets", asked).status_code == 400
    assert sender.one(event()).status_code == 200


@pytest.mark.parametrize(("name", "value", "held"), [("foreign_dataset", 400, "400"), ("max_body_bytes", 7, 7)])
def test_numbers_may_be_numbers(name: str, value: int, held: Any) -> None:
    """JSON numbers are as good as words."""
    assert check(name, value) == held
