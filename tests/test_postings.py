"""Looking the log up finds what walking through it finds, whatever has come, gone and been cleared."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import orjson
import pytest

from mock_capi import query
from mock_capi.clock import Clock
from mock_capi.events import events_of
from mock_capi.ledger import Ledger
from mock_capi.spec import Spec
from mock_capi.store import Memory
from mock_capi.web.app import create_app
from mock_capi.web.pages import Page, events_page, submissions_page
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import DAY, NOW, Sender, event

VALUES: dict[str, tuple[str, ...]] = {
    "data_set_id": (DEFAULT_DATASET, "other", "nobody"),
    "endpoint": ("single", "batch", "schema"),
    "outcome": ("accepted", "rejected", "stored"),
    "status": ("200", "400", "403"),
    "error_code": ("MISSING_CURRENCY_CODE", "INVALID_API_KEY"),
    "advisory": ("DUPLICATE_EVENT", "UNKNOWN_FIELD"),
    "event_type": ("purchase", "search", "login"),
    "late": ("true", "false"),
}
View = Callable[[Ledger, query.Query], Page]
ONE = [{name: value} for name, values in VALUES.items() for value in values]
TWO = [a | b for a, b in itertools.combinations(ONE, 2) if a.keys() != b.keys()]


def fill(world: World) -> None:
    """Every kind of submission, in both datasets."""
    sender = Sender(create_app(world).test_client())
    late = NOW - 8 * DAY
    for deferred in ("sync", "deferred"):
        world.provision(Dataset("other", "other-key", {"processing": deferred, "batch_failure": "drop_invalid"}))
        for name, key in ((DEFAULT_DATASET, DEFAULT_KEY), ("other", "other-key")):
            sender.one(event(data_set_id=name), key=key)
            sender.one(event(data_set_id=name, value=5), key=key)
            sender.one(event(data_set_id=name, timestamp=late, strange=1), key=key)
            sender.batch([event(data_set_id=name, event_type=kind) for kind in ("search", "search", "login")], key=key)
            sender.batch([event(data_set_id=name, timestamp=late), event(data_set_id=name, value=1), 5], key=key)
        sender.one(event(), key="wrong")
        sender.client.get("/v1/schema/events", headers={"Authorization": f"Bearer {DEFAULT_KEY}"})


@pytest.fixture(scope="module", params=["whole", "evicted", "cleared"])
def ledger(request: pytest.FixtureRequest, the_spec: Spec) -> Ledger:
    """A log that was looked up before it was full, and has lost something since."""
    made = Ledger(max_events=30 if request.param == "evicted" else 1_000)
    world = World(the_spec, store=Memory(made))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    world.set_clock(Clock(frozen_at=NOW))
    for _ in range(2):
        fill(world)
        made.among(())
    if request.param == "cleared":
        world.clear_log(DEFAULT_DATASET)
        fill(world)
    return made


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("view", [submissions_page, events_page])
def test_a_page_has_what_a_walk_finds(ledger: Ledger, view: View, order: str) -> None:
    """By no filter, by each and by any two: the same, in the same order, and the same total; page after page."""
    for filters in ({}, *ONE, *TWO):
        expected = list(walked(ledger, query.parse({**filters, "order": order}), view))
        assert paged(ledger, {**filters, "limit": "4", "order": order}, view) == (expected, {len(expected)}), filters


def walked(ledger: Ledger, asked: query.Query, view: View) -> Iterator[tuple[str, int]]:
    """Ids and indexes as looking at everything finds them."""
    log = ledger.snapshot() if asked.ascending else ledger.snapshot()[::-1]
    for item in log:
        if view is submissions_page:
            yield from [(item.id, 0)] if asked.matches(item) else []
        else:
            events = [e for e in events_of(item) if asked.matches_this(e)]
            yield from ((item.id, e.index) for e in (events if asked.ascending else events[::-1]))


def paged(ledger: Ledger, filters: dict[str, str], view: View) -> tuple[list[tuple[str, int]], set[int]]:
    """The same from the pages, and the totals that they tell."""
    found: list[tuple[str, int]] = []
    totals, cursor = set(), ""
    while True:
        asked = query.parse(filters | ({"cursor": cursor} if cursor else {}))
        page = orjson.loads(b"".join(view(ledger, asked).written()))
        totals.add(page["total"])
        found += [(item["id"], 0) for item in page.get("submissions", ())]
        found += [(item["submission_id"], item["index"]) for item in page.get("events", ())]
        if page["next"] is None:
            return found, totals
        cursor = page["next"]


def test_who_never_asks_has_nothing_looked_up(the_spec: Spec) -> None:
    """The index is made at the first question; until then a submission costs nothing more."""
    world = World(the_spec)
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    fill(world)
    assert world.ledger._postings.through == 0
    world.ledger.among(())
    assert world.ledger._postings.through == world.ledger.newest


def test_nothing_of_what_is_gone_is_held_on_to(ledger: Ledger) -> None:
    """What was evicted or cleared is found by no term."""
    postings = ledger._postings
    there = {item.sequence for item in ledger.snapshot()}
    held = {item.sequence for those in postings._submissions.values() for item in those}
    assert held <= there
    assert len(postings._by_id) == len(held)
