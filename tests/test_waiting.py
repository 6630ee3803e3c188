"""Waits and followers: what they count, when they end, and whom they wake."""

from __future__ import annotations

import pytest

from mock_capi import query
from mock_capi.ledger import Ledger
from mock_capi.spec import Spec
from mock_capi.waiting import CLEARED, CLOSED, EVENTS, REACHED, SUBMISSIONS, Asked, Follower, Wait, nearest_misses
from tests.senders import Sender, event
from tests.test_watch import sender_of


@pytest.fixture
def ledger() -> Ledger:
    """An empty log."""
    return Ledger()


@pytest.fixture
def sender(ledger: Ledger, the_spec: Spec) -> Sender:
    """A sender into that log."""
    return sender_of(ledger, the_spec)


def wait_for(woken: list[str], count: int = 1, of: str = EVENTS, **filters: str) -> Wait:
    """A wait that notes when it is over."""
    return Wait(Asked(query.parse(filters), count, 0.0, of), lambda: woken.append("over"))


def test_it_ends_with_the_event_that_was_missing(ledger: Ledger, sender: Sender) -> None:
    """And wakes once, however many come after."""
    woken: list[str] = []
    wait = wait_for(woken, 3, event_type="search")
    with ledger.watched_by(wait):
        sender.batch([event(event_type="search"), event(), event(event_type="search")])
        assert (wait.matched, wait.ended, woken) == (2, None, [])
        sender.one(event(event_type="search"))
        sender.one(event(event_type="search"))
    assert (wait.matched, wait.ended, woken) == (4, REACHED, ["over"])


def test_submissions_and_events_are_counted_differently(ledger: Ledger, sender: Sender) -> None:
    """A batch is one of the ones and several of the others."""
    waits = [wait_for([], 9, of) for of in (SUBMISSIONS, EVENTS)]
    with ledger.watched_by(waits[0]), ledger.watched_by(waits[1]):
        sender.batch([event(), event(event_type="search")])
        sender.one(b"nonsense")
    assert [wait.matched for wait in waits] == [2, 2]
    assert wait_for([], 0).is_met is False


def test_clearing_takes_back_what_was_counted(ledger: Ledger, sender: Sender) -> None:
    """Of another dataset's log that; of its own it ends the wait."""
    every, own = wait_for([], 9), wait_for([], 9, data_set_id="other")
    with ledger.watched_by(every), ledger.watched_by(own):
        sender.one(event())
        sender.one(event(data_set_id="other"), key="other-key")
        ledger.clear("other")
        assert (every.matched, every.ended, own.ended) == (1, None, CLEARED)
        ledger.close()
    assert (every.ended, own.ended) == (CLOSED, CLEARED)


def test_a_follower_is_woken_once_until_it_rests(ledger: Ledger, sender: Sender) -> None:
    """By what matches alone."""
    woken: list[str] = []
    follower = Follower(query.parse({"event_type": "search"}), lambda: woken.append("news"))
    with ledger.watched_by(follower):
        sender.one(event())
        assert woken == []
        sender.one(event(event_type="search"))
        sender.one(event(event_type="search"))
        assert woken == ["news"]
        follower.rest()
        sender.one(event(event_type="search"))
        assert woken == ["news", "news"]
        ledger.clear()
    assert follower.ended == CLEARED


def test_the_nearest_misses_are_few(ledger: Ledger, sender: Sender) -> None:
    """Five, however many nearly matched, the newest first."""
    sent = [sender.one(event(event_type="search")).get_json()["submission_id"] for _ in range(8)]
    misses = nearest_misses(ledger, Asked(query.parse({"event_type": "login"}), 1, 0.0, SUBMISSIONS))
    assert [miss.kept_out_by for miss in misses] == [("event_type",)] * 5
    assert [getattr(miss.what, "id", "") for miss in misses] == sent[:2:-1]
