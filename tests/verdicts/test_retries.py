"""Grades of what a sender does about failures, each by requests that came when the test says."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.verdicts.retries import PRACTICES
from tests.senders import NOW, event, full_event
from tests.verdicts.traffic import Traffic

ERROR: dict[str, Any] = {"kind": "status", "status": 503}
TOO_MANY: dict[str, Any] = {"kind": "status", "status": 429, "retry_after": 2}


def bought(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A purchase with its own transaction_id."""
    return full_event(custom_data={"transaction_id": f"txn_{number}"}, value=10.5, **changes)


def test_without_failures_nothing_is_graded(traffic: Traffic) -> None:
    """What was never exercised neither passes nor fails, and the checklist says the same."""
    traffic.send(event())
    found = traffic.items()
    assert {found[practice.id]["status"] for practice in PRACTICES} == {"not_exercised"}
    assert found["checklist.retries"]["status"] == "not_exercised"


@pytest.mark.parametrize(
    ("kind", "fault", "otherwise"),
    [
        ("retry.500", ERROR, "failed"),
        ("retry.429", TOO_MANY, "advisory"),
        ("retry.timeout", {"kind": "timeout"}, "advisory"),
        ("retry.reset", {"kind": "reset"}, "advisory"),
        ("retry.reset", {"kind": "reset", "at": "during"}, "advisory"),
        ("retry.reset", {"kind": "drop_after_store"}, "advisory"),
    ],
)
def test_every_failure_wants_another_attempt(
    traffic: Traffic, kind: str, fault: dict[str, Any], otherwise: str
) -> None:
    """The guide asks for it after a 500, good sense after the others; the gap is told."""
    traffic.tries(bought(1), 2.5, **fault)
    assert traffic.told(kind) == ("passed", "1 of 1 request that met it came again, after 2.5 s.")
    lost = traffic.send(bought(2), second=100, **fault)
    assert traffic.told(kind) == (otherwise, "1 of 2 requests that met it never came again.")
    assert traffic.items()[kind]["submissions"] == [lost.id]


def test_an_answer_that_came_too_late_is_a_timeout(traffic: Traffic) -> None:
    """A delayed answer that nobody waited for shows by the attempt after it; one that was in time is no failure."""
    traffic.tries(bought(1), 10.0, kind="delay")
    traffic.send(bought(2), second=60, kind="delay")
    assert traffic.told("retry.timeout") == ("passed", "1 of 1 request that met it came again, after 10.0 s.")


@pytest.mark.parametrize(
    ("gaps", "found"),
    [
        ([1, 2, 4], ("passed", "The waits grow: 1.0, 2.0, 4.0 s.")),
        ([1.1, 1.9, 4.2, 4.0, 4.1], ("passed", "The waits grow: 1.1, 1.9, 4.2, 4.0, 4.1 s.")),
        ([2, 2, 2], ("advisory", "The waits are fixed: 2.0, 2.0, 2.0 s.")),
        ([4, 2, 1], ("advisory", "The waits shrink: 4.0, 2.0, 1.0 s.")),
        ([0.001, 0.002, 0.001], ("failed", "Tried again at once, without any wait: 0.001, 0.002, 0.001 s.")),
        ([0.5], ("not_exercised", "Nothing failed twice in a row; single waits were 0.500 s.")),
    ],
)
def test_waits_should_grow(traffic: Traffic, gaps: list[float], found: tuple[str, str]) -> None:
    """Exponential, fixed and no waits are told apart."""
    traffic.tries(bought(), *gaps, **ERROR)
    assert traffic.told("retry.backoff") == found


def test_attempts_without_any_wait_fail_the_checklist(traffic: Traffic) -> None:
    """A sender that hammers has no backoff, though it tries again."""
    traffic.tries(bought(), 0.001, 0.001, **ERROR)
    assert traffic.told("retry.500")[0] == "passed"
    assert traffic.told("checklist.retries")[0] == "failed"


def test_the_senders_own_timeout_is_no_backoff(traffic: Traffic) -> None:
    """What passes until it gives up on an answer, or what Retry-After asks for, is not its own wait."""
    traffic.send(bought(), second=0, **ERROR)
    traffic.send(bought(), second=1, kind="timeout")
    traffic.send(bought(), second=31, **TOO_MANY)
    traffic.send(bought(), second=33, **ERROR)
    traffic.send(bought(), second=35)
    assert traffic.told("retry.backoff") == ("passed", "The waits grow: 1.0, 2.0 s.")


