"""The request of a case: a patched event or batch where that says it, else the request in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mock_capi.events import bodies_of
from mock_capi.model import Kept, Submission
from mock_capi.web.case.patch import Untold, patch

_HEADERS = ("Content-Encoding", "Origin")
# Events that are judged the same at any time.
_TIMELESS: Mapping[tuple[str | None, Kept], Mapping[str, Any]] = {
    ("single", Kept.EVENT): {"remove": ["timestamp"]},
    ("batch", Kept.BATCH): {"batch": [{"remove": ["timestamp"]}, {"remove": ["timestamp"]}]},
}


def is_nobodys(submission: Submission) -> bool:
    """Whether it is refused for its key. A server judges its events all the same, but by whichever clock it has."""
    verdict = submission.verdict
    of_key = verdict.refusal is not None and verdict.refusal.code in ("MISSING_API_KEY", "INVALID_API_KEY")
    return of_key and verdict.data_set_id is None and bool(_TIMELESS.get((verdict.endpoint, verdict.kept)))


def request_of(submission: Submission) -> dict[str, Any]:
    """What is to be sent. Raises Untold where the log has not kept enough of it."""
    verdict = submission.verdict
    endpoint = verdict.endpoint or "single"
    method, path = _usual_way(endpoint)
    body = {} if endpoint == "schema" else _body(submission, endpoint)
    return {
        **({"endpoint": endpoint} if endpoint == "schema" or (endpoint == "batch" and "batch" not in body) else {}),
        **({} if submission.method == method else {"method": submission.method}),
        **({} if submission.path == path else {"path": submission.path}),
        **_key(submission),
        **_headers(submission, has_body=endpoint != "schema" and body.get("body") != ""),
        **body,
    }


def _usual_way(endpoint: str) -> tuple[str, str]:
    from mock_capi.harness.sending import PATHS

    return PATHS[endpoint]


def _key(submission: Submission) -> dict[str, Any]:
    sent = dict(submission.headers).get("Authorization")
    if submission.api_key is None:
        return {"key": "none"}
    bare = {} if sent and sent.lower().startswith("bearer ") else {"authorization": "{key}"}
    return bare if submission.verdict.data_set_id else {"key": "wrong", **bare}


def _headers(submission: Submission, *, has_body: bool) -> dict[str, Any]:
    sent = dict(submission.headers)
    found: dict[str, str | None] = {name: sent[name] for name in _HEADERS if name in sent}
    if sent.get("Content-Type") != ("application/json" if has_body else None):
        found["Content-Type"] = sent.get("Content-Type")
    return {"headers": found} if found else {}


def _body(submission: Submission, endpoint: str) -> dict[str, Any]:
    verdict = submission.verdict
    if not verdict.body:
        return _unread(submission)
    if is_nobodys(submission):
        return dict(_TIMELESS[verdict.endpoint, verdict.kept])
    if verdict.kept is Kept.TEXT or (verdict.kept is Kept.BATCH) != (endpoint == "batch"):
        return _as_text(submission)
    events = bodies_of(submission)
    if len(events) < verdict.event_count:
        raise Untold
    patches = [patch(submission, index, event) for index, event in enumerate(events)]
    if endpoint == "single" and "event" in patches[0]:
        return {"endpoint": "single", "batch": patches}
    return {"batch": patches} if endpoint == "batch" else patches[0]


def _unread(submission: Submission) -> dict[str, Any]:
    """A body that was not kept: none, one that is too large, or one that is compressed."""
    refusal = submission.verdict.refusal
    if not submission.body_bytes:
        return {"body": ""}
    return {"pad": submission.body_bytes} if refusal and refusal.code == "PAYLOAD_TOO_LARGE" else {}


def _as_text(submission: Submission) -> dict[str, Any]:
    body = submission.verdict.body.decode(errors="replace")
    if any(violation.code == "MALFORMED_JSON" for violation in submission.verdict.violations) and _is_json(body):
        raise Untold  # what was wrong with it, such as its encoding, is not kept
    return {"body": body}


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
