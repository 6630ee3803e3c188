"""GET /_inspect/report: its formats, and whom and when it is about."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mock_capi.world import DEFAULT_DATASET, Dataset, World
from tests.senders import EMAIL, NOW, Sender, event


def statuses(client: FlaskClient, **parameters: Any) -> dict[str, str]:
    """The status of each item."""
    answered = client.get("/_inspect/report", query_string=parameters).get_json()
    return {item["id"]: item["status"] for item in answered["items"]}


@pytest.mark.parametrize(
    ("asked", "content_type", "start"),
    [
        ({}, "application/json", b'{"title":"Go-live report"'),
        ({"format": "json"}, "application/json", b"{"),
        ({"format": "junit"}, "application/xml", b"<?xml"),
        ({"format": "html"}, "text/html; charset=utf-8", b"<!doctype html>"),
    ],
)
def test_it_has_three_formats(sender: Sender, asked: dict[str, str], content_type: str, start: bytes) -> None:
    """Never cached."""
    sender.one(event())
    response = sender.client.get("/_inspect/report", query_string=asked)
    assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.data.startswith(start)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("format=pdf", "format is one of json, junit, html"),
        ("limit=5", "'limit' is not taken here; a report takes data_set_id, since, until, format"),
        ("since=yesterday", "since "),
    ],
)
def test_what_it_does_not_take_is_refused(client: FlaskClient, asked: str, words: str) -> None:
    """The message says what it takes."""
    response = client.get(f"/_inspect/report?{asked}")
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert words in response.get_json()["message"]


def test_it_is_about_one_dataset_or_all(world: World, sender: Sender) -> None:
    """Another's mistakes are not this one's, whose readings it tells."""
    world.provision(Dataset("other", "other-key", {"opt_out": "reject"}))
    sender.one(event())
    sender.one(event(data_set_id="other", value=1), key="other-key")
    assert statuses(sender.client, data_set_id=DEFAULT_DATASET)["currency_code.required"] == "not_exercised"
    assert statuses(sender.client, data_set_id="other")["currency_code.required"] == "failed"
    assert statuses(sender.client)["currency_code.required"] == "failed"
    told = sender.client.get("/_inspect/report?data_set_id=other").get_json()
    assert (told["data_set_id"], told["other_readings"]) == ("other", {"opt_out": "reject"})


def test_it_is_about_a_period(sender: Sender) -> None:
    """What was received before or after it does not count."""
    sender.one(event(value=1))
    sender.control("POST", "/clock/advance", {"seconds": 60})
    sender.one(event())
    assert statuses(sender.client)["field.required"] == "passed"
    assert statuses(sender.client)["currency_code.required"] == "failed"
    assert statuses(sender.client, since=NOW + 1)["currency_code.required"] == "not_exercised"
    assert statuses(sender.client, until=NOW)["field.required"] == "not_exercised"


def test_test_people_prove_hashes(sender: Sender) -> None:
    """Everybody's people and the dataset's own."""
    sender.control("POST", "/personas", {"email": "test@example.com"})
    sender.one(event(identifiers={"email_sha256": EMAIL}))
    assert statuses(sender.client, data_set_id=DEFAULT_DATASET)["email_sha256.persona"] == "passed"
