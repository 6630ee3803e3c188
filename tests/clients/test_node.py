"""The clients of node: its own fetch, axios with axios-retry, and undici with its RetryAgent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.traffic import FORM, Told, arm, assert_received, assert_refused, gaps, log_shows, run
from tests.conftest import require
from tests.web.wire import Account

Send = Callable[[str, str], Told]

# A program and a way to send; those of a group do the same when an attempt fails.
ONCE = ["fetch typed", "axios object", "undici typed"]
NOT_OF_POST = ["axios axios-retry", "undici RetryAgent"]
OF_POST = ["axios axios-retry of POST", "undici RetryAgent of POST"]
UNTYPED = [
    ("fetch untyped", "text/plain;charset=UTF-8", "The Content-Type is not application/json."),
    ("axios string", FORM, "The Content-Type is not application/json."),
    ("undici untyped", None, "There is no Content-Type."),
]


@pytest.fixture
def send(account: Account, node: str, node_programs: Path) -> Send:
    """Sends an event or a batch with a program, in one of its ways."""

    def sent(program_and_way: str, kind: str) -> Told:
        program, _, way = program_and_way.partition(" ")
        for package in {"axios": ("axios", "axios-retry"), "undici": ("undici",)}.get(program, ()):
            require((node_programs / "node_modules" / package).is_dir(), f"node's package {package}")
        return run(account, way, kind, node, str(node_programs / f"{program}.mjs"))

    return sent


@pytest.mark.parametrize("kind", ["single", "batch"])
@pytest.mark.parametrize("way", [*ONCE, *NOT_OF_POST, *OF_POST])
def test_a_typed_body_is_received_once_and_shown_as_sent(account: Account, send: Send, way: str, kind: str) -> None:
    """Both headers of guide 2 are all it takes; axios sets the content type of an object itself (guide 2, 3.1)."""
    told = send(way, kind)
    assert_received(told.status, told.answer, told.sent)
    log_shows(account, told.sent, 200)


@pytest.mark.parametrize("kind", ["single", "batch"])
@pytest.mark.parametrize(("way", "content_type", "words"), UNTYPED, ids=[way for way, _, _ in UNTYPED])
def test_a_string_without_a_type_is_refused_and_told_why(
    account: Account, send: Send, way: str, content_type: str | None, words: str, kind: str
) -> None:
    """Each client gives a string another content type, and none the right one (guide 2)."""
    told = send(way, kind)
    assert_refused(told.status, told.answer, "UNSUPPORTED_MEDIA_TYPE", words)
    log_shows(account, told.sent, 400, code="UNSUPPORTED_MEDIA_TYPE", content_type=content_type)


@pytest.mark.parametrize(("status", "kind"), [(500, "single"), (503, "batch")])
@pytest.mark.parametrize("way", [*ONCE, *NOT_OF_POST])
def test_a_failure_is_one_attempt(account: Account, send: Send, way: str, status: int, kind: str) -> None:
    """Nothing repeats a POST unless it is told to, also where it repeats a GET; so the event is lost (guide 8.3)."""
    arm(account, status)
    told = send(way, kind)
    assert told.status == status
    log_shows(account, told.sent, status)


@pytest.mark.parametrize("kind", ["single", "batch"])
@pytest.mark.parametrize("way", OF_POST)
def test_a_retry_of_post_repeats_the_same_body_until_it_is_received(
    account: Account, send: Send, way: str, kind: str
) -> None:
    """After a 500 and a 503 the third attempt is received, and stored once (guide 8.3)."""
    arm(account, 500, 503)
    told = send(way, kind)
    assert_received(told.status, told.answer, told.sent)
    log_shows(account, told.sent, 500, 503, 200)


@pytest.mark.parametrize(("way", "attempts"), [(OF_POST[0], 4), (OF_POST[1], 6)], ids=OF_POST)
def test_a_retry_of_post_gives_up_when_it_is_used_up(account: Account, send: Send, way: str, attempts: int) -> None:
    """Three retries, as axios-retry is told to, or the five of a RetryAgent; nothing is stored."""
    arm(account, 500, times=10)
    told = send(way, "single")
    assert told.status == 500
    log_shows(account, told.sent, *[500] * attempts)


def test_axios_retry_honours_retry_after(account: Account, send: Send) -> None:
    """It waits for nothing by itself, but for as long as a fault asks for."""
    arm(account, 503, retry_after=2)
    told = send("axios axios-retry of POST", "single")
    assert gaps(log_shows(account, told.sent, 503, 200))[0] >= 2


@pytest.mark.parametrize("way", [*ONCE, *NOT_OF_POST, *OF_POST])
def test_a_400_is_one_attempt(account: Account, send: Send, way: str) -> None:
    """A refused event stays refused, and is sent once (guide 8.3)."""
    told = send(way, "anonymous")
    assert_refused(told.status, told.answer, "MISSING_IDENTIFIER")
    log_shows(account, told.sent, 400, code="MISSING_IDENTIFIER")
