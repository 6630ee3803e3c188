"""httpx, sync and async, over HTTP/1.1."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.clients.traffic import (
    arm,
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

RETRIES = 3


def post(account: Account, body: Any, **options: Any) -> httpx.Response:
    """Send with the client that waits."""
    transport = httpx.HTTPTransport(retries=RETRIES)
    with httpx.Client(transport=transport, timeout=DEADLINE, headers=bearer(account)) as client:
        return client.post(url_for(account, body), **(options or {"json": body}))


async def post_async(account: Account, *bodies: Any) -> list[httpx.Response]:
    """Send all of them side by side with the client that does not wait."""
    transport = httpx.AsyncHTTPTransport(retries=RETRIES)
    async with httpx.AsyncClient(transport=transport, timeout=DEADLINE, headers=bearer(account)) as client:
        return await asyncio.gather(*(client.post(url_for(account, body), json=body) for body in bodies))


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_json_is_received_once_and_shown_as_sent(account: Account, kind: str) -> None:
    """`json=` and the key are all that an event or a batch needs (guide 2, 3.1)."""
    body = body_of(account, kind)
    response = post(account, body)
    assert_received(response.status_code, response.json(), body)
    assert response.http_version == "HTTP/1.1"
    log_shows(account, body, 200)


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_async_json_is_received_once_and_shown_as_sent(account: Account, kind: str) -> None:
    """The same of the async client."""
    body = body_of(account, kind)
    (response,) = asyncio.run(post_async(account, body))
    assert_received(response.status_code, response.json(), body)
    assert response.http_version == "HTTP/1.1"
    log_shows(account, body, 200)


def test_async_events_side_by_side_are_each_received_once(account: Account) -> None:
    """Twenty requests at a time become twenty submissions, none of them twice or mixed up."""
    events = batch(account, 20)
    responses = asyncio.run(post_async(account, *events))
    assert {response.status_code for response in responses} == {200}
    by_id = {entry["id"]: entry["events"][0]["event"] for entry in account.log()}
    assert [by_id[response.json()["submission_id"]] for response in responses] == events
    assert len(account.log()) == len(events)


def test_a_string_as_content_is_refused_and_told_why(account: Account) -> None:
    """`content=` sets no content type (guide 2)."""
    body = single(account)
    response = post(account, body, content=json.dumps(body))
    assert_refused(response.status_code, response.json(), "UNSUPPORTED_MEDIA_TYPE", "There is no Content-Type.")
    log_shows(account, body, 400, code="UNSUPPORTED_MEDIA_TYPE", content_type=None)


def test_a_generator_is_received_in_chunks(account: Account) -> None:
    """`content=` with a generator sends chunks, of which the log shows the whole."""
    body = batch(account)
    parts = (part.encode() for part in json.dumps(body).partition(","))
    response = post(account, body, content=parts, headers=typed(account))
    assert_received(response.status_code, response.json(), body)
    (entry,) = log_shows(account, body, 200)
    assert entry["headers"]["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize("status", [500, 503])
def test_the_retries_of_a_transport_do_not_cover_an_answer(account: Account, status: int) -> None:
    """They are about connections, so a failure is one attempt and the event is lost (guide 8.3)."""
    body = single(account)
    arm(account, status)
    assert post(account, body).status_code == status
    log_shows(account, body, status)


def test_the_retries_of_an_async_transport_do_not_cover_an_answer(account: Account) -> None:
    """The same of the async client, for a batch."""
    body = batch(account)
    arm(account, 500)
    (response,) = asyncio.run(post_async(account, body))
    assert response.status_code == 500
    log_shows(account, body, 500)


def test_a_400_is_one_attempt(account: Account) -> None:
    """A refused event is sent once (guide 8.3)."""
    body = body_of(account, "anonymous")
    response = post(account, body)
    assert_refused(response.status_code, response.json(), "MISSING_IDENTIFIER")
    log_shows(account, body, 400, code="MISSING_IDENTIFIER")
