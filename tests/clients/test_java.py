"""The HttpClient of the JDK, which asks for HTTP/2 with every request unless it is told not to."""

from __future__ import annotations

import pytest

from tests.clients.traffic import arm, assert_received, assert_refused, log_shows, run
from tests.web.wire import Account

WAYS = [
    ("default", {"Upgrade": "h2c"}),
    ("async", {"Upgrade": "h2c"}),
    ("http1", {"Upgrade": None}),
    ("expect", {"Upgrade": "h2c", "Expect": "100-Continue"}),
    ("stream", {"Upgrade": "h2c", "Transfer-Encoding": "chunked"}),
]


@pytest.mark.parametrize("kind", ["single", "batch"])
@pytest.mark.parametrize(("way", "headers"), WAYS, ids=[way for way, _ in WAYS])
def test_a_typed_body_is_received_once_and_shown_as_sent(
    account: Account, java_sender: list[str], way: str, headers: dict[str, str | None], kind: str
) -> None:
    """Both headers of guide 2 are all it takes, whatever else the client asks for besides (guide 2, 3.1)."""
    told = run(account, way, kind, *java_sender)
    assert_received(told.status, told.answer, told.sent)
    (entry,) = log_shows(account, told.sent, 200)
    assert {name: entry["headers"].get(name) for name in headers} == headers


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_a_body_without_a_type_is_refused_and_told_why(account: Account, java_sender: list[str], kind: str) -> None:
    """No publisher of a body sets a content type (guide 2)."""
    told = run(account, "untyped", kind, *java_sender)
    assert_refused(told.status, told.answer, "UNSUPPORTED_MEDIA_TYPE", "There is no Content-Type.")
    log_shows(account, told.sent, 400, code="UNSUPPORTED_MEDIA_TYPE", content_type=None)


@pytest.mark.parametrize(("way", "kind", "status"), [("default", "single", 500), ("async", "batch", 503)])
def test_a_failure_is_one_attempt(account: Account, java_sender: list[str], way: str, kind: str, status: int) -> None:
    """The client repeats nothing by itself, so the event is lost (guide 8.3)."""
    arm(account, status)
    told = run(account, way, kind, *java_sender)
    assert (told.status, told.answer["error_code"]) == (status, "INTERNAL_ERROR")
    log_shows(account, told.sent, status)
