"""`mock-capi convert`: ECAPI events come out in the guide's shape, and all that was changed or dropped is told."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.rules.ecapi import MOVES
from tests.senders import ADDRESS, EMAIL, NOW


def run(*arguments: str | Path, sent: bytes = b"") -> Result:
    """Run the command at NOW."""
    return CliRunner().invoke(main, ["convert", "--now", str(NOW), *map(str, arguments)], input=sent)


def ecapi(**changes: Any) -> dict[str, Any]:
    """A small ECAPI event that converts without a word."""
    base = {"data_set_id": "shop", "timestamp": NOW, "event_type": "purchase", "user_data": {"email_address": EMAIL}}
    return base | changes


def converted(*events: Any, told: int = 0) -> tuple[list[dict[str, Any]], str]:
    """The events that come out, and what is said of them."""
    result = run("--verbose", sent=b"\n".join(json.dumps(item).encode() for item in events))
    assert result.exit_code == told, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def one(told: int = 0, **changes: Any) -> tuple[dict[str, Any], str]:
    """The same of one event."""
    (event,), said = converted(ecapi(**changes), told=told)
    return event, said


def test_a_whole_event() -> None:
    """Every field that has a place in the guide finds it."""
    event, said = one(
        id="order-1",
        value=129.99,
        currency_code="USD",
        source="website",
        user_data={
            "email_address": [EMAIL],
            "event_ip_address": "203.0.113.7",
            "ifa": "38400000-8cf0-11bd-b23e-10b96e40000d",
            "customer_identifier": "crm-1",
            "gpp_string": "DBABLA~BVQqAAAAAgA.QA",
            "gpp_sid": [7],
            "mmt_only": True,
            "phone_numbers": ["+1 555 123 4567"],
            "age_range": 3,
        },
        properties={
            "transaction_id": "txn_1",
            "page_url": "https://shop.example/thanks",
            "referrer": "https://www.example.com/",
            "coupon": ["SAVE10"],
            "items": [{"id": "SKU-1", "quantity": 2}],
        },
        ext={},
    )
    assert event == {
        "data_set_id": "shop",
        "timestamp": NOW,
        "event_type": "purchase",
        "value": 129.99,
        "currency_code": "USD",
        "source": "website",
        "ext": {},
        "identifiers": {
            "email_sha256": EMAIL,
            "ip": ADDRESS,
            "ifa": "38400000-8cf0-11bd-b23e-10b96e40000d",
            "partner_id": "crm-1",
        },
        "privacy": {"gpp_string": "DBABLA~BVQqAAAAAgA.QA", "gpp_sid": [7]},
        "mmt_only": True,
        "page_url": "https://shop.example/thanks",
        "referer": "https://www.example.com/",
        "custom_data": {"transaction_id": "txn_1", "coupon": ["SAVE10"], "items": [{"id": "SKU-1", "quantity": 2}]},
    }
    dropped = [line.split()[3].rstrip(":") for line in said.splitlines() if line.startswith("line 1: dropped ")]
    assert dropped == ["user_data.phone_numbers", "user_data.age_range", "id"]
    assert "1 events converted, 0 of them would be refused; 0 not converted" in said
    assert "555" not in said


@pytest.mark.parametrize(
    ("sent", "hashed", "said"),
    [
        ("  Test@Example.COM ", EMAIL, "hashed, in lower case"),
        (EMAIL, EMAIL, None),
        (EMAIL.upper(), EMAIL, "hash put in lower case"),
        (["test@example.com", "other@example.com"], EMAIL, "hashed, in lower case; 1 more of the list dropped"),
        ([EMAIL, EMAIL], EMAIL, "1 more of the list dropped"),
    ],
)
def test_mail_addresses_are_hashed_once(sent: Any, hashed: str, said: str | None) -> None:
    """As the guide says; what is a hash already stays."""
    event, told = one(user_data={"email_address": sent})
    assert event["identifiers"] == {"email_sha256": hashed}
    assert (f"changed user_data.email_address: {said}" in told) == (said is not None)
    assert "@" not in told


@pytest.mark.parametrize("name", ["ip_address", "event_ip_address"])
def test_ipv4_addresses_are_hashed_and_ipv6_refused(name: str) -> None:
    """An event that has nothing else could not be sent."""
    assert one(user_data={name: "203.0.113.7"})[0]["identifiers"] == {"ip": ADDRESS}
    assert one(user_data={name: ADDRESS})[0]["identifiers"] == {"ip": ADDRESS}
    event, said = one(1, user_data={name: "2001:db8::1"})
    assert "identifiers" not in event
    assert f"dropped user_data.{name}: it is an IPv6 address, and the guide takes hashes of IPv4 alone" in said
    assert "would be refused: MISSING_IDENTIFIER" in said
    assert "2001" not in said
    event, said = one(user_data={name: "2001:db8::1", "email_address": EMAIL})
    assert event["identifiers"] == {"email_sha256": EMAIL}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (NOW, None),
        (NOW * 1000 + 7, "milliseconds, divided by 1000"),
        (NOW + 0.0, "fraction cut off"),
        (str(NOW), "made a number of Unix seconds from text"),
        (str(NOW * 1000), "made a number of Unix seconds from text"),
        ("2027-01-15T08:00:00Z", "made a number of Unix seconds from text"),
        ("2027-01-15T09:00:00+01:00", "made a number of Unix seconds from text"),
    ],
)
@pytest.mark.parametrize("name", ["timestamp", "event_time"])
def test_times_become_unix_seconds(name: str, sent: Any, said: str | None) -> None:
    """Whatever form they have, and it is told."""
    given = {key: value for key, value in ecapi().items() if key != "timestamp"} | {name: sent}
    (event,), told = converted(given)
    assert event["timestamp"] == NOW
    assert (f"changed {name}: {said}" in told) == (said is not None)


@pytest.mark.parametrize("sent", ["yesterday", "9" * 400, 1e300, True, None, [1], "2027-01-15T08:00:00"])
def test_a_time_that_is_none_is_left_to_the_judge(sent: Any) -> None:
    """It stays where it stands, or is dropped where the guide has no such field."""
    event, said = one(1, timestamp=sent)
    assert event["timestamp"] == pytest.approx(sent) if isinstance(sent, float) else event["timestamp"] == sent
    assert "would be refused: INVALID_TIMESTAMP" in said or "TIMESTAMP_IN_FUTURE" in said
    (event,), said = converted({**ecapi(event_time=sent), "timestamp": NOW})
    assert "dropped event_time: there is timestamp already" in said


def test_custom_events_and_other_names() -> None:
    """`custom_event` names it; `event_name` is its type, `currency` its currency."""
    given = {"event_name": "custom", "custom_event": "quiz", "event_time": NOW, "user_data": {"email_address": EMAIL}}
    (event,), _ = converted({**given, "data_set_id": "a", "properties": {"value": 2, "currency": "EUR", "score": 7}})
    assert (event["event_type"], event["custom_event_name"], event["timestamp"]) == ("custom", "quiz", NOW)
    assert (event["value"], event["currency_code"], event["custom_data"]) == (2, "EUR", {"score": 7})


def test_the_guides_own_fields_stay() -> None:
    """Also beside ECAPI's, which then have to go."""
    identifiers = {"email_sha256": EMAIL}
    event, said = one(
        identifiers=identifiers, custom_data={"a": 1}, properties={"a": 2, "b": 3}, value=1, currency_code="USD"
    )
    assert (event["identifiers"], event["custom_data"]) == (identifiers, {"a": 1, "b": 3})
    assert "dropped user_data.email_address: there is identifiers.email_sha256 already" in said
    assert "dropped properties.a: there is custom_data.a already" in said


