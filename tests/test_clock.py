"""The clock: real, moved, standing still, or under somebody else's hand."""

from __future__ import annotations

import time

import freezegun
import pytest

from mock_capi.clock import LATEST, Clock, iso, parse
from mock_capi.world import World
from tests.senders import DAY, NOW, Sender, event


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    """It shows what it was set to, with its fraction."""
    clock = Clock().set_to(NOW + 0.25, frozen=True)
    assert (clock.now(), clock.advanced(10).now(), clock.advanced(-10).now()) == (NOW + 0.25, NOW + 10.25, NOW - 9.75)


def test_a_running_clock_goes_on_from_where_it_was_set() -> None:
    """Real seconds pass on it."""
    with freezegun.freeze_time("2026-01-01") as real:
        clock = Clock().set_to(NOW, frozen=False)
        real.tick(90)
        assert clock.now() == pytest.approx(NOW + 90)
        assert clock.advanced(5).now() == pytest.approx(NOW + 95)


def test_real_time_is_asked_for_at_each_call() -> None:
    """freezegun in somebody's test moves this clock too."""
    with freezegun.freeze_time("2026-01-01T00:00:00Z"):
        assert iso(Clock().now()) == "2026-01-01T00:00:00Z"
    assert Clock().now() == pytest.approx(time.time(), abs=60)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (0, 0.0),
        (1_800_000_000.5, 1_800_000_000.5),
        ("2027-01-15T08:00:00Z", NOW),
        ("2027-01-15T09:00:00+01:00", NOW),
        ("2027-01-15T08:00:00.750Z", NOW + 0.75),
    ],
)
def test_moments_are_read(value: object, seconds: float) -> None:
    """Epoch seconds and ISO 8601 with a zone."""
    assert parse(value) == seconds


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2027-01-15T08:00:00", "time zone"),
        ("tomorrow", "ISO 8601"),
        (-1, "between 1970 and 9999"),
        (1_800_000_000_000, "milliseconds"),
        (LATEST + 1, "between"),
        (float("nan"), "between"),
        (True, "epoch seconds"),
        (None, "epoch seconds"),
        ([], "epoch seconds"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(value: object, words: str) -> None:
    """The message says what would do."""
    with pytest.raises(ValueError, match=words):
        parse(value)


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.5, 0.999])
@pytest.mark.parametrize(
    ("age", "status", "late"),
    [
        (7 * DAY - 1, 200, False),
        (7 * DAY, 200, True),
        (30 * DAY, 200, True),
        (30 * DAY + 1, 400, False),
    ],
)
def test_the_windows_are_exact(
    world: World, sender: Sender, age: int, status: int, late: bool, fraction: float
) -> None:
    """Guide 3.2: late from seven days on, refused after thirty, whatever fraction of a second now has."""
    world.set_clock(Clock(frozen_at=NOW + fraction))
    assert sender.one(event(timestamp=NOW - age)).status_code == status
    shown = sender.last()["events"][0]
    assert (shown["age_seconds"], shown["late"]) == (age, late)
    assert shown["optimization_eligible"] is (status == 200 and not late)


def test_the_windows_are_exact_under_freezegun(world: World, sender: Sender) -> None:
    """The same on real time, with the tester's freezegun."""
    world.set_clock(None)
    with freezegun.freeze_time("2027-01-15T08:00:00.999Z"):
        statuses = [sender.one(event(timestamp=NOW - age)).status_code for age in (30 * DAY, 30 * DAY + 1)]
    assert statuses == [200, 400]
    assert sender.last()["received_at"] == "2027-01-15T08:00:00Z"
