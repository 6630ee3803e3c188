"""The guide's own samples: accepted once they are dated and hashed, and as printed refused for a good reason."""

from __future__ import annotations

import json
import subprocess
import time
from hashlib import sha256
from typing import Any

import pytest

from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY
from tests.conftest import Running

EMAIL = sha256(b"jane@example.com").hexdigest()
ADDRESS = sha256(b"203.0.113.7").hexdigest()
SID_7 = "DBABLA~BVQqAAAAAgA.QA"


def minimal(**changes: Any) -> dict[str, Any]:
    """Guide 9.1."""
    sample = {
        "data_set_id": "your_dataset_id",
        "timestamp": 1746558464,
        "event_type": "purchase",
        "identifiers": {"email_sha256": "b94d27b9934d3e08a52e52d7da7dabfac484efe04294e576ca..."},
    }
    return {**sample, **changes}


def full(**changes: Any) -> dict[str, Any]:
    """Guide 9.2."""
    sample = minimal(
        source="website",
        value=129.99,
        currency_code="USD",
        identifiers={
            "email_sha256": "b94d27b9934d3e08a52e52d7da7dabfac484efe04294e576ca...",
            "ip": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d0...",
        },
        privacy={"gpp_string": "DBABMA~...", "gpp_sid": [7]},
        custom_data={"transaction_id": "txn_00123", "product_id": "SKU-4892"},
        mmt_only=False,
    )
    return {**sample, **changes}


def section_6(**changes: Any) -> dict[str, Any]:
    """Guide 6.1."""
    sample = {
        "data_set_id": "021686f2-0726-41dc-b304-be721b76c1e5",
        "timestamp": 1774553505,
        "event_type": "purchase",
        "source": "website",
        "value": 129.99,
        "currency_code": "AUD",
        "identifiers": {"email_sha256": "d2ee19013eb3911e2c5006e3312da331df3504977e545e2098d4df46b0a20993"},
        "custom_data": {
            "transaction_id": "txn_001",
            "page_url": "https://example.com/checkout",
            "coupon": ["SAVE10"],
            "search_term": "blue sneakers",
        },
        "mmt_only": False,
        "ext": {},
    }
    return {**sample, **changes}


def batch_sample(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Guide 9.3."""
    first = minimal(value=49.99, currency_code="USD", identifiers={"email_sha256": "b94d27b..."}, mmt_only=False)
    second = minimal(
        timestamp=1746558500, event_type="sign_up", identifiers={"email_sha256": "a3f82c1..."}, mmt_only=False
    )
    return [{**event, **change} for event, change in zip((first, second), changes or ({}, {}), strict=True)]


def curl(url: str, body: Any, authorization: str = f"Bearer {DEFAULT_KEY}") -> tuple[int, dict[str, Any]]:
    """Send as the guide shows it, with curl: status and body."""
    command = ["/usr/bin/env", "curl", "-sS", "-w", "\n%{http_code}", url, "-d", json.dumps(body)]
    command += ["-H", f"Authorization: {authorization}", "-H", "Content-Type: application/json"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    answer, _, status = shown.rpartition("\n")
    return int(status), json.loads(answer)


def valid(**changes: Any) -> dict[str, Any]:
    """What makes a sample of today."""
    today = {"data_set_id": DEFAULT_DATASET, "timestamp": int(time.time()), "identifiers": {"email_sha256": EMAIL}}
    return {**today, **changes}


@pytest.mark.parametrize("sample", ["minimal", "full", "section 6.1", "batch"])
def test_the_samples_are_accepted_once_dated_and_hashed(shared_server: Running, sample: str) -> None:
    """Guide 6.1 and 9: with this server's dataset, a time of today, real hashes and a whole GPP string."""
    events = f"{shared_server.url}/v1/events"
    consent = {"gpp_string": SID_7, "gpp_sid": [7]}
    status, answer = {
        "minimal": lambda: curl(events, minimal(**valid())),
        "full": lambda: curl(
            events, full(**valid(identifiers={"email_sha256": EMAIL, "ip": ADDRESS}, privacy=consent))
        ),
        "section 6.1": lambda: curl(f"{events}/batch", [section_6(**valid())]),
        "batch": lambda: curl(f"{events}/batch", batch_sample(valid(), valid())),
    }[sample]()
    assert (status, answer["status"]) == (200, "RECEIVED"), answer


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (minimal(), "UNKNOWN_DATASET", "data_set_id: is not a provisioned dataset"),
        (minimal(data_set_id=DEFAULT_DATASET), "INVALID_IDENTIFIER", "not all of them hex digits"),
        (minimal(**valid(timestamp=1746558464)), "TIMESTAMP_TOO_OLD", "the limit is 30 days"),
        (full(**valid()), "INVALID_GPP_STRING", "privacy.gpp_string: is not a valid GPP string: tcfeuv2 "),
    ],
    ids=["dataset", "truncated hash", "date", "GPP string"],
)
def test_the_samples_as_printed_are_refused_and_told_why(
    shared_server: Running, body: Any, code: str, words: str
) -> None:
    """Each part of a sample that is only a placeholder is named."""
    status, answer = curl(f"{shared_server.url}/v1/events", body)
    assert (status, answer["error_code"]) == (400, code)
    assert words in answer["message"]


def test_the_batch_sample_as_printed_is_refused_at_its_first_event(shared_server: Running) -> None:
    """Guide 9.3: seven characters and dots are no hash."""
    own = {"data_set_id": DEFAULT_DATASET}
    status, answer = curl(f"{shared_server.url}/v1/events/batch", batch_sample(own, own))
    assert (status, answer["error_code"]) == (400, "INVALID_IDENTIFIER")
    assert answer["message"].startswith("events[0].identifiers.email_sha256: ")


def test_the_header_of_section_2_as_printed_is_refused_and_told_why(shared_server: Running) -> None:
    """Guide 2 prints a bare key, its text and its samples say Bearer."""
    status, answer = curl(f"{shared_server.url}/v1/events", minimal(**valid()), DEFAULT_KEY)
    assert (status, answer["error_code"]) == (403, "INVALID_API_KEY")
    assert "Authorization: Bearer" in answer["message"]


def test_a_batch_with_a_comment_is_refused_and_told_why(shared_server: Running) -> None:
    """Guide 6.1 prints a comment in its JSON."""
    command = ["/usr/bin/env", "curl", "-sS", f"{shared_server.url}/v1/events/batch", "-d", "[{}, /* next event */ {}]"]
    command += ["-H", f"Authorization: Bearer {DEFAULT_KEY}", "-H", "Content-Type: application/json"]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)
    assert (answer["error_code"], "comments are not JSON" in answer["message"]) == ("MALFORMED_JSON", True)