@pytest.mark.parametrize(
    ("gap", "found"),
    [(2.1, ("passed", "2 s asked, 2.1 s waited.")), (0.5, ("advisory", "2 s asked, 0.500 s waited."))],
)
def test_retry_after(traffic: Traffic, gap: float, found: tuple[str, str]) -> None:
    """Whoever comes back before it was told to is told so."""
    traffic.tries(bought(), gap, **TOO_MANY)
    assert traffic.told("retry.retry_after") == found


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (1.3, ("passed", "First waits differ: 1.0, 1.3 s.")),
        (1.01, ("advisory", "First waits are always the same: 1.0, 1.0 s.")),
    ],
)
def test_jitter(traffic: Traffic, second: float, found: tuple[str, str]) -> None:
    """It takes two failures to see whether waits differ."""
    traffic.tries(bought(1), 1.0, **ERROR)
    assert traffic.told("retry.jitter")[0] == "not_exercised"
    traffic.tries(bought(2), second, second=50, **ERROR)
    assert traffic.told("retry.jitter") == found


def test_there_is_an_end(traffic: Traffic) -> None:
    """A chain that was given up is at its end as soon as it was quiet for some of its longest waits."""
    for second in (0, 1, 3, 7):
        traffic.send(bought(), second, **ERROR)
    assert traffic.told("retry.end", as_of=NOW + 8)[0] == "not_exercised"
    assert traffic.told("retry.end", as_of=NOW + 20) == (
        "passed",
        "Given up after 4 attempts at most; the longest wait was 4.0 s.",
    )
    assert traffic.told("retry.500")[0] == "passed"


def test_going_on_for_ever_is_told(traffic: Traffic) -> None:
    """More than twenty attempts are too many."""
    traffic.tries(bought(), *[1.0] * 21, **ERROR)
    assert traffic.told("retry.end") == ("advisory", "One went on for 22 attempts.")


def test_a_refusal_is_not_sent_again_unchanged(traffic: Traffic) -> None:
    """What is wrong stays wrong; once mended it is something new."""
    wrong = bought(currency_code="XXY")
    traffic.send(wrong)
    traffic.send(bought(), second=1)
    assert traffic.told("retry.refusals") == ("passed", "1 request refused, none sent again unchanged.")
    traffic.send(wrong, second=2)
    assert traffic.told("retry.refusals") == ("failed", "Sent again unchanged after a 400, 1 time, after 2.0 s.")


def test_the_rest_of_a_refused_batch_may_be_sent_again(traffic: Traffic) -> None:
    """Without the event that it was refused for it is another payload."""
    traffic.send([bought(1), bought(2, currency_code="XXY")])
    traffic.send([bought(1)], second=1)
    assert traffic.told("retry.refusals")[0] == "passed"


def test_a_refusal_that_ends_by_itself_is_no_mistake(traffic: Traffic) -> None:
    """The same payload was accepted later on, so that something else was mended."""
    for second, reading in enumerate(("reject", "advise")):
        traffic.sender.read(unknown_fields=reading)
        traffic.send(bought(surprise=1), second)
    assert traffic.told("retry.refusals")[0] == "passed"


def test_a_changed_payload_is_told(traffic: Traffic) -> None:
    """Most often it is the timestamp, which then is that of the attempt and not of the event."""
    traffic.send(bought(), **ERROR)
    traffic.send(bought(timestamp=NOW - 1), second=1)
    assert traffic.told("retry.500")[0] == "passed"
    words = "1 of 1 more attempt had other contents for the same transaction_id."
    assert traffic.told("retry.unchanged") == ("advisory", words)


def test_events_may_come_again_in_other_batches(traffic: Traffic) -> None:
    """A failed batch sent in halves, and failed single events sent as a batch, were all tried again, unchanged."""
    traffic.send([bought(1), bought(2)], **ERROR)
    traffic.send([bought(1)], second=1)
    traffic.send([bought(2)], second=2)
    for number in (3, 4):
        traffic.send(bought(number), second=10, **ERROR)
    traffic.send([bought(3), bought(4)], second=11)
    assert traffic.told("retry.500")[0] == "passed"
    assert traffic.told("retry.unchanged")[0] == "passed"


def test_what_is_counted_twice_after_a_lost_answer(traffic: Traffic) -> None:
    """The value is told by currency; after a 500, which stores nothing, there is none."""
    traffic.tries(bought(1), 1.0, **ERROR)
    assert traffic.told("retry.duplicates")[0] == "passed"
    traffic.tries(bought(2), 1.0, second=10, kind="drop_after_store")
    words = "1 event stored twice, since an answer got lost: 10.5 USD counted twice."
    assert traffic.told("retry.duplicates") == ("advisory", words)


def test_attempts_are_listed(traffic: Traffic) -> None:
    """Programs get each payload that met a failure, with what each attempt met and when."""
    traffic.tries(bought(), 1.0, 2.0, **ERROR)
    traffic.send(bought(9, currency_code="XXY"))
    [shown] = traffic.report()["attempts"]
    assert [(attempt["met"], attempt["after_seconds"]) for attempt in shown["attempts"]] == [
        ("500", 0.0),
        ("500", 1.0),
        ("accepted", 3.0),
    ]
