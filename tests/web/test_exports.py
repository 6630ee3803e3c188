"""GET /_inspect/export: the log as NDJSON, HAR and curl commands, as far as it was kept."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
import requests

from mock_capi.web.exports import FORMATS
from mock_capi.world import DEFAULT_KEY
from tests.conftest import Running
from tests.senders import Sender, event
from tests.web.wire import Account, open_account


def exported(sender: Sender, **parameters: Any) -> str:
    """An export in process."""
    response = sender.client.get("/_inspect/export", query_string=parameters)
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    return response.get_data(as_text=True)


@pytest.fixture
def busy(sender: Sender) -> Sender:
    """A log with an accepted event, a refused one, a batch, and what is no JSON."""
    sender.one(event(value=9.99, currency_code="USD"))
    sender.one(event(value=1))
    sender.batch([event(event_type="search"), event(event_type="login")])
    sender.one(b"{nonsense jane@example.com")
    return sender


def test_ndjson_has_every_submission_on_a_line(busy: Sender) -> None:
    """Oldest first, and just as the lists show them; it is what is exported where no format is named."""
    lines = exported(busy).splitlines()
    assert [json.loads(line) for line in lines] == busy.log(order="asc")
    assert exported(busy, format="ndjson").splitlines() == lines


def test_filters_order_and_limit_choose(busy: Sender) -> None:
    """As in the lists, but that no limit means all."""
    newest = [json.loads(line) for line in exported(busy, order="desc", limit=2).splitlines()]
    assert newest == busy.log(limit=2)
    assert [json.loads(line) for line in exported(busy, event_type="login").splitlines()] == busy.log(endpoint="batch")
    assert exported(busy, event_type="install") == ""


def test_a_har_is_what_browsers_open(busy: Sender) -> None:
    """HTTP Archive 1.2: every entry with its request, its response and the fields that readers insist on."""
    archive = json.loads(exported(busy, format="har"))["log"]
    assert (archive["version"], archive["creator"]["name"]) == ("1.2", "mock-capi")
    entries = archive["entries"]
    assert [entry["_submission_id"] for entry in entries] == [shown["id"] for shown in busy.log(order="asc")]
    for entry, shown in zip(entries, busy.log(order="asc"), strict=True):
        assert set(entry) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
        assert entry["request"]["url"] == f"http://localhost{shown['path']}"
        assert (entry["response"]["status"], json.loads(entry["response"]["content"]["text"])) == (
            shown["status"],
            shown["response"],
        )
        assert set(entry["request"]) >= {
            "method",
            "url",
            "httpVersion",
            "headers",
            "queryString",
            "cookies",
            "bodySize",
        }
    assert json.loads(entries[0]["request"]["postData"]["text"]) == busy.log(order="asc")[0]["events"][0]["event"]
    assert exported(busy, format="har", event_type="install").endswith('"entries":[]}}\n')


def test_a_har_says_that_there_was_no_answer(sender: Sender) -> None:
    """Status 0, as browsers write it."""
    sender.control("POST", "/faults", {"kind": "drop_after_store"})
    with pytest.raises(ConnectionResetError):
        sender.one(event())
    (entry,) = json.loads(exported(sender, format="har"))["log"]["entries"]
    assert (entry["response"]["status"], entry["response"]["content"]["text"]) == (0, "")


def test_neither_keys_nor_personal_data_are_exported(busy: Sender) -> None:
    """In no format: the log has them no more."""
    for name in FORMATS:
        text = exported(busy, format=name)
        assert DEFAULT_KEY not in text
        assert "jane@example.com" not in text


def test_a_curl_command_sends_the_same_again(shared_server: Running) -> None:
    """Pasted into a shell that knows the key, with quotes and letters beyond ASCII in the event."""
    account = open_account(shared_server)
    post(account, account.event(custom_data={"transaction_id": 'it\'s "5" $HOME `x` crème'}))
    (command,) = export(account).splitlines()
    assert "$MOCK_CAPI_API_KEY" in command
    environment = {**os.environ, "MOCK_CAPI_API_KEY": account.api_key}
    subprocess.run(["/bin/bash", "-c", command], env=environment, check=True, timeout=30, capture_output=True)
    again, first = account.log()
    assert again["events"][0]["event"] == first["events"][0]["event"]
    assert again["events"][0]["duplicate_of"] == first["events"][0]["event_id"]


def post(account: Account, body: bytes) -> None:
    """Send an event over HTTP."""
    headers = {"Authorization": f"Bearer {account.api_key}", "Content-Type": "application/json"}
    assert requests.post(f"{account.running.url}/v1/events", body, headers=headers, timeout=10).status_code == 200


def export(account: Account) -> str:
    """A dataset's submissions as curl commands."""
    asked = {"format": "curl", "data_set_id": account.data_set_id}
    return requests.get(f"{account.running.url}/_inspect/export", params=asked, timeout=10).text


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"format": "xml"}, "format is one of ndjson, har, curl"),
        ({"cursor": "5"}, "cursor is of pages"),
        ({"foramt": "har"}, 'did you mean "format"?'),
        ({"late": "x"}, "late is true or false"),
    ],
)
def test_what_cannot_be_exported_is_refused(sender: Sender, parameters: dict[str, str], words: str) -> None:
    """In words."""
    response = sender.client.get("/_inspect/export", query_string=parameters)
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert words in response.get_json()["message"]
