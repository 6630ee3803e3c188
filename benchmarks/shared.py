"""Several servers on one Redis as one mock: `python -m benchmarks.shared`.

Sends single events to all of them in turn, and counts what is in the log, as each of them shows it. Waits are asked of
one while others are sent to, a fault armed at one is met at all, and one is killed in the middle of it. Redis is
started where no --redis is given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Any
from uuid import uuid4

from benchmarks import events, load
from benchmarks.speed import MOCK, Server, server
from mock_capi.world import DEFAULT_KEY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redis", help="the URL of one that runs")
    parser.add_argument("--servers", type=int, default=4)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=4, help="to each server")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    with ExitStack() as running:
        url = chosen.redis or running.enter_context(_redis())
        limits = ("--log-events", "1000000", "--log-bytes", str(4 * 2**30))
        command = (*MOCK, *limits, "--store", f"{url}?name={uuid4()}")
        servers = [running.enter_context(server(*command)) for _ in range(chosen.servers)]
        _send_all(servers, chosen.events, chosen.connections)
        _meet_faults(servers)
        _kill_one(servers, chosen.events, chosen.connections)


@contextmanager
def _redis() -> Iterator[str]:
    command = shutil.which("redis-server")
    if command is None:
        raise SystemExit("redis-server is not installed; give --redis URL")
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/redis.sock"
        process = subprocess.Popen(
            [command, "--port", "0", "--unixsocket", socket, "--save", ""], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        next(line for line in process.stdout if "eady to accept connections" in line)
        try:
            yield f"unix://{socket}"
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def _send_all(servers: Sequence[Server], count: int, connections: int) -> None:
    """Every one of them is in the log of each server, once; a wait at the last ends when all have come."""
    requests = [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(count)]
    waited: list[float] = []
    wait = threading.Thread(target=lambda: waited.append(_wait(servers[-1], count)))
    wait.start()
    sent = load.run([running.port for running in servers], requests, connections * len(servers))
    last = perf_counter()
    wait.join()
    assert not sent.refused, f"{sent.refused} were refused"
    print(f"{count:,} events to {len(servers)} servers in turn: {sent.per_second:,.0f} a second")
    print(f"  p50 {sent.percentile(0.5):.2f} ms, p99 {sent.percentile(0.99):.2f} ms")
    print(f"  a wait for all of them ended {(waited[0] - last) * 1000:.1f} ms after the last answer")
    for place, running in enumerate(servers):
        seen = Counter(_transactions(running))
        assert set(seen.values()) == {1}, "some are there more than once"
        assert len(seen) == count, f"{count - len(seen)} are missing"
        print(f"  server {place}: all {count:,} are in its log, each once")


def _meet_faults(servers: Sequence[Server]) -> None:
    _ask(servers[0], "POST", "/_control/faults", {"kind": "status", "status": 503, "times": 100})
    requests = [load.post("/v1/events", events.single(10**7 + number), DEFAULT_KEY) for number in range(400)]
    sent = load.run([running.port for running in servers], requests, len(servers) * 2)
    assert sent.refused == 100, sent.refused
    print("a fault armed at one for 100 requests was met by exactly 100 of 400 at all")


def _kill_one(servers: Sequence[Server], count: int, connections: int) -> None:
    """What was answered 200 before its server was killed is in the log of the others."""
    victim, others = servers[0], servers[1:]
    ours = [load.post("/v1/events", events.single(2 * 10**7 + number), DEFAULT_KEY) for number in range(count // 10)]
    answered: list[int] = []
    killer = threading.Timer(1.0, lambda: os.kill(victim.pid, signal.SIGKILL))
    before = _stored(others[0])
    killer.start()
    beside = threading.Thread(
        target=lambda: answered.append(len(load.run_while_it_lives(victim.port, ours, connections).latencies))
    )
    beside.start()
    theirs = [load.post("/v1/events", events.single(3 * 10**7 + number), DEFAULT_KEY) for number in range(count // 10)]
    sent = load.run([running.port for running in others], theirs, connections * len(others))
    beside.join()
    kept = _stored(others[0]) - before - len(sent.latencies)
    # One that was recorded may have been killed before its answer was on its way, on each connection.
    assert answered[0] <= kept <= answered[0] + connections, (answered, kept)
    assert {_stored(running) for running in others} == {before + len(sent.latencies) + kept}
    print(f"one was killed after {answered[0]:,} answers: {kept:,} of its events are in the log of the others")


def _wait(running: Server, count: int) -> float:
    found = _ask(running, "GET", f"/_inspect/wait?count={count}&limit=1&timeout=600")
    assert found["matched"] == count, found["matched"]
    return perf_counter()


def _stored(running: Server) -> int:
    return int(_ask(running, "GET", "/_inspect?limit=1")["total"])


def _transactions(running: Server) -> Iterator[str]:
    address = f"http://127.0.0.1:{running.port}/_inspect/export?format=ndjson"
    with urllib.request.urlopen(address, timeout=600) as lines:
        for line in lines:
            for event in json.loads(line)["events"]:
                yield event["event"]["custom_data"]["transaction_id"]


def _ask(running: Server, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{running.port}{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=700) as response:  # noqa: S310 - of this machine
        return json.load(response)


if __name__ == "__main__":
    main()
