"""The answer's body: the success of section 8.1 or the envelope of section 8.2, and nothing else."""

from __future__ import annotations

import orjson

from mock_capi.clock import iso
from mock_capi.model import Verdict


def envelope(code: str, message: str) -> bytes:
    """The three fields of every refusal (guide 8.2)."""
    return compact(orjson.dumps({"status": "error", "error_code": code, "message": message}))


def received(submission_id: str, received_at: int) -> bytes:
    """The three fields of every success (guide 8.1)."""
    return f'{{"submission_id":"{submission_id}","received_at":"{iso(received_at)}","status":"RECEIVED"}}'.encode()


def compact(written: bytes) -> bytes:
    """A copy of its own size: orjson's results hold on to some 4 KB more, which counts in what is kept."""
    return bytes(memoryview(written))


def body_of(verdict: Verdict, submission_id: str, schema: bytes) -> bytes:
    """What a request is answered with; `schema` is for GET /v1/schema/events."""
    if verdict.refusal:
        return envelope(verdict.refusal.code, verdict.refusal.message)
    return schema if verdict.endpoint == "schema" else received(submission_id, verdict.received_at)
