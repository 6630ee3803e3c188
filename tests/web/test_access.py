"""The access log: a line for each request, which shows what the log shows and nothing that must not be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from mock_capi.model import Fault
from mock_capi.web.access import AccessLog
from mock_capi.web.asgi import Application
from mock_capi.world import DEFAULT_DATASET, Dataset, World
from tests.senders import event

EMAIL, KEY = "canary.bird@example.com", "canary-key-of-nobody"
TYPED = {"Authorization": "Bearer test-key", "Content-Type": "application/json"}
Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(world: World, caplog: pytest.LogCaptureFixture) -> Ask:
    """Sends a request to a server whose requests are logged, and answers the records."""
    application = AccessLog(Application(world), world)

    async def send(method: str, path: str, options: Any) -> None:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.request(method, path, **options)

    def asked(method: str, path: str, **options: Any) -> list[Any]:
        caplog.clear()
        with suppress(AssertionError):  # httpx's way to say that there was no answer
            asyncio.run(send(method, path, options))
        return [record for record in caplog.records if record.name == "mock_capi.web.access"]

    return asked


def test_a_submission_is_told_as_the_log_tells_it(ask: Ask, world: World) -> None:
    """With its ids, its code, and both sizes."""
    sent = event(identifiers={})
    (record,) = ask("POST", "/v1/events?a=1", json=sent, headers=TYPED)
    (submission,) = world.ledger.snapshot()
    assert record.levelname == "INFO"
    assert record.fields == {
        "method": "POST",
        "path": "/v1/events?a=1",
        "status": 400,
        "duration_ms": record.fields["duration_ms"],
        "bytes": len(submission.response),
        "request_bytes": submission.body_bytes,
        "endpoint": "single",
        "data_set_id": DEFAULT_DATASET,
        "submission_id": submission.id,
        "error_code": "MISSING_IDENTIFIER",
        "fault": None,
    }
    assert record.fields["duration_ms"] > 0
    took = f"{record.fields['duration_ms']:.1f} ms"
    assert record.getMessage() == f"POST /v1/events?a=1 400 MISSING_IDENTIFIER {took} {submission.id}"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_inspect/status", 200),
        ("GET", "/_inspect/wait?timeout=0", 408),
        ("POST", "/_control/reset", 200),
        ("GET", "/metrics", 200),
        ("GET", "/_inspect/nothing", 404),
        ("GET", "/favicon.ico", 404),
    ],
)
def test_other_requests_are_told_too(ask: Ask, method: str, path: str, status: int) -> None:
    """Without what only submissions have."""
    (record,) = ask(method, path)
    told = record.fields
    assert (told["method"], told["path"], told["status"]) == (method, path.partition("?")[0], status)
    assert told["bytes"] > 0
    rest = ("request_bytes", "endpoint", "data_set_id", "submission_id", "error_code", "fault")
    assert [told[name] for name in rest] == [None] * 6


def test_a_key_in_a_path_is_told_nowhere(ask: Ask, world: World) -> None:
    """Nor in the mock's own paths, which no log of submissions has."""
    world.provision(Dataset("odd", "a-key/of 4711"))
    (record,) = ask("DELETE", "/_control/personas/a-key%2Fof%204711")
    assert record.fields["path"] == "/_control/personas/****"


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_never_told(ask: Ask, path: str) -> None:
    """It would be all there is to see."""
    assert ask("GET", path) == []


def test_a_sample_is_one_request(ask: Ask) -> None:
    """That of /_control; nobody sent another."""
    (record,) = ask("POST", "/_control/samples", json={"kind": "accepted"})
    assert (record.fields["path"], record.fields["submission_id"]) == ("/_control/samples", None)


def test_what_is_not_answered_is_told_so(ask: Ask, world: World) -> None:
    """With the fault that it met."""
    world.arm(Fault("id", "reset"))
    (record,) = ask("POST", "/v1/events", json=event(), headers=TYPED)
    assert (record.fields["status"], record.fields["bytes"], record.fields["fault"]) == (None, 0, "reset")
    assert record.getMessage().startswith("POST /v1/events unanswered INTERNAL_ERROR reset ")


def test_a_failure_of_the_server_is_told(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the 500 that is answered."""
    monkeypatch.setattr("mock_capi.web.asgi.respond", lambda *_: 1 / 0)
    (record,) = ask("POST", "/v1/events", json=event(), headers=TYPED)
    assert (record.fields["status"], record.fields["submission_id"]) == (500, None)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/v1/events", {"Authorization": f"Bearer {KEY}"}),
        ("POST", f"/v1/{KEY}?key={KEY}&x={KEY}&email={EMAIL}", {"Authorization": f"Bearer {KEY}"}),
        ("GET", f"/_inspect?q={EMAIL}", {}),
        ("GET", f"/_inspect/events?q={KEY}", {}),
        ("GET", f"/_inspect/submissions/{EMAIL}", {}),
        ("DELETE", f"/_control/datasets/{EMAIL}", {"Authorization": f"Bearer {KEY}"}),
    ],
)
def test_nothing_secret_or_personal_is_told(ask: Ask, method: str, path: str, headers: dict[str, str]) -> None:
    """Neither in a line nor in its fields."""
    (record,) = ask(method, path, headers={**TYPED, **headers, "User-Agent": EMAIL})
    assert "canary" not in record.getMessage()
    assert "canary" not in str(record.fields)


@pytest.mark.parametrize("path", ["/v1/a%0aERROR%20forged", "/_inspect/a%0d%0aERROR%20forged", "/v1/%1b[31m"])
def test_a_path_makes_no_lines_of_its_own(ask: Ask, path: str) -> None:
    """Whatever it is made of."""
    (record,) = ask("GET", path)
    assert record.getMessage().isprintable()