def test_every_move_is_made() -> None:
    """The table that the advisory shows is the table that is converted by."""
    for theirs, ours, how in MOVES:
        value = {"email": "test@example.com", "ipv4": "203.0.113.7", "seconds": NOW, "listed": 7}.get(how, "x")
        given: dict[str, Any] = {}
        *way, name = theirs.split(".")
        (given.setdefault(way[0], {}) if way else given)[name] = value
        (event,), _ = converted(given, told=1)
        for step in ours.split("."):
            event = event[step]
        assert event == {"email": EMAIL, "ipv4": ADDRESS, "listed": [7]}.get(how, value)


def test_a_dataset_can_be_given() -> None:
    """To every event, whatever it says."""
    result = run("--data-set-id", "mine", sent=json.dumps([ecapi(), ecapi(data_set_id="theirs")]).encode())
    assert [json.loads(line)["data_set_id"] for line in result.stdout.splitlines()] == ["mine", "mine"]


def test_what_is_no_event_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    """With its line; exit code 1."""
    lines = [json.dumps(ecapi()), '{"cut', "[1]", json.dumps(ecapi(user_data=5)), json.dumps(ecapi(properties=[1]))]
    (tmp_path / "ecapi.ndjson").write_text("\n".join(lines))
    result = run(tmp_path / "ecapi.ndjson")
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 1)
    told = [line for line in result.stderr.splitlines() if "not converted: " in line]
    assert [line.partition(":")[0] for line in told] == ["line 2", "line 3", "line 4", "line 5"]
    assert told[1:] == [
        "line 3: not converted: it is no JSON object",
        "line 4: not converted: user_data is no object",
        "line 5: not converted: properties is no object",
    ]
    assert "1 events converted, 0 of them would be refused; 4 not converted" in result.stderr


def test_what_would_still_be_refused_is_told() -> None:
    """By code, and with --verbose of each event."""
    sent = json.dumps([ecapi(), ecapi(value=1), ecapi(event_type="Purchase")]).encode()
    result = run(sent=sent)
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 3)
    assert "1  would be refused  MISSING_CURRENCY_CODE: There is a value without currency_code." in result.stderr
    assert "events[1]" not in result.stderr
    assert "events[1]: would be refused: MISSING_CURRENCY_CODE" in run("--verbose", sent=sent).stderr


def test_what_comes_out_passes_the_check() -> None:
    """Both commands in a pipe."""
    sent = json.dumps([ecapi(user_data={"email_address": f"user{n}@example.com"}) for n in range(1500)]).encode()
    out = run(sent=sent).stdout.encode()
    assert sha256(b"user7@example.com").hexdigest().encode() in out
    result = CliRunner().invoke(main, ["check", "--now", str(NOW)], input=out)
    assert result.output == "1500 events in 1 file: 1500 accepted, 0 refused\n"


def test_a_file_that_cannot_be_read_is_exit_code_2(tmp_path: Path) -> None:
    """One line that says why."""
    result = run(tmp_path / "none.json")
    assert (result.exit_code, "No such file or directory" in result.stderr) == (2, True)
