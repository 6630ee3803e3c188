"""Requests as bytes: what an attack sends, and the honest event beside it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY

LIMIT = 5_000_000
"""How many bytes a body may have (guide 6.2)."""
EMAIL = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
SINGLE, BATCH = "/v1/events", "/v1/events/batch"


class Request(NamedTuple):
    """One request: what it is called in reports, its bytes, its method, on which depends whether a body comes back, and
    whether the sending side is closed after it."""

    kind: str
    data: bytes
    method: str = "POST"
    ends: bool = False


Make = Callable[[Random, int], Request]
"""The request with this number; the same dice make the same."""


def honest(number: int) -> dict[str, Any]:
    """A valid event with most fields."""
    return {
        "data_set_id": DEFAULT_DATASET,
        "timestamp": int(time.time()) - number % 500_000,
        "event_type": "purchase",
        "source": "website",
        "page_url": "https://shop.example.com/thank-you",
        "value": 129.99,
        "currency_code": "USD",
        "identifiers": {"email_sha256": EMAIL, "partner_id": f"crm-{number}"},
        "privacy": {"gpp_string": "DBABLA~BVQqAAAAAgA.QA", "gpp_sid": [7]},
        "custom_data": {"transaction_id": f"txn_{number}", "coupon": ["SAVE10"]},
        "mmt_only": False,
        "ext": {},
    }


def written(document: Any, ascii_only: bool = False) -> bytes:
    """A document as a client would write it."""
    return json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":")).encode("utf-8", "replace")


def with_ext(core: bytes) -> bytes:
    """An honest event with any bytes in the one place where anything may stand."""
    return written(honest(0)).replace(b'"ext":{}', b'"ext":' + core)


def head(path: str, *lines: str, method: str = "POST", key: str = DEFAULT_KEY, kind: str = "application/json") -> bytes:
    """A request's head with the right key."""
    usual = (f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {key}", f"Content-Type: {kind}")
    return "\r\n".join((*usual, *lines, "", "")).encode()


def post(body: bytes, path: str = SINGLE, *lines: str) -> bytes:
    """A whole request."""
    return head(path, *lines, f"Content-Length: {len(body)}") + body


def chunked(parts: Sequence[bytes]) -> bytes:
    """A body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
