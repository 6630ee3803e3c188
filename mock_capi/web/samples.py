"""POST /_control/samples: an event that is accepted, comes late or is refused, sent as a client would."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import orjson

from mock_capi.model import SECONDS_UNTIL_LATE, Submission
from mock_capi.web import parameters
from mock_capi.web.capi import Body, Head, record
from mock_capi.web.plain import Refused
from mock_capi.web.tally import Tally
from mock_capi.world import Dataset, World

AGENT = "mock-capi-sample"
_PATH = "/v1/events"
# The hash is that of test@example.com.
_EVENT: Mapping[str, Any] = {
    "event_type": "purchase",
    "value": 129.99,
    "currency_code": "USD",
    "identifiers": {"email_sha256": "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"},
}
# What tells each kind from an ordinary event: its age in seconds, and other fields.
KINDS: Mapping[str, tuple[int, Mapping[str, Any]]] = {
    "accepted": (0, {}),
    "late": (SECONDS_UNTIL_LATE + 86_400, {}),
    "refused": (0, {"identifiers": {}}),
}


def sent(world: World, tally: Tally, asked: dict[str, Any]) -> dict[str, Any]:
    """Send the kind that is asked for to a dataset, the first where none is named: its id in the log, its status.

    Raises Refused.
    """
    kind = parameters.one_of(asked, "kind", tuple(KINDS))
    if kind is None:
        raise Refused("INVALID_PARAMETER", f"kind is required: {' or '.join(KINDS)}")
    data_set_id = parameters.scope(world, asked) or next(iter(world.datasets), "")
    dataset = world.datasets.get(data_set_id)
    if dataset is None:
        raise Refused("NOT_FOUND", "There is no dataset to send it to; POST /_control/datasets makes one.")
    submission = send(world, tally, dataset, kind)
    return {"id": submission.id, "data_set_id": data_set_id, "kind": kind, "status": submission.verdict.status}


def send(world: World, tally: Tally, dataset: Dataset, kind: str) -> Submission:
    """Send one into a dataset, at the time of its clock and with its key as its readings want it.

    It is judged, recorded and counted like any other; a fault that is armed meets it as well.
    """
    body = orjson.dumps(_event(dataset.id, world.clock_of(dataset.id).now(), kind))
    scheme = "" if world.readings_of(dataset).authorization == "raw" else "Bearer "
    headers = {
        "Authorization": f"{scheme}{dataset.api_key}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": AGENT,
    }
    return record(world, tally, Head("POST", _PATH, "", headers), world.occasion(headers), Body(body, len(body)))


def _event(data_set_id: str, now: float, kind: str) -> dict[str, Any]:
    """The id of its own keeps a sample from being the duplicate of another."""
    age, changes = KINDS[kind]
    own = {"custom_data": {"transaction_id": f"sample-{secrets.token_hex(4)}"}}
    return {"data_set_id": data_set_id, "timestamp": max(0, int(now) - age), **_EVENT, **own, **changes}
