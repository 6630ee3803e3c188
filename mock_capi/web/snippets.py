"""A submission as an assertion for pytest, to be pasted into a test of the sender."""

from __future__ import annotations

import json
import re
from typing import Any

from mock_capi.ledger import bodies_of
from mock_capi.model import JSON, Submission

# What an event is recognised by in another run: neither its dataset nor its timestamp is the same there.
_FIELDS = (
    *("custom_event_name", "value", "currency_code", "source", "page_url", "referer"),
    *("identifiers", "privacy", "custom_data", "mmt_only"),
)
_INDENT = "    "
# How long a line may be, and what is left free for the name before a value and the comma behind it.
_WIDTH, _ROOM = 110, 16


def as_pytest(submission: Submission) -> str:
    """A test function: its assertion holds as soon as the same is sent to the fixture `mock_capi`.

    It asks for the first stored event, or for the error code of a refusal.
    """
    lines = [
        f"def test_{_name(submission)}(mock_capi):",
        *_fault(submission),
        f"{_INDENT}...  # let your code send to mock_capi.url, with mock_capi.headers",
        _assertion(submission),
    ]
    return "\n".join(lines) + "\n"


def _fault(submission: Submission) -> list[str]:
    """What has to be armed for it to be refused as it was."""
    fault, refusal = submission.fault, submission.verdict.refusal
    if fault is None or refusal is None or refusal.code != "INTERNAL_ERROR":
        return []
    status = f", status={fault.status}" if fault.kind == "status" else ""
    return [f'{_INDENT}mock_capi.faults.add("{fault.kind}"{status})']


def _name(submission: Submission) -> str:
    refusal = submission.verdict.refusal
    if refusal:
        return f"is_refused_with_{refusal.code.lower()}"
    if submission.verdict.endpoint == "schema":
        return "the_schema_is_fetched"
    kind = next(filter(None, submission.verdict.outcomes.event_types), None) or "event"
    return f"{re.sub('[^a-z0-9]+', '_', kind.lower()).strip('_') or 'event'}_is_received"


def _assertion(submission: Submission) -> str:
    verdict = submission.verdict
    asked = {"error_code": verdict.refusal.code} if verdict.refusal else {}
    events = list(bodies_of(submission))
    if events and verdict.data_set_id is not None:
        index = _index(submission)
        late = {"late": True} if index in verdict.outcomes.late else {}
        expected = _expected(events[index], fields=not verdict.refusal)
        return _called("assert_received", {**asked, **late, **expected})
    # What came without a known key belongs to no dataset, and what holds no event is looked for by its request.
    other = {"endpoint": verdict.endpoint} if verdict.endpoint and not asked else {}
    nobodys = {"data_set_id": None} if verdict.data_set_id is None else {}
    return _called("wait_for", {"of": "submissions", **asked, **other, **nobodys})


def _index(submission: Submission) -> int:
    """The first stored event, or the one that the refusal is about."""
    verdict = submission.verdict
    if verdict.refusal:
        return verdict.refusal.event or 0
    stored = (i for i in range(len(verdict.outcomes.event_types)) if i not in verdict.outcomes.rejected)
    return next(stored, 0)


def _expected(event: JSON, *, fields: bool) -> dict[str, Any]:
    if not isinstance(event, dict):
        return {}
    kind = event.get("event_type")
    named = {"event_type": kind} if kind and isinstance(kind, str) else {}
    return {**named, **{name: event[name] for name in _FIELDS if fields and name in event}}


def _called(method: str, arguments: dict[str, Any]) -> str:
    written = ((f"{name}=", value) for name, value in arguments.items())
    return _INDENT + _bracketed(f"mock_capi.{method}(", list(written), ")", _INDENT)


def _literal(value: JSON, margin: str) -> str:
    """JSON as Python writes it, in double quotes; what stands behind `margin` and is too long for a line takes more."""
    if isinstance(value, dict):
        return _bracketed("{", [(f"{_literal(name, '')}: ", item) for name, item in value.items()], "}", margin)
    if isinstance(value, list):
        return _bracketed("[", [("", item) for item in value], "]", margin)
    return "".join(map(_spelled, json.dumps(value, ensure_ascii=False))) if isinstance(value, str) else repr(value)


def _spelled(character: str) -> str:
    """What cannot be printed would be pasted unseen."""
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _bracketed(start: str, items: list[tuple[str, JSON]], end: str, margin: str) -> str:
    inner = margin + _INDENT
    parts = [name + _literal(value, inner) for name, value in items]
    line = f"{start}{', '.join(parts)}{end}"
    if len(line) + len(margin) <= _WIDTH - _ROOM and "\n" not in line:
        return line
    return "\n".join([start, *(f"{inner}{part}," for part in parts), margin + end])
