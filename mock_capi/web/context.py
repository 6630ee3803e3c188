"""GET /_inspect/submissions/<id>/context: what one submission means beside the others in the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

import orjson

from mock_capi.clock import iso
from mock_capi.events import bodies_of
from mock_capi.model import JSON, Kept, Submission
from mock_capi.privacy import GppError, decode_gpp
from mock_capi.privacy.words import in_words
from mock_capi.web import case, snippets
from mock_capi.web.difference import MISSING, Difference, differences
from mock_capi.web.exports import curl_of
from mock_capi.web.views import submission_view
from mock_capi.world import World

Json = dict[str, Any]
MOST_ATTEMPTS, MOST_DIFFERENCES = 100, 200
# The most similar one is looked for among so many of the newest, and in so many bytes.
_LOOKED_AT, _LOOKED_THROUGH = 200, 2_000_000


def context_view(world: World, submission: Submission, base_url: str) -> Json:
    """A submission's neighbours, its other attempts, what tells it from one that is like it, and how to repeat it."""
    log = [item for item in world.ledger.snapshot() if item.verdict.data_set_id == submission.verdict.data_set_id]
    before = [item for item in log if item.sequence < submission.sequence]
    after = next((item for item in log if item.sequence > submission.sequence), None)
    nearest = _nearest(submission, log) or _like(submission, before)
    return {
        "previous": before[-1].id if before else None,
        "next": after.id if after else None,
        "same_payload": _attempts(submission, log),
        "nearest": nearest.id if nearest else None,
        "difference": _differences(nearest, submission) if nearest else [],
        "consent": _consent(submission),
        "curl": curl_of(submission_view(submission), base_url, submission.verdict.body),
        "pytest": snippets.as_pytest(submission),
        "case": case.as_yaml(submission, world.readings_of(world.datasets.get(submission.verdict.data_set_id or ""))),
    }


# --- the same again ---


def _attempts(submission: Submission, log: Sequence[Submission]) -> list[Json]:
    """Every submission of this payload to this path, this one among them, oldest first; nothing where it is the
    only one, and of very many those around it. The gap is in seconds of real time after the one before."""
    payload = _payload(submission)
    same = [item for item in log if _payload(item) == payload] if submission.verdict.body else []
    if len(same) < 2:
        return []
    gaps = [None, *(round(later.arrived_at - earlier.arrived_at, 3) for earlier, later in pairwise(same))]
    place = sum(item.sequence < submission.sequence for item in same)
    start = max(0, min(place - MOST_ATTEMPTS // 2, len(same) - MOST_ATTEMPTS))
    shown = list(zip(same, gaps, strict=True))[start : start + MOST_ATTEMPTS]
    return [_attempt_view(item, gap) for item, gap in shown]


def _payload(submission: Submission) -> tuple[str, str, bytes]:
    return submission.method, submission.path, submission.verdict.body


def _attempt_view(submission: Submission, gap: float | None) -> Json:
    return {
        "id": submission.id,
        "received_at": iso(submission.verdict.received_at),
        "arrived_at": round(submission.arrived_at, 3),
        "status": submission.verdict.status,
        "answered": submission.answered,
        "gap_seconds": gap,
    }


# --- one that is like it ---


def _nearest(submission: Submission, log: Sequence[Submission]) -> Submission | None:
    """For a refused submission the accepted one that differs least in its body, the newest of several."""
    if submission.accepted:
        return None
    likely = (item for item in reversed(log) if item.accepted and _is_comparable(item, submission))
    return min(_within_bounds(likely), key=lambda item: sum(1 for _ in _between(item, submission)), default=None)


def _like(submission: Submission, before: Sequence[Submission]) -> Submission | None:
    """The one before it to the same endpoint."""
    return next((item for item in reversed(before) if _is_comparable(item, submission)), None)


def _is_comparable(one: Submission, other: Submission) -> bool:
    kinds = (Kept.EVENT, Kept.BATCH)
    return (
        one.verdict.endpoint == other.verdict.endpoint
        and one.verdict.kept is other.verdict.kept
        and one.verdict.kept in kinds
        and bool(one.verdict.body and other.verdict.body)
    )


def _within_bounds(submissions: Iterator[Submission]) -> Iterator[Submission]:
    through = 0
    for submission in islice(submissions, _LOOKED_AT):
        yield submission
        through += len(submission.verdict.body)
        if through > _LOOKED_THROUGH:
            return


def _differences(before: Submission, after: Submission) -> list[Json]:
    return [_difference_view(*found) for found in islice(_between(before, after), MOST_DIFFERENCES)]


def _between(before: Submission, after: Submission) -> Iterator[Difference]:
    return differences(*(orjson.loads(submission.verdict.body) for submission in (before, after)))


def _difference_view(pointer: str, before: Any, after: Any) -> Json:
    """A side where nothing stands is left out."""
    view = {"pointer": pointer, "before": before, "after": after}
    return {name: value for name, value in view.items() if value is not MISSING}


# --- consent ---


def _consent(submission: Submission) -> dict[str, list[str]]:
    """What the GPP string of each event says, or what is wrong with it; by the event's index."""
    strings = {str(index): _gpp_string(event) for index, event in enumerate(bodies_of(submission))}
    said = {text: _in_words(text) for text in set(strings.values()) if text is not None}
    return {index: said[text] for index, text in strings.items() if text is not None}


def _gpp_string(event: JSON) -> str | None:
    privacy = event.get("privacy") if isinstance(event, dict) else None
    text = privacy.get("gpp_string") if isinstance(privacy, dict) else None
    return text if isinstance(text, str) else None


def _in_words(text: str) -> list[str]:
    try:
        return list(in_words(decode_gpp(text)))
    except GppError as error:
        return [f"Not a valid GPP string ({error.code}). {error}."]
