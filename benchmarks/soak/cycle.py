"""One cycle: a burst with clearings in the middle of it, everything at full rate, and a quiet moment to count."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import cycle
from time import monotonic
from typing import NamedTuple

from benchmarks import events, load
from benchmarks.soak.others import ACCOUNTS, OTHERS
from benchmarks.soak.site import Account, Site, expect
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY

CONNECTIONS = 16
BURST = 1_500
# Without any, they would leave the server no time for events.
_LONGEST_PAUSE_SECONDS = 0.3
_BATCH = 100
_SINGLES, _BATCHES = 20_000, 100
_MAIN = Account(DEFAULT_DATASET, DEFAULT_KEY)


class Tally(NamedTuple):
    """Events that the sender saw accepted at full rate or in bursts, and what became of them by the server's counters.

    `requests` of them came at full rate, which went on for `seconds`.
    """

    accepted: int = 0
    evicted: int = 0
    cleared: int = 0
    requests: int = 0
    seconds: float = 0.0

    @property
    def unaccounted(self) -> int:
        return self.accepted - self.evicted - self.cleared

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.accepted + other.accepted,
            self.evicted + other.evicted,
            self.cleared + other.cleared,
            self.requests + other.requests,
            self.seconds + other.seconds,
        )


class Pool:
    """Prepared requests, used again and again: by then what is equal has left the log."""

    def __init__(self) -> None:
        singles = [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(_SINGLES)]
        starts = range(_SINGLES, _SINGLES + _BATCH * _BATCHES, _BATCH)
        batches = [load.post("/v1/events/batch", events.batch(start, _BATCH), DEFAULT_KEY) for start in starts]
        self._singles, self._batches = cycle(singles), cycle(batches)

    def singles(self, count: int) -> Sequence[bytes]:
        """So many single events."""
        return [next(self._singles) for _ in range(count)]

    def until(self, end: float, counted: list[int]) -> Iterator[bytes]:
        """Single events, and a batch now and then, until a moment; how many events each has is put down."""
        while monotonic() < end:
            is_batch = len(counted) % 200 == 199
            counted.append(_BATCH if is_batch else 1)
            yield next(self._batches if is_batch else self._singles)


async def burst(site: Site, pool: Pool) -> Tally:
    """Everything is cleared in the middle of traffic that the log has room for, so that nothing is evicted."""
    await site.steer("POST", "/reset")
    sending = asyncio.create_task(load.send([site.port], pool.singles(BURST), CONNECTIONS))
    cleared = 0
    while not sending.done():
        asked = site.dice.choice((("DELETE", "/log"), ("POST", "/reset")))
        cleared += (await site.steer(*asked))["deleted"]
    taken = await sending
    left = await site.get("/_inspect/summary")
    expect(left["evicted"] == {"submissions": 0, "events": 0}, left["evicted"])
    stored = left["events"]["stored"]
    expect(not taken.refused, f"{taken.refused} were refused in the burst")
    expect(cleared + stored == BURST, f"of {BURST} events {cleared} were cleared and {stored} are there")
    await site.steer("POST", "/reset")
    site.stored += BURST
    return Tally(accepted=BURST, cleared=BURST)


async def full_rate(site: Site, pool: Pool, seconds: float) -> Tally:
    """Events over all connections, and all the others besides; then the counting."""
    site.sent.clear()
    for account in ACCOUNTS:
        await site.steer("POST", "/datasets", data_set_id=account.data_set_id, api_key=account.key)
    end = monotonic() + seconds
    counted: list[int] = []
    async with asyncio.TaskGroup() as group:
        for other in OTHERS:
            group.create_task(_again_and_again(other, site, end))
        taken = await load.send([site.port], pool.until(end, counted), CONNECTIONS)
        lasted = monotonic() - end + seconds
    expect(not taken.refused, f"{taken.refused} were refused")
    expect(len(counted) == len(taken.latencies), f"{len(counted)} were sent, {len(taken.latencies)} answered")
    site.sent[_MAIN.data_set_id] = len(counted)
    site.stored += sum(counted)
    return (await _accounted(site, sum(counted)))._replace(requests=len(counted), seconds=lasted)


async def _again_and_again(other: Callable[[Site], Awaitable[None]], site: Site, end: float) -> None:
    while monotonic() < end:
        await other(site)
        site.done[other.__name__] += 1
        await asyncio.sleep(site.dice.uniform(0, _LONGEST_PAUSE_SECONDS))


async def all_counted(site: Site) -> None:
    """What the server says that it stored since its start is what was sent, no matter what left the log how."""
    text = (await site.read("/metrics")).decode()
    stored = re.search(r'^mock_capi_events_total\{outcome="stored"\} (\S+)$', text, re.MULTILINE)
    expect(stored and float(stored[1]) == site.stored, f"{site.stored} events were sent, {stored} stored")


async def _accounted(site: Site, accepted: int) -> Tally:
    """Every submission of every dataset is there or was evicted; then the log is emptied."""
    for data_set_id, count in site.sent.items():
        found = await site.get("/_inspect/summary", data_set_id=data_set_id)
        there, gone = found["submissions"]["total"], found["evicted"]["submissions"]
        expect(there + gone == count, f"{data_set_id}: of {count} submissions {there} are there, {gone} evicted")
    main = await site.get("/_inspect/summary", data_set_id=_MAIN.data_set_id)
    stored, evicted = main["events"]["stored"], main["evicted"]["events"]
    expect(stored + evicted == accepted, f"of {accepted} events {stored} are stored, {evicted} evicted")
    log = (await site.get("/_inspect/status"))["log"]
    deleted = (await site.steer("POST", "/reset"))["deleted"]
    expect(deleted == log["submissions"], f"{deleted} of {log['submissions']} were deleted")
    return Tally(accepted=accepted, evicted=evicted, cleared=stored)
