"""How fast the server starts, judges and records: `python -m benchmarks.speed`.

Every figure stands beside a floor that is measured in the same run, since machines differ and the
same machine differs from minute to minute: the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import subprocess
import sys
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple

import jsonschema_rs
import orjson

from benchmarks import events, load, processes
from mock_capi import spec
from mock_capi.privacy import decode_gpp, encode_gpp
from mock_capi.readings import Readings
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.web.capi import Body, Head, respond
from mock_capi.web.tally import Tally
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World

HEADERS = {"Authorization": f"Bearer {DEFAULT_KEY}", "Content-Type": "application/json"}


class Server(NamedTuple):
    """A server in a process of its own, and when it was spawned."""

    port: int
    pid: int
    spawned_at: float


@contextmanager
def server(*command: str) -> Iterator[Server]:
    """Run a server that prints its URL."""
    spawned_at = perf_counter()
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = processes.port_of(process)
    try:
        yield Server(port, process.pid, spawned_at)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


MOCK = ("mock_capi", "serve", "--port", "0")
EMPTY = ("benchmarks.empty",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is taken; the median is shown")
    parser.add_argument("--requests", type=int, default=10_000, help="single events in each round")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    _start_up(chosen.rounds)
    _consent_strings()
    _batches(chosen.rounds * 10)
    for connections in (1, 16):
        _singles(chosen.rounds, chosen.requests, connections)
    _memory()


def _start_up(rounds: int) -> None:
    ours, floor = [], []
    for number in range(rounds):
        with server(*MOCK) as running:
            sent = load.run(running.port, [load.post("/v1/events", events.single(number), DEFAULT_KEY)], 1)
            ours.append(perf_counter() - running.spawned_at)
            assert not sent.refused
        started = perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        floor.append(perf_counter() - started)
    _show("spawn to first accepted event", statistics.median(ours), "bare Python", statistics.median(floor), "s")


def _consent_strings() -> None:
    """Strings of every usual kind, against turning the same characters into one number."""
    european = encode_gpp({"tcfeuv2": {"PurposeConsent": [1, 3, 4], "VendorConsent": list(range(1, 400, 3))}})
    for label, text in (("US national", events.CONSENTS[0]), ("European, 133 vendors", european)):
        taken = _microseconds(lambda text=text: decode_gpp(text))  # type: ignore[misc]  # mypy cannot infer it
        floor = _microseconds(lambda text=text: int.from_bytes(text.encode()))  # type: ignore[misc]  # as above
        _show(f"GPP string decoded, {label}", taken, "read as a number", floor, "us")


def _batches(rounds: int) -> None:
    """In this process, so that nothing but judging and recording is compared with parsing and validating."""
    document = spec.load(spec.bundled(), SCHEMA_RULE_IDS)
    world, tally = World(document), Tally()
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    schema = {"type": "array", "items": document.event_schema(Readings()).schema}
    is_valid = jsonschema_rs.Draft202012Validator(schema).is_valid
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    ours, floor, with_consent = [], [], []
    for number in range(rounds):
        body = events.batch(number * 1000)
        floor.append(_timed(lambda sent: is_valid(orjson.loads(sent)), body))
        ours.append(_timed(lambda sent: _send(world, tally, sent), body))
        with_consent.append(
            _timed(lambda sent: _send(world, tally, sent), events.batch_with_consent((rounds + number) * 1000))
        )
    _show(
        "batch of 1,000, judged and recorded", _milliseconds(ours), "orjson + jsonschema-rs", _milliseconds(floor), "ms"
    )
    _show("the same, each with a GPP string", _milliseconds(with_consent), "without", _milliseconds(ours), "ms")
    with server(*MOCK) as running:
        requests = [load.post("/v1/events/batch", events.batch(number * 1000), DEFAULT_KEY) for number in range(20)]
        sent = load.run(running.port, requests, 1)
        assert not sent.refused
    _show("the same over HTTP", sent.percentile(0.5), "orjson + jsonschema-rs", _milliseconds(floor), "ms")


def _send(world: World, tally: Tally, body: bytes) -> None:
    head = Head("POST", "/v1/events/batch", "", HEADERS)
    answer = respond(world, tally, head, world.occasion(head.headers), Body(body, len(body)))
    assert answer.status == 200, answer


def _singles(rounds: int, count: int, connections: int) -> None:
    requests = [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(count)]
    ours: list[load.Load] = []
    floor: list[load.Load] = []
    for _ in range(rounds):
        for command, results in ((MOCK, ours), (EMPTY, floor)):
            with server(*command) as running:
                load.run(running.port, requests[:200], connections)
                results.append(load.run(running.port, requests[200:], connections))
                assert not results[-1].refused
    mine = statistics.median(found.per_second for found in ours)
    bare = statistics.median(found.per_second for found in floor)
    label = f"single events, {connections} connection{'s' if connections > 1 else ''}"
    _show(label, mine, "empty handler", bare, "/s", share=True)
    p99, bare_p99 = (statistics.median(found.percentile(0.99) for found in taken) for taken in (ours, floor))
    _show("  their p99", p99, "empty handler", bare_p99, "ms")


def _memory() -> None:
    with server(*MOCK) as running:
        load.run(running.port, [load.post("/v1/events", events.single(0), DEFAULT_KEY)], 1)
        at_start = processes.resident(running.pid)
        load.run(running.port, [load.post("/v1/events", events.single(n), DEFAULT_KEY) for n in range(50_000)], 4)
        grown = processes.resident(running.pid) - at_start
    sent = sum(len(events.single(number)) for number in range(100)) / 100 * 50_000 / 1e6
    _show("memory of 50,000 single events", grown, "the bytes that were sent", sent, "MB")
    print(f"  (at start {at_start:.0f} MB)")


def _timed(work: Callable[[bytes], object], body: bytes) -> float:
    started = perf_counter()
    work(body)
    return perf_counter() - started


def _microseconds(work: Callable[[], object], times: int = 5000) -> float:
    return timeit.timeit(work, number=times) / times * 1e6


def _milliseconds(taken: list[float]) -> float:
    return statistics.median(taken) * 1000


def _show(what: str, ours: float, beside: str, floor: float, unit: str = "", *, share: bool = False) -> None:
    ratio = f"{ours / floor:.0%} of it" if share else f"{ours / floor:.2f} x it"
    print(f"{what:44} {_figure(ours, unit):>12}   {beside} {_figure(floor, unit)}: {ratio}", flush=True)


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:.3g} {unit}"


if __name__ == "__main__":
    main()
