"""The clock and the faults of a dataset, in both ways of having a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
import requests

from mock_capi.testing import MockCapi, MockCapiError
from tests.senders import DAY, NOW
from tests.testing.sending import made, send


def test_the_clock_takes_time_in_every_form(either: MockCapi) -> None:
    """Epoch seconds, ISO 8601 and a datetime with its zone."""
    assert either.clock.set(NOW) == either.clock.now == NOW
    assert either.clock.set("2027-01-15T08:00:01Z") == NOW + 1
    assert either.clock.set(datetime(2027, 1, 15, 9, tzinfo=timezone(timedelta(hours=1)))) == NOW
    with pytest.raises(MockCapiError, match="names no time zone"):
        either.clock.set(datetime(2027, 1, 15, 9))


def test_the_clock_moves(either: MockCapi) -> None:
    """By seconds or a timedelta, forward and back; a frozen one stands, another runs on."""
    either.clock.set(NOW)
    assert either.clock.advance(7 * DAY) == NOW + 7 * DAY
    assert either.clock.advance(timedelta(days=-7)) == NOW
    assert either.clock.set(NOW, frozen=False) < either.clock.now < NOW + DAY
    frozen = either.clock.freeze()
    assert either.clock.now == frozen
    assert either.clock.reset() == pytest.approx(datetime.now(UTC).timestamp(), abs=60)


def test_events_grow_late_by_the_clock(either: MockCapi) -> None:
    """It is the clock that they are judged by."""
    event_at = made(either)["timestamp"]
    either.clock.set(event_at + 7 * DAY)
    send(either, timestamp=event_at)
    assert either.assert_received(1, late=True)[0]["age_seconds"] == 7 * DAY


def test_statuses(either: MockCapi) -> None:
    """With everything that a fault can be told."""
    armed = either.faults.status(503, times=2, after=1, retry_after=7)
    assert (armed["kind"], armed["times"], armed["data_set_id"]) == ("status", 2, either.data_set_id)
    assert list(either.faults) == [armed]
    answers = [send(either) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 503, 503, 200]
    assert answers[1].headers["Retry-After"] == "7"


def test_a_sequence(either: MockCapi) -> None:
    """Statuses, kinds and mappings, met one after the other; of one step too."""
    armed = either.faults.sequence([500, "delay", {"kind": "status", "status": 429}], endpoint="single")
    assert [(fault["kind"], fault["endpoint"]) for fault in armed] == [
        (k, "single") for k in ("status", "delay", "status")
    ]
    assert len(either.faults) == 3
    either.faults.clear()
    assert list(either.faults) == []
    assert len(either.faults.sequence([503])) == 1
    assert [send(either).status_code for _ in range(2)] == [503, 200]


def test_a_delay_is_in_seconds(either: MockCapi) -> None:
    """The answer comes that much later."""
    assert either.faults.delay(0.25)["delay_ms"] == 250
    assert send(either).elapsed >= timedelta(seconds=0.25)


def test_connections_are_cut(either: MockCapi) -> None:
    """Before anything is stored, or after; the log says that nothing was answered."""
    for arm, stored in ((either.faults.reset, False), (either.faults.drop_after_store, True)):
        arm()
        with pytest.raises(requests.ConnectionError):
            send(either)
        assert (either.submissions()[-1]["answered"], either.submissions()[-1].accepted) == (False, stored)
    assert either.faults.reset(during=True)["at"] == "during"


def test_no_answer_comes(either: MockCapi) -> None:
    """The sender gives up by itself."""
    either.faults.timeout()
    with pytest.raises(requests.Timeout):
        requests.post(f"{either.url}/v1/events", json=made(either), headers=either.headers, timeout=0.1)
    assert either.wait_for(of="submissions")[0]["fault"]["kind"] == "timeout"


def test_what_no_fault_can_be_is_refused(capi: MockCapi) -> None:
    """The message is the server's."""
    with pytest.raises(MockCapiError, match=r"status is 429 or .* \(400\)"):
        capi.faults.status(404)


def test_personas(either: MockCapi) -> None:
    """Their right hashes pass, their wrong ones are told of, in this dataset alone."""
    anna = either.personas.add(email="Anna@Example.com", ip="203.0.113.7", label="Anna")
    assert list(either.personas) == [anna]
    send(either, identifiers=anna["identifiers"])
    assert either.events(advisory="WRONG_HASH") == []
    send(either, identifiers={"email_sha256": sha256(b"Anna@Example.com").hexdigest()})
    assert len(either.events(advisory="WRONG_HASH")) == 1
    with either.dataset() as other:
        assert len(other.personas) == 0
    either.reset()
    assert len(either.personas) == 0
    either.personas.add(phone="+14155550123")
    either.personas.clear()
    assert len(either.personas) == 0
