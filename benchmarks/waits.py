"""What waiting costs, and whom: `python -m benchmarks.waits`.

First how long after the last event's own response a wait for all of them ends; then what single events are answered
with at a steady rate, alone and beside a crowd of open waits, streams and delayed answers. The ratios are what to
compare.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import platform
import statistics
import threading
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import uvloop

from benchmarks import events, load
from benchmarks.speed import MOCK, Server, server
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY

EVENTS, CONNECTIONS = 10_000, 8
CROWD, PER_SECOND, SECONDS = 200, 500, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is taken; the median is shown")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    after = statistics.median(_wait_for_all() for _ in range(chosen.rounds))
    print(f"a wait for {EVENTS:,} events over {CONNECTIONS} connections ends {after:.1f} ms after the last response")
    alone = statistics.median(_steady(crowd=0) for _ in range(chosen.rounds))
    beside = statistics.median(_steady(crowd=CROWD) for _ in range(chosen.rounds))
    print(f"{PER_SECOND} single events a second, p99: {alone:.2f} ms alone")
    print(f"  beside {CROWD} waits, streams and delayed answers {beside:.2f} ms: {beside / alone:.2f} x it")


def _wait_for_all() -> float:
    """Milliseconds from the last event's response to the answer of a wait for all of them."""
    requests = [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(EVENTS)]
    with server(*MOCK) as running:
        ended: list[float] = []
        thread = threading.Thread(target=lambda: ended.append(_wait(running, EVENTS)))
        thread.start()
        sent = load.run(running.port, requests, CONNECTIONS)
        assert not sent.refused
        last = perf_counter()
        thread.join()
    return (ended[0] - last) * 1000


def _wait(running: Server, count: int) -> float:
    """When a wait for so many has been answered."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port)
    connection.request("GET", f"/_inspect/wait?count={count}&limit=1&timeout=120")
    response = connection.getresponse()
    found = json.loads(response.read())
    assert (response.status, found["matched"]) == (200, count), found
    return perf_counter()


def _steady(crowd: int) -> float:
    """The p99 in milliseconds of events at a steady rate; every one must be in the log, and reach every stream."""
    with server(*MOCK) as running:
        return uvloop.run(_measured(running, crowd))


async def _measured(running: Server, crowd: int) -> float:
    third = crowd // 3
    streams = [asyncio.create_task(_follow(running)) for _ in range(third)]
    others = [
        asyncio.create_task(_ask(running, _get("/_inspect/wait?count=1000000&timeout=600"))) for _ in range(third)
    ]
    if crowd:
        await _ask(running, _delays(crowd - 2 * third))
        request = load.post("/v1/schema/events", b"", DEFAULT_KEY).replace(b"POST", b"GET", 1)
        others += [asyncio.create_task(_ask(running, request)) for _ in range(crowd - 2 * third)]
        await _all_open(running, 2 * third)
    latencies = await _send_steadily(running, PER_SECOND * SECONDS)
    shown = await _json(running, "/_inspect/summary?endpoint=single")
    assert shown["events"]["stored"] == len(latencies), shown
    for stream in streams:
        assert await stream == len(latencies), "a stream has lost something"
    for task in others:
        task.cancel()
    return latencies[int(len(latencies) * 0.99)] * 1000


async def _all_open(running: Server, count: int) -> None:
    while (await _json(running, "/_inspect/status"))["waits"]["open"] < count:
        pass


async def _send_steadily(running: Server, count: int) -> Sequence[float]:
    """Latencies in seconds, sorted, of so many events over 16 connections, each sent when its time has come."""
    requests = [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(count)]
    idle: asyncio.Queue[Any] = asyncio.Queue()
    for _ in range(16):
        idle.put_nowait(await asyncio.open_connection("127.0.0.1", running.port))
    latencies: list[float] = []
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(request: bytes) -> None:
        asked = perf_counter()
        reader, writer = await idle.get()
        writer.write(request)
        assert b"RECEIVED" in await _answer(reader)
        latencies.append(perf_counter() - asked)
        idle.put_nowait((reader, writer))

    tasks = []
    for number, request in enumerate(requests):
        await asyncio.sleep(max(0.0, start + number / PER_SECOND - loop.time()))
        tasks.append(asyncio.create_task(one(request)))
    await asyncio.gather(*tasks)
    return sorted(latencies)


async def _follow(running: Server) -> int:
    """How many submissions a stream of the events' dataset brings."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port, limit=2**24)
    writer.write(_get(f"/_inspect/stream?data_set_id={DEFAULT_DATASET}&endpoint=single"))
    found, rest = 0, b""
    while found < PER_SECOND * SECONDS and (read := await reader.read(2**20)):
        whole, _, rest = (rest + read).rpartition(b"\n\n")
        found += whole.count(b"\ndata: ")
    writer.close()
    return found


async def _ask(running: Server, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(request)
    try:
        return await _answer(reader)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split()[0])
    return await reader.readexactly(length)


async def _json(running: Server, path: str) -> Any:
    return json.loads(await _ask(running, _get(path)))


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _delays(count: int) -> bytes:
    """Arms delays of ten minutes for requests for the schema."""
    asked = {"kind": "delay", "delay_ms": 600_000, "times": count, "endpoint": "schema"}
    body = json.dumps(asked).encode()
    return load.post("/_control/faults", body, DEFAULT_KEY)


if __name__ == "__main__":
    main()
