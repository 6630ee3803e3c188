"""requests, alone and with urllib3's Retry."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.clients.traffic import (
    FORM,
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

FAILURES = (500, 502, 503, 504)
OF_POST = Retry(total=3, status_forcelist=FAILURES, allowed_methods=["POST"])
NOT_OF_POST = [3, Retry(3), Retry(total=3, status_forcelist=FAILURES)]


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session that closes its connections."""
    with requests.Session() as opened:
        yield opened


def post(session: requests.Session, account: Account, body: Any, retries: Any = 0) -> requests.Response:
    """Send as JSON, with some way to retry."""
    session.mount("http://", HTTPAdapter(max_retries=retries))
    return session.post(url_for(account, body), json=body, headers=bearer(account), timeout=DEADLINE)


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_json_is_received_once_and_shown_as_sent(session: requests.Session, account: Account, kind: str) -> None:
    """`json=` and the key are all that an event or a batch needs (guide 2, 3.1)."""
    body = body_of(account, kind)
    response = post(session, account, body)
    assert_received(response.status_code, response.json(), body)
    log_shows(account, body, 200)


def test_a_string_as_data_is_refused_and_told_why(session: requests.Session, account: Account) -> None:
    """`data=` with a string sets no content type (guide 2)."""
    body = single(account)
    response = session.post(url_for(account, body), json.dumps(body), headers=bearer(account), timeout=DEADLINE)
    assert_refused(response.status_code, response.json(), "UNSUPPORTED_MEDIA_TYPE", "There is no Content-Type.")
    log_shows(account, body, 400, code="UNSUPPORTED_MEDIA_TYPE", content_type=None)


def test_a_dict_as_data_is_refused_and_told_why(session: requests.Session, account: Account) -> None:
    """`data=` with a dict sends a form; the log shows that nothing in it was an event (guide 2, 1.1)."""
    body = single(account)
    response = session.post(url_for(account, body), body, headers=bearer(account), timeout=DEADLINE)
    assert_refused(response.status_code, response.json(), "UNSUPPORTED_MEDIA_TYPE", "application/json")
    (entry,) = account.log()
    assert (entry["headers"]["Content-Type"], entry["events"]) == (FORM, [])
    assert [violation["code"] for violation in entry["violations"]] == ["UNSUPPORTED_MEDIA_TYPE", "MALFORMED_JSON"]
    assert_masked(entry, account)


def test_a_generator_is_received_in_chunks(session: requests.Session, account: Account) -> None:
    """`data=` with a generator sends chunks, of which the log shows the whole."""
    body = batch(account)
    parts = (json.dumps(body)[start : start + 100].encode() for start in range(0, len(json.dumps(body)), 100))
    response = session.post(url_for(account, body), parts, headers=typed(account), timeout=DEADLINE)
    assert_received(response.status_code, response.json(), body)
    (entry,) = log_shows(account, body, 200)
    assert entry["headers"]["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize("retries", NOT_OF_POST, ids=["a number", "Retry", "Retry with statuses"])
@pytest.mark.parametrize("fault", [(500, None), (503, 1)], ids=["500", "503 with Retry-After"])
def test_a_retry_that_does_not_name_post_is_one_attempt(
    session: requests.Session, account: Account, retries: Any, fault: tuple[int, int | None]
) -> None:
    """urllib3 leaves POST alone unless it is told otherwise, so the event is lost (guide 8.3)."""
    body = single(account)
    arm(account, fault[0], retry_after=fault[1])
    assert post(session, account, body, retries).status_code == fault[0]
    log_shows(account, body, fault[0])


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_a_retry_of_post_repeats_the_same_body_until_it_is_received(
    session: requests.Session, account: Account, kind: str
) -> None:
    """After a 500 and a 503 the third attempt is received, and stored once (guide 8.3)."""
    body = body_of(account, kind)
    arm(account, 500, 503)
    response = post(session, account, body, OF_POST)
    assert_received(response.status_code, response.json(), body)
    log_shows(account, body, 500, 503, 200)


def test_a_retry_of_post_gives_up_when_it_is_used_up(session: requests.Session, account: Account) -> None:
    """`total=3` is four attempts, and nothing is stored."""
    body = single(account)
    arm(account, 500, times=10)
    with pytest.raises(requests.exceptions.RetryError):
        post(session, account, body, OF_POST)
    log_shows(account, body, 500, 500, 500, 500)


def test_retry_after_is_honoured(session: requests.Session, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fault asks for with Retry-After is how long urllib3 means to wait before each next attempt."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    body = single(account)
    arm(account, 503, 503, retry_after=7)
    assert post(session, account, body, OF_POST).status_code == 200
    assert waits == [7, 7]
    log_shows(account, body, 503, 503, 200)


def test_backoff_grows_exponentially(
    session: requests.Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a backoff_factor urllib3 means to do what the guide asks for, from the second retry on (guide 8.3)."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    body = single(account)
    arm(account, 500, 500, 500)
    assert post(session, account, body, OF_POST.new(backoff_factor=1)).status_code == 200
    assert waits == [2, 4]
    log_shows(account, body, 500, 500, 500, 200)


def test_a_400_is_not_retried(session: requests.Session, account: Account) -> None:
    """A refused event stays refused, and is sent once (guide 8.3)."""
    body = body_of(account, "anonymous")
    response = post(session, account, body, OF_POST)
    assert_refused(response.status_code, response.json(), "MISSING_IDENTIFIER")
    log_shows(account, body, 400, code="MISSING_IDENTIFIER")


def test_a_403_is_not_retried(session: requests.Session, account: Account) -> None:
    """A key without Bearer is sent once, and is as well hidden in the log (guide 2)."""
    body = single(account)
    session.mount("http://", HTTPAdapter(max_retries=OF_POST))
    bare = {"Authorization": account.api_key}
    assert session.post(url_for(account, body), json=body, headers=bare, timeout=DEADLINE).status_code == 403
    log_shows(account, body, 403, code="INVALID_API_KEY")
