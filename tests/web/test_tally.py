"""The tally: it only grows, from every way in and from several threads, and a copy of it stands still."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from mock_capi.ledger import Ledger
from mock_capi.model import Fault, Submission, Verdict
from mock_capi.spec import Spec
from mock_capi.store import Memory
from mock_capi.web.app import create_app
from mock_capi.web.tally import BOUNDS_MS, Tally
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import DAY, NOW, Sender, event


def recorded(duration_ms: float = 0.0) -> Submission:
    """One that took so long."""
    return Submission("id", 1, "POST", "/", (), None, 0, Verdict("single", None, NOW, 200), b"", 0.0, duration_ms)


@pytest.fixture
def tally() -> Tally:
    """What the client's requests are counted in."""
    return Tally()


@pytest.fixture
def client(world: World, tally: Tally) -> FlaskClient:
    """An application that counts there."""
    return create_app(world, tally=tally).test_client()


def test_a_mix_of_requests_adds_up(sender: Sender, world: World, tally: Tally) -> None:
    """By endpoint and status, by code, by what became of each event."""
    sender.one(event())
    sender.one(event())
    sender.one(event(identifiers={}))
    sender.batch([event(timestamp=NOW - 8 * DAY), event(surprise=1)])
    sender.one(event(), key="nobodys-key")
    sender.client.get("/v1/nothing")
    world.arm(Fault("id", "status", 503))
    sender.one(event(event_type="sign_up"))
    totals = tally.totals()
    counted = {f"{endpoint} {status}": sum(group.counts) for (endpoint, status), group in totals.groups.items()}
    assert counted == {
        **{"single 200": 2, "single 400": 1, "single 403": 1, "single 503": 1},
        **{"batch 200": 1, "None 404": 1},
    }
    found = [(group.events, group.rejected, group.late, group.duplicates) for group in totals.groups.values()]
    assert tuple(map(sum, zip(*found, strict=True))) == (7, 3, 1, 2)
    assert totals.error_codes == Counter(MISSING_IDENTIFIER=1, INVALID_API_KEY=1, NOT_FOUND=1, INTERNAL_ERROR=1)
    assert totals.advisories == Counter(DUPLICATE_EVENT=2, UNKNOWN_FIELD=1)
    assert totals.faults == Counter(status=1)


def test_it_forgets_nothing(the_spec: Spec) -> None:
    """Neither what is evicted nor what is cleared, by reset and by the end of a dataset."""
    world, tally = World(the_spec, store=Memory(Ledger(max_events=2))), Tally()
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    sender = Sender(create_app(world, tally=tally).test_client())
    for _ in range(5):
        assert sender.one(event(timestamp=int(world.standing.clock.now()))).status_code == 200
    sender.control("POST", "/reset", {"data_set_id": DEFAULT_DATASET})
    sender.control("DELETE", "/log", {})
    sender.control("DELETE", f"/datasets/{DEFAULT_DATASET}", {})
    assert world.ledger.size()[0] == 0
    (group,) = tally.totals().groups.values()
    assert (sum(group.counts), group.events, group.duplicates) == (5, 5, 4)


def test_samples_count_too(sender: Sender, tally: Tally) -> None:
    """They are submissions like any other."""
    sender.control("POST", "/samples", {"kind": "refused"})
    assert tally.totals().error_codes == {"MISSING_IDENTIFIER": 1}


def test_durations_are_told_apart_by_their_bounds() -> None:
    """One that is exactly a bound is below it; what is above the last has a place of its own."""
    tally = Tally()
    for duration_ms in (0.0, BOUNDS_MS[0], BOUNDS_MS[0] + 0.001, BOUNDS_MS[-1], 2 * BOUNDS_MS[-1]):
        tally.count(recorded(duration_ms))
    (group,) = tally.totals().groups.values()
    assert group.counts == [2, 1, *[0] * (len(BOUNDS_MS) - 3), 1, 1]
    assert group.milliseconds == pytest.approx(3001.001)


def test_a_copy_stands_still() -> None:
    """What is read does not change while it is written down."""
    tally = Tally()
    tally.count(recorded())
    before = tally.totals()
    tally.count(recorded())
    assert [sum(totals.groups["single", 200].counts) for totals in (before, tally.totals())] == [1, 2]


def test_no_count_is_lost_between_threads() -> None:
    """Eight of them, each a thousand times."""
    tally, submission = Tally(), recorded()

    def count(times: int) -> None:
        for _ in range(times):
            tally.count(submission)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, [1000] * 8))
    assert sum(tally.totals().groups["single", 200].counts) == 8000
