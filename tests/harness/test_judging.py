"""What is checked of every entry of the log, whatever a case says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mock_capi.harness.cases import Case
from mock_capi.harness.judging import logged
from mock_capi.harness.sending import Request
from mock_capi.harness.target import Answer
from mock_capi.harness.values import Account, Stage

IDS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
EVENT = {"timestamp": 1_000, "event_type": "search", "mmt_only": True}
REFUSED = {"status": "error", "error_code": "MISSING_FIELD", "message": "events[1].timestamp: is missing"}
RECEIVED = {"submission_id": f"batch.{IDS[0]}", "received_at": "1970-01-01T00:16:45Z", "status": "RECEIVED"}
Change = Callable[[dict[str, Any]], object]


def event(index: int, *, stored: bool) -> dict[str, Any]:
    """An event as the log shows it."""
    return {
        "event_id": IDS[index] if stored else None,
        "index": index,
        "outcome": "stored" if stored else "rejected",
        "event": dict(EVENT),
        "age_seconds": 5,
        "late": False,
        "optimization_eligible": False,
        "measurement_only": True,
        "consent": {
            "gpp_sections": [],
            "in_force": [],
            "opt_out": {"sale": False, "sharing": False, "targeted_advertising": False},
            "suppressed": False,
        },
        "duplicate_of": None,
    }


def submission(*, accepted: bool) -> dict[str, Any]:
    """A batch of two as the log shows it."""
    violation = {"code": "MISSING_FIELD", "pointer": "/1/timestamp", "event": 1, "guide": "7.1", "documented": False}
    violations = [] if accepted else [{**violation, "message": REFUSED["message"]}]
    return {
        "id": RECEIVED["submission_id"],
        "received_at": "1970-01-01T00:16:45Z",
        "endpoint": "batch",
        "method": "POST",
        "path": "/v1/events/batch",
        "status": 200 if accepted else 400,
        "outcome": "accepted" if accepted else "rejected",
        "error_code": None if accepted else REFUSED["error_code"],
        "message": None if accepted else REFUSED["message"],
        "data_set_id": "own-id",
        "api_key": "ow****",
        "body_bytes": 2,
        "headers": {},
        "duration_ms": 0.5,
        "event_count": 2,
        "fault": None,
        "violations": violations,
        "advisories": [],
        "response": RECEIVED if accepted else REFUSED,
        "events": [event(index, stored=accepted) for index in (0, 1)],
    }


def told(change: Change, *, accepted: bool, **expect: Any) -> list[str]:
    """What is found to differ in such a log after a change to it."""
    found = submission(accepted=accepted)
    change(found)
    status: dict[str, Any] = {"status": 200} if accepted else {"status": 400, "code": "MISSING_FIELD"}
    case = Case("a.b", "a.yaml", {"id": "a.b", "guide": "7.1", "subject": "x", "expect": {**status, **expect}})
    stage = Stage(1_005, Account("own-id", "own-key"))
    stage.event_ids = {f"this.{number}": item["event_id"] for number, item in enumerate(found["events"])}
    request = Request("POST", "/v1/events/batch", {}, b"[]", (EVENT, EVENT))
    answer = Answer(found["status"], {}, json.dumps(RECEIVED if accepted else REFUSED).encode())
    return [difference.what for difference in logged(case, request, answer, stage, found)]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_right_log_is_right(accepted: bool) -> None:
    """Without any change there is no difference."""
    assert told(lambda _: None, accepted=accepted) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda log: log.pop("duration_ms"), "log.duration_ms"),
        (lambda log: log.update(duration_ms=None), "log.duration_ms"),
        (lambda log: log["events"][0].pop("consent"), "log.events[0].consent"),
        (lambda log: log["events"].pop(), "log.events, how many"),
        (lambda log: log.update(event_count=1), "log.event_count"),
        (lambda log: log.update(data_set_id=None), "log.data_set_id"),
        (lambda log: log["events"][1].update(event_id=IDS[0]), "log.events, different ids"),
        (lambda log: log["events"][1].update(event_id="1"), "log.events[1].event_id"),
        (lambda log: log["events"][1]["consent"].update(in_force=["usnat"]), "log.events[1].consent.in_force"),
        (lambda log: log["events"][1]["consent"]["opt_out"].update(sale=True), "log.events[1].consent.opt_out.sale"),
    ],
)
def test_what_is_wrong_in_an_accepted_one_is_found(change: Change, what: str) -> None:
    """By itself, without a word of the case."""
    assert what in told(change, accepted=True)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda log: log["events"].clear(), "log.events, how many"),
        (lambda log: log.update(data_set_id=None), "log.data_set_id"),
        (lambda log: log["violations"][0].update(message="other"), "log.violations, the answered one"),
        (lambda log: log["violations"][0].update(message="timestamp: other"), "log.violations[0].message"),
        (lambda log: log["violations"][0].update(documented=True), "log.violations[0].documented"),
        (lambda log: log["violations"][0].update(guide="9"), "log.violations[0].guide"),
        (lambda log: log["violations"][0].update(pointer="/10/timestamp"), "log.violations[0].pointer"),
        (lambda log: log["violations"][0].update(event=None), "log.violations[0].pointer"),
    ],
)
def test_what_is_wrong_in_a_refused_one_is_found(change: Change, what: str) -> None:
    """So too."""
    assert what in told(change, accepted=False)


def test_a_case_may_say_otherwise() -> None:
    """Its own words go before what is usual, name by name."""
    changed = lambda log: (log.update(path="/x"), log["events"][0].update(late=True))  # noqa: E731
    assert "log.path" in told(changed, accepted=True)
    assert told(changed, accepted=True, log={"path": "/x"}, events={"0": {"late": True}}) == []


def test_an_event_that_a_case_names_must_be_there() -> None:
    """An index beyond the last is no reason to pass."""
    assert told(lambda _: None, accepted=True, events={"2": {"late": True}}) == ["log.events[2], whether it is there"]
