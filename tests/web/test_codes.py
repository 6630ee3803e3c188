"""Every code of the catalogue comes over HTTP, with its status and exactly the guide's envelope, from both clients."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import requests

from mock_capi.catalogue import ERRORS
from tests.conftest import Running
from tests.senders import DAY, EMAIL, GONE, event
from tests.web.wire import Answer, Wire


class Sent(NamedTuple):
    """A request: an event's changes or a whole body, and what is unusual about its head."""

    changes: dict[str, Any] = {}  # noqa: RUF012 - never changed
    body: bytes | None = None
    path: str = "/v1/events"
    method: str = "POST"
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


BATCH = "/v1/events/batch"
PROVOKED: dict[str, Sent] = {
    "NOT_FOUND": Sent(path="/v1/nothing"),
    "METHOD_NOT_ALLOWED": Sent(method="PUT"),
    "MISSING_API_KEY": Sent(headers={"Authorization": ""}),
    "INVALID_API_KEY": Sent(headers={"Authorization": "Bearer nobody"}),
    "PAYLOAD_TOO_LARGE": Sent(body=b" " * 5_000_001),
    "UNSUPPORTED_MEDIA_TYPE": Sent(headers={"Content-Type": "text/plain"}),
    "UNSUPPORTED_ENCODING": Sent(headers={"Content-Encoding": "gzip"}),
    "MALFORMED_JSON": Sent(body=b"{'a': 1}"),
    "INVALID_BODY": Sent(body=b"[]"),
    "EMPTY_BATCH": Sent(body=b"[]", path=BATCH),
    "BATCH_TOO_LARGE": Sent(body=b"[" + b"{}," * 1000 + b"{}]", path=BATCH),
    "DATASET_NOT_AUTHORIZED": Sent({"data_set_id": "00000000-0000-4000-8000-000000000001"}),
    "UNKNOWN_DATASET": Sent({"data_set_id": "nobody"}),
    "MISSING_FIELD": Sent({"event_type": GONE}),
    "INVALID_FIELD": Sent({"mmt_only": "no"}),
    "INVALID_EVENT_TYPE": Sent({"event_type": "Purchase"}),
    "MISSING_CUSTOM_EVENT_NAME": Sent({"event_type": "custom"}),
    "PLAINTEXT_PII": Sent({"identifiers": {"email_sha256": "jane@example.com"}}),
    "MISSING_IDENTIFIER": Sent({"identifiers": {}}),
    "INVALID_IDENTIFIER": Sent({"identifiers": {"email_sha256": EMAIL.upper()}}),
    "MISSING_CURRENCY_CODE": Sent({"value": 1}),
    "INVALID_CURRENCY_CODE": Sent({"value": 1, "currency_code": "usd"}),
    "INVALID_TIMESTAMP": Sent({"timestamp": "1800000000"}),
    "TIMESTAMP_IN_FUTURE": Sent({"timestamp": 1_800_000_000_000}),
    "TIMESTAMP_TOO_OLD": Sent({"timestamp": int(time.time()) - 31 * DAY}),
    "MISSING_GPP_SID": Sent({"privacy": {"gpp_string": "DBABLA~BVQqAAAAAgA.QA"}}),
    "INVALID_GPP_STRING": Sent({"privacy": {"gpp_string": "nonsense", "gpp_sid": [7]}}),
    "INTERNAL_ERROR": Sent(),
}


def with_requests(running: Running, sent: Sent, headers: dict[str, str], body: bytes) -> Answer:
    """With the client that most senders use."""
    got = requests.request(sent.method, running.url + sent.path, data=body, headers=headers, timeout=20)
    return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)


def with_a_socket(running: Running, sent: Sent, headers: dict[str, str], body: bytes) -> Answer:
    """With no client at all."""
    lines = [f"{sent.method} {sent.path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""])
    # An oversize body is refused by its announcement, so nothing of it need be sent.
    with Wire(running) as wire:
        return wire.send(head.encode() + (body if len(body) < 5_000_000 else b"")).answer()


@pytest.mark.parametrize("client", [with_requests, with_a_socket])
@pytest.mark.parametrize("code", PROVOKED)
def test_a_code_comes_with_its_status_in_the_envelope(
    shared_server: Running, code: str, client: Callable[..., Answer]
) -> None:
    """Guide 8.2 and 8.3: three fields, the catalogue's status, JSON."""
    made = requests.post(
        f"{shared_server.url}/_control/datasets", json={"data_set_id": str(uuid4())}, timeout=10
    ).json()
    if code == "INTERNAL_ERROR":
        fault = {"kind": "status", "data_set_id": made["data_set_id"]}
        requests.post(f"{shared_server.url}/_control/faults", json=fault, timeout=10)
    sent = PROVOKED[code]
    usual = {"Authorization": f"Bearer {made['api_key']}", "Content-Type": "application/json"}
    headers = {name: value for name, value in (usual | sent.headers).items() if value}
    today = {"data_set_id": made["data_set_id"], "timestamp": int(time.time())}
    body = json.dumps(event(**(today | sent.changes))).encode() if sent.body is None else sent.body
    answer = client(shared_server, sent, headers, body)
    assert answer.code == code
    assert answer.status == next(known.status for known in ERRORS if known.name == code)


def test_no_code_is_left_out() -> None:
    """The table above has the whole catalogue."""
    assert list(PROVOKED) == [code.name for code in ERRORS]
