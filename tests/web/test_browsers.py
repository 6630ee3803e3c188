"""What browsers are told of everything below /_inspect and /_control, over either way in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import requests
from flask.testing import FlaskClient

from mock_capi.web.browsers import CAREFUL
from tests.conftest import Running
from tests.senders import Sender, event

PATHS = [
    *("/_inspect", "/_inspect?format=html", "/_inspect/events", "/_inspect/status", "/_inspect/summary"),
    *("/_inspect/export?format=har", "/_inspect/export?format=curl", "/_inspect/export"),
    *("/_inspect/report", "/_inspect/report?format=html", "/_inspect/report?format=junit"),
    *("/_inspect/wait?timeout=0", "/_inspect/wait?timeout=x", "/_inspect/stream", "/_inspect/stream?limit=1"),
    *("/_inspect/static/app.js", "/_inspect/static/none.js", "/_inspect/openapi.json", "/_inspect/nowhere"),
    *("/_control/clock", "/_control/datasets", "/_control/nowhere", "/metrics"),
]
OTHERS = {name: value for name, value in CAREFUL if name != "Content-Security-Policy"}


def check(sent: Mapping[str, str]) -> None:
    """Nothing runs, nothing is framed, nothing is taken for something else, nothing is lent to other pages."""
    headers = {name.title(): value for name, value in sent.items()}
    assert {name: headers.get(name) for name in OTHERS} == OTHERS
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy)
    assert not any("*" in part or "http" in part or "'unsafe-eval'" in part for part in policy)
    assert not any(part.startswith("script-src") and part != "script-src 'self'" for part in policy)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_careful(shared_server: Running, client: FlaskClient, path: str) -> None:
    """Pages, JSON, exports, reports, streams and refusals."""
    with requests.get(shared_server.url + path, stream=True, timeout=10) as response:
        check(response.headers)
    with client.get(path) as served:
        check(dict(served.headers))


def test_a_refusal_of_the_guard_is_careful(shared_server: Running, client: FlaskClient) -> None:
    """Before anything has been looked at."""
    for path in ("/_inspect", "/_inspect/wait", "/_control/clock"):
        headers = {"Host": "evil.example"}
        response = requests.get(shared_server.url + path, headers=headers, timeout=10)
        assert response.status_code == 403
        check(response.headers)
        check(dict(client.get(path, headers=headers).headers))


def test_the_vendors_answers_stay_as_they_are(sender: Sender) -> None:
    """Nothing is known of such headers there."""
    assert not {name for name, _ in CAREFUL} & set(sender.one(event()).headers.keys())


@pytest.mark.parametrize(("form", "name"), [("ndjson", "ndjson"), ("har", "har"), ("curl", "sh")])
def test_an_export_is_saved_and_not_shown(client: FlaskClient, form: str, name: str) -> None:
    """A browser makes a file of it."""
    response = client.get("/_inspect/export", query_string={"format": form})
    assert response.headers["Content-Disposition"] == f'attachment; filename="mock-capi.{name}"'


def test_the_report_has_styles_of_its_own_and_nothing_else(client: FlaskClient) -> None:
    """The header says what the file says where it lies on a disk."""
    response = client.get("/_inspect/report?format=html")
    assert "default-src 'none'; style-src 'unsafe-inline';" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'\">" in response.text
