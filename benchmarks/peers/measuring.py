"""What is measured of a running peer: a round of its speed, and what a long log costs it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks import events, load, processes
from benchmarks.peers.known import Peer
from benchmarks.peers.running import HEADERS, Running, send, turn
from mock_capi.world import DEFAULT_KEY

Figures = dict[str, float]
SIZES = (500, 1000)
# Batches go over several connections, so that a server with threads may use them.
_BATCH_CONNECTIONS = 4
_PAGES = 5


class Orders(NamedTuple):
    """Prepared requests, no two alike; batches by their size."""

    singles: Sequence[bytes]
    batches: Mapping[int, Sequence[bytes]]


class Row(NamedTuple):
    """A figure: its name here and to people, its unit, and whether more of it is better."""

    name: str
    label: str
    unit: str
    more_is_better: bool = False


def rows(kept: int) -> tuple[Row, ...]:
    """The table's rows, where so many events are kept for its last ones."""
    return (
        Row("start", "spawn to first accepted event", "s"),
        *_single(1, "1 connection"),
        *_single(16, "16 connections"),
        *(Row(f"batch {size}", f"events in batches of {size:,}", "/s", more_is_better=True) for size in SIZES),
        Row("memory", "memory after the first event", "MB"),
        Row("memory later", f"memory after {kept // 2:,} events", "MB"),
        Row("page", f"a filtered page at {kept:,} events", "ms"),
        Row("page size", "... what came back", "kB"),
    )


def _single(connections: int, label: str) -> tuple[Row, ...]:
    return (
        Row(f"rate {connections}", f"single events, {label}", "/s", more_is_better=True),
        Row(f"p50 {connections}", "... their p50", "ms"),
        Row(f"p99 {connections}", "... their p99", "ms"),
    )


def prepared(count: int) -> Orders:
    """So many single events, and as many in batches of each size."""
    first = count + 1
    batches: dict[int, Sequence[bytes]] = {}
    for size in SIZES:
        starts = range(first, first + count, size)
        batches[size] = [load.post("/v1/events/batch", events.batch(start, size), DEFAULT_KEY) for start in starts]
        first += count
    return Orders(
        [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(1, count + 1)], batches
    )


def a_round(running: Running, orders: Orders, seconds: float) -> Figures:
    """Each figure over so many seconds or until all is sent, after a time to warm up, which some compilers need."""
    found = {"start": running.seconds, "memory": processes.resident(running.pid)}
    fifth = len(orders.singles) // 5
    _loaded(running, orders.singles[:fifth], 16, seconds)
    for connections, place in ((1, fifth), (16, 3 * fifth)):
        taken = _loaded(running, orders.singles[place : place + 2 * fifth], connections, seconds)
        found[f"rate {connections}"] = taken.per_second
        found[f"p50 {connections}"] = taken.percentile(0.5)
        found[f"p99 {connections}"] = taken.percentile(0.99)
        found[f"busy {connections}"] = taken.busy
    for size, batches in orders.batches.items():
        quarter = len(batches) // 4
        _loaded(running, batches[:quarter], _BATCH_CONNECTIONS, seconds)
        found[f"batch {size}"] = size * _loaded(running, batches[quarter:], _BATCH_CONNECTIONS, seconds).per_second
    return found


def _loaded(running: Running, requests: Sequence[bytes], connections: int, seconds: float) -> load.Load:
    taken = load.run(running.port, load.for_seconds(requests, seconds), connections)
    assert not taken.refused, f"{taken.refused} of {len(taken.latencies)} were refused"
    return taken


def a_long_log(running: Running, peer: Peer, orders: Orders) -> Figures:
    """The memory with half of the events sent, and with all of them the time for a page."""
    half = len(orders.singles) // 2
    assert not load.run(running.port, orders.singles[:half], 8).refused
    found = {"memory later": processes.resident(running.pid)}
    if peer.page:
        assert not load.run(running.port, orders.singles[half:], 8).refused
        replies = [turn(running.port, peer.page) for _ in range(_PAGES)]
        assert {reply.status for reply in replies} == {200}, replies
        found["page"] = statistics.median(reply.seconds for reply in replies) * 1000
        found["page size"] = replies[-1].size / 1000
    return found


def answers(running: Running) -> dict[str, int]:
    """The status that each of some wrong events gets; 200 says that nobody noticed."""
    right = events.make(0)
    return {
        "an event without API key": send(running.port, _written(right), HEADERS | {"Authorization": ""}).status,
        "a value without its currency": _status(running, right, currency_code=...),
        "an e-mail address instead of its hash": _status(running, right, identifiers={"email_sha256": "a@example.com"}),
        "a currency that there is not": _status(running, right, currency_code="XYZ"),
        "an event of 40 days ago": _status(running, right, timestamp=right["timestamp"] - 40 * 86_400),
        "a GPP string that is cut off": _status(running, right, privacy={"gpp_string": "DBABLA~BVQq", "gpp_sid": [7]}),
    }


def _status(running: Running, right: dict[str, Any], **changes: Any) -> int:
    wrong = {name: value for name, value in {**right, **changes}.items() if value is not ...}
    return send(running.port, _written(wrong), HEADERS).status


def _written(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()
