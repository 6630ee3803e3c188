"""The sender that is right, in each language: what arrives, what is refused, and what cannot be sent."""

from __future__ import annotations

import csv
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mock_capi.cli import main
from mock_capi.testing import MockCapi
from tests.examples.sending import evidence, having, orders_in, report_of, run

HEAD = "transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid"
Json = dict[str, Any]


def identity(order: dict[str, str]) -> Json:
    """The identifiers and the privacy object of the event of an order."""
    email, ip = order["email"].strip().lower(), order["ip"]
    identifiers = {"email_sha256": email, "ip": ip if ":" not in ip else ""}
    hashed = {name: sha256(text.encode()).hexdigest() for name, text in identifiers.items() if text}
    sections = [int(section) for section in order["gpp_sid"].split()]
    privacy = {"gpp_string": order["gpp_string"], "gpp_sid": sections} if sections else None
    return {"identifiers": hashed, "privacy": privacy}


def test_all_orders_arrive_once_and_right(capi: MockCapi, sender: list[str], tmp_path: Path) -> None:
    """1,200 orders make three batches of at most 500, of which the report finds nothing wrong."""
    orders = orders_in(tmp_path, 1_200)
    told = run(capi, sender, orders)
    assert told == (0, "1200 orders: 1200 accepted, 0 refused, 0 given up, 0 left out since they name nobody", "")
    assert [(each["endpoint"], each["event_count"], each["advisories"]) for each in capi.submissions()] == [
        ("batch", count, []) for count in (500, 500, 200)
    ]
    account = ["--url", capi.url, "--data-set-id", capi.data_set_id, "--tolerance", "0.999"]
    compared = CliRunner().invoke(main, ["reconcile", str(orders), *account])
    assert "1200 orders, 1200 events: all as it should be" in compared.output
    with orders.open() as lines:
        expected = {order["transaction_id"]: identity(order) for order in csv.DictReader(lines)}
    events = [event.body for event in capi.events()]
    found = {
        e["custom_data"]["transaction_id"]: {name: e.get(name) for name in ("identifiers", "privacy")} for e in events
    }
    assert found == expected
    report = report_of(capi)
    assert having(report, "failed") | having(report, "advisory") == set()
    assert {"email_sha256.persona", "ip.persona", "checklist.consent", "checklist.batches"} <= having(report, "passed")


def test_a_wrong_key_is_not_tried_again(capi: MockCapi, sender: list[str], tmp_path: Path) -> None:
    """Every batch is refused once, and the sender says so."""
    told = run(capi, sender, orders_in(tmp_path, 120), BATCH_SIZE=50, MOCK_CAPI_API_KEY="wrong")
    assert told[:2] == (1, "120 orders: 0 accepted, 120 refused, 0 given up, 0 left out since they name nobody")
    assert [line.partition(" {")[0] for line in told.complaints.splitlines()] == [
        f"events {what}: refused, 403" for what in ("1 to 50", "51 to 100", "101 to 120")
    ]
    assert told.complaints.count("INVALID_API_KEY") == 3
    assert evidence(report_of(capi), "retry.refusals") == "3 requests refused, none sent again unchanged."


def test_an_event_alone_goes_to_its_own_endpoint(capi: MockCapi, sender: list[str]) -> None:
    """From standard input, with the line ends of Windows and an order of somebody who cannot be named."""
    moment = "2026-11-24T08:00:00.999+01:00"
    capi.clock.set(moment)
    lines = [HEAD, f"one,{moment},10,EUR, Ada.Lovelace@Example.com ,,,", "", f"two,{moment},1,EUR,,2001:db8::1,,", ""]
    told = run(capi, sender, "\r\n".join(lines))
    assert told == (0, "2 orders: 1 accepted, 0 refused, 0 given up, 1 left out since they name nobody", "")
    [submission] = capi.submissions()
    [event] = capi.events()
    assert (submission["endpoint"], submission["advisories"]) == ("single", [])
    assert event.body == {
        "data_set_id": capi.data_set_id,
        "timestamp": 1795503600,
        "event_type": "purchase",
        "value": 10,
        "currency_code": "EUR",
        "identifiers": {"email_sha256": sha256(b"ada.lovelace@example.com").hexdigest()},
        "custom_data": {"transaction_id": "one"},
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("two,2026-11-24T08:00:00Z,12.5 EUR,EUR,a@example.com,,,", "line 3: the value is no plain number"),
        ("two,2026-11-24T08:00:00,12.5,EUR,a@example.com,,,", "line 3: "),
        ("two,2026-11-24T08:00:00Z,12.5,EUR,a@example.com,,DBABL~CVVqAAAAAACA,x", "line 3: gpp_sid must be the ids"),
        ("two,2026-11-24T08:00:00Z,12,5,EUR,a@example.com,,,", "line 3"),
    ],
    ids=["value", "time zone", "sections", "cells"],
)
def test_a_line_that_makes_no_event_is_named_before_anything_is_sent(
    capi: MockCapi, sender: list[str], line: str, words: str
) -> None:
    """Exit code 2."""
    told = run(capi, sender, f"{HEAD}\none,2026-11-24T08:00:00Z,1,EUR,a@example.com,,,\n{line}\n")
    assert (told.code, told.summary, capi.submissions()) == (2, "", [])
    assert words in told.complaints


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"MOCK_CAPI_DATA_SET_ID": ""}, "MOCK_CAPI_DATA_SET_ID is not set"),
        ({"MOCK_CAPI_URL": "localhost:8080"}, "MOCK_CAPI_URL must begin with http:// or https://"),
        ({"TIMEOUT_SECONDS": "soon"}, "TIMEOUT_SECONDS must be a number above 0"),
        ({}, f"line 1: must be {HEAD}"),
    ],
    ids=["account", "address", "number", "columns"],
)
def test_what_cannot_begin_says_why(capi: MockCapi, sender: list[str], settings: dict[str, str], words: str) -> None:
    """Exit code 2, and one line."""
    told = run(capi, sender, "order_no;total\n1;2\n", **settings)
    assert (told.code, told.summary) == (2, "")
    assert told.complaints.endswith(words)
    assert "\n" not in told.complaints
