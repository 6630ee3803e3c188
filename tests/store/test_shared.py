"""What several processes share: each sees what the others did, and nothing is lost or done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from mock_capi.clock import Clock
from mock_capi.ledger import Ledger
from mock_capi.model import Fault
from mock_capi.query import Query
from mock_capi.standing import ProvisioningError
from mock_capi.store import StoreError
from mock_capi.store.shared import Shared
from mock_capi.waiting import CLEARED, REACHED, Asked, Wait
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import NOW, Sender, event
from tests.store.conftest import Replicas
from tests.stores import RedisServer


@pytest.fixture
def pair(replica: Replicas) -> tuple[World, World]:
    """Two that share one state, with the default dataset."""
    one, other = replica(), replica()
    one.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    one.set_clock(Clock(frozen_at=NOW))
    return one, other


def sender_of(world: World) -> Sender:
    """Sends to one of them."""
    return Sender(create_app(world).test_client())


def ids(world: World) -> list[str]:
    """What one of them has in its log."""
    world.store.refresh()
    return [item.id for item in world.ledger.snapshot()]


def test_what_is_sent_to_one_is_in_the_log_of_all(pair: tuple[World, World]) -> None:
    """In one order, each once, for one that comes later too."""
    one, other = map(sender_of, pair)
    for number in range(6):
        (one if number % 2 else other).one(event())
    assert ids(pair[0]) == ids(pair[1])
    assert len(set(ids(pair[0]))) == 6
    assert pair[0].ledger.snapshot() == pair[1].ledger.snapshot()


def test_one_that_comes_later_has_everything(pair: tuple[World, World], replica: Replicas) -> None:
    """Log, clock, faults, datasets and people."""
    one = pair[0]
    one.provision(Dataset("other", "other-key", {"window_edge": "reject"}))
    one.set_clock(Clock(frozen_at=1_800_000_000.0), "other")
    one.arm(Fault("a", "status", 503, times=3))
    sender_of(one).one(event())
    late = replica()
    assert late.standing == one.standing
    assert late.standing.faults[0].times == 2
    assert late.ledger.snapshot() == one.ledger.snapshot()
    assert sender_of(late).one(event()).status_code == 503


def test_a_fault_is_met_as_often_as_it_says(pair: tuple[World, World]) -> None:
    """Whichever of them is asked."""
    pair[0].arm(Fault("a", "status", 503, times=3))
    one, other = map(sender_of, pair)
    statuses = [(one if number % 2 else other).one(event()).status_code for number in range(5)]
    assert statuses == [503, 503, 503, 200, 200]


def test_duplicates_are_found_wherever_they_were_sent(pair: tuple[World, World]) -> None:
    """The fingerprint is the same in every process."""
    one, other = map(sender_of, pair)
    one.one(event())
    assert other.one(event()).headers["X-Mock-Capi-Advisories"] == "DUPLICATE_EVENT"


def test_steps_at_the_same_time_are_all_done_once(pair: tuple[World, World]) -> None:
    """Two that write as fast as they can get in each other's way and lose nothing."""
    pair[0].arm(Fault("a", "status", 500, times=40))

    def send(client: Sender) -> list[int]:
        return [client.one(event()).status_code for _ in range(60)]

    # Made one by one: Python before 3.11.8 fails where two threads build a syntax tree, as Werkzeug's routes do.
    clients = [sender_of(world) for world in pair]
    with ThreadPoolExecutor(2) as threads:
        statuses = [status for found in threads.map(send, clients) for status in found]
    assert (statuses.count(500), statuses.count(200)) == (40, 80)
    assert ids(pair[0]) == ids(pair[1])
    assert len(ids(pair[0])) == 120


def test_one_dataset_has_one_key_for_all(pair: tuple[World, World]) -> None:
    """A conflict is found although the other one provisioned it."""
    with pytest.raises(ProvisioningError, match="another key"):
        pair[1].provision(Dataset(DEFAULT_DATASET, "another"))


