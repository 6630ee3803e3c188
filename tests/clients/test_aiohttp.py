"""aiohttp's client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import aiohttp
import pytest

from tests.clients.traffic import (
    arm,
    assert_masked,
    assert_received,
    assert_refused,
    batch,
    bearer,
    body_of,
    log_shows,
    single,
    typed,
    url_for,
)
from tests.web.wire import DEADLINE, Account


class Response(NamedTuple):
    """What is left of a response when its session is closed."""

    status: int
    answer: dict[str, Any]


async def send(account: Account, body: Any, **options: Any) -> Response:
    """Send, as JSON where nothing else is asked for."""
    if "data" not in options:
        options["json"] = body
    timeout = aiohttp.ClientTimeout(DEADLINE)
    async with (
        aiohttp.ClientSession(headers=bearer(account), timeout=timeout) as session,
        session.post(url_for(account, body), **options) as response,
    ):
        return Response(response.status, await response.json())


def post(account: Account, body: Any, **options: Any) -> Response:
    """The same for who is not async."""
    return asyncio.run(send(account, body, **options))


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_json_is_received_once_and_shown_as_sent(account: Account, kind: str) -> None:
    """`json=` and the key are all that an event or a batch needs (guide 2, 3.1)."""
    body = body_of(account, kind)
    assert_received(*post(account, body), body)
    log_shows(account, body, 200)


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_a_body_that_waits_for_100_is_received(account: Account, kind: str) -> None:
    """`expect100=True` gets its 100 Continue, and then its answer."""
    body = body_of(account, kind)
    assert_received(*post(account, body, expect100=True), body)
    (entry,) = log_shows(account, body, 200)
    assert entry["headers"]["Expect"] == "100-continue"


def test_an_async_generator_is_received_in_chunks(account: Account) -> None:
    """`data=` with a generator sends chunks, of which the log shows the whole."""
    body = batch(account)

    async def parts() -> AsyncIterator[bytes]:
        for part in json.dumps(body).partition(","):
            yield part.encode()

    assert_received(*post(account, body, data=parts(), headers=typed(account)), body)
    (entry,) = log_shows(account, body, 200)
    assert entry["headers"]["Transfer-Encoding"] == "chunked"


def test_a_compressed_body_is_refused_and_told_why(account: Account) -> None:
    """`compress=` sends what the guide does not speak of, and the log keeps nothing of it but its size."""
    body = batch(account)
    assert_refused(*post(account, body, compress="deflate"), "UNSUPPORTED_ENCODING", "Send it uncompressed")
    (entry,) = account.log()
    assert (entry["error_code"], entry["headers"]["Content-Encoding"]) == ("UNSUPPORTED_ENCODING", "deflate")
    assert (entry["endpoint"], entry["events"], entry["body"]) == ("batch", [], None)
    assert 0 < entry["body_bytes"] < len(json.dumps(body))
    assert_masked(entry, account)


@pytest.mark.parametrize(
    ("as_data", "content_type"),
    [(str, "text/plain; charset=utf-8"), (str.encode, "application/octet-stream")],
    ids=["str", "bytes"],
)
def test_data_is_refused_and_told_why(account: Account, as_data: Any, content_type: str) -> None:
    """`data=` sets a content type of its own, never the right one (guide 2)."""
    body = single(account)
    response = post(account, body, data=as_data(json.dumps(body)))
    assert_refused(*response, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type is not application/json.")
    log_shows(account, body, 400, code="UNSUPPORTED_MEDIA_TYPE", content_type=content_type)


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_a_failure_is_one_attempt(account: Account, kind: str) -> None:
    """aiohttp retries no answer, so the event is lost (guide 8.3)."""
    body = body_of(account, kind)
    arm(account, 500)
    assert post(account, body).status == 500
    log_shows(account, body, 500)


def test_a_400_is_one_attempt(account: Account) -> None:
    """A refused event is sent once (guide 8.3)."""
    body = body_of(account, "anonymous")
    assert_refused(*post(account, body), "MISSING_IDENTIFIER")
    log_shows(account, body, 400, code="MISSING_IDENTIFIER")