@pytest.mark.parametrize("scope", [None, DEFAULT_DATASET])
def test_what_one_clears_is_gone_for_all(pair: tuple[World, World], replica: Replicas, scope: str | None) -> None:
    """Also for one that comes later, and for one that never saw what was cleared."""
    one, other = pair
    one.provision(Dataset("other", "other-key"))
    sender_of(one).one(event())
    stays = sender_of(one).one(event(data_set_id="other"), headers={"Authorization": "Bearer other-key"})
    assert one.reset(scope) == (2 if scope is None else 1)
    left = [] if scope is None else [stays.get_json()["submission_id"]]
    assert [ids(world) for world in (one, other, replica())] == [left] * 3
    sender_of(other).one(event())
    assert len(ids(one)) == len(left) + 1


def test_what_one_evicts_is_evicted_for_all(replica: Replicas) -> None:
    """And counted, for one that comes later too."""
    one, other = replica(max_events=5), replica(max_events=5)
    one.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    for number in range(12):
        sender_of(other if number % 3 else one).one(event())
    sender_of(one).batch([event()] * 3)
    worlds = (one, other, replica(max_events=5))
    assert len({tuple(ids(world)) for world in worlds}) == 1
    assert [(world.ledger.evicted(), world.ledger.size()[:2]) for world in worlds] == [((10, 10), (3, 5))] * 3
    assert [world.ledger.evicted_through for world in worlds] == [one.ledger.evicted_through] * 3
    one.clear_log()
    other.store.refresh()
    assert [world.ledger.evicted() for world in (one, other, replica(max_events=5))] == [(0, 0)] * 3


def test_redis_keeps_no_more_than_the_log(replica: Replicas, redis_server: RedisServer) -> None:
    """What was evicted is gone there too, and the news are bounded."""
    one = replica(max_events=5)
    one.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    sender = sender_of(one)
    for _ in range(40):
        sender.one(event())
    client = redis_server.client()
    [log] = client.keys("*keeps_no_more*:log")
    assert client.xlen(log) == 5


def test_a_wait_ends_by_what_another_receives(pair: tuple[World, World]) -> None:
    """Without anybody asking the one that waits."""
    over = Event()
    wait = Wait(Asked(Query(), 2, 10, "events"), over.set)
    with pair[1].ledger.watched_by(wait):
        sender_of(pair[0]).batch([event()] * 2)
        assert over.wait(10)
    assert wait.ended == REACHED


def test_a_wait_ends_when_another_clears_the_log(pair: tuple[World, World]) -> None:
    """As it would in one process."""
    over = Event()
    wait = Wait(Asked(Query(data_set_id=DEFAULT_DATASET), 2, 10, "events"), over.set)
    with pair[1].ledger.watched_by(wait):
        pair[0].reset(DEFAULT_DATASET)
        assert over.wait(10)
    assert wait.ended == CLEARED


def test_who_was_away_for_long_catches_up(pair: tuple[World, World]) -> None:
    """One that missed what has been recorded and cleared since takes everything anew."""
    one, away = pair
    assert isinstance(away.store, Shared)
    with away.store._lock:  # it cannot catch up meanwhile
        sender_of(one).one(event())
        one.clear_log()
        kept = sender_of(one).one(event()).get_json()["submission_id"]
    assert ids(away) == [kept]
    assert away.ledger.snapshot() == one.ledger.snapshot()


def test_a_state_that_was_deleted_is_told(pair: tuple[World, World], redis_server: RedisServer) -> None:
    """Nothing is made up: who shared it has to be started again."""
    redis_server.client().flushall()
    with pytest.raises(StoreError, match="start it again"):
        pair[0].store.refresh()


def test_all_must_have_begun_alike(replica: Replicas) -> None:
    """What differs is named."""
    replica(max_events=5)
    with pytest.raises(StoreError, match=r"max_events=5 there.*start with the same"):
        replica(max_events=6)


def test_a_redis_that_is_not_there_is_told() -> None:
    """By its address, within a moment."""
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1"):
        Shared("redis://127.0.0.1:1/0", "nobody", {}, Ledger())
