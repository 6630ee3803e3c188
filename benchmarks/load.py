"""A load generator: prepared requests over keep-alive connections, as fast as they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import cycle
from time import perf_counter, process_time
from typing import NamedTuple, cast

import uvloop


class Load(NamedTuple):
    """What was measured: requests a second, latencies in seconds (sorted), answers that were not 200.

    `busy` is the share of a core that this generator took itself: near 1 it has measured nothing but itself.
    """

    per_second: float
    latencies: Sequence[float]
    refused: int
    busy: float

    def percentile(self, share: float) -> float:
        """A latency in milliseconds that this share of the requests stayed under."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] * 1000


class _Connection(asyncio.Protocol):
    """Sends a request, waits for its answer, sends the next; the shared iterator ends the run."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None], latencies: list[float]) -> None:
        self._requests, self._done, self._latencies = requests, done, latencies
        self._buffer = b""
        self._sent_at = 0.0
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            self._done.set_result(None)
            return
        self._sent_at = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, body = self._buffer.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            return
        self._latencies.append(perf_counter() - self._sent_at)
        self.refused += not head.startswith(b"HTTP/1.1 200")
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


def _length(head: bytes) -> int:
    return int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])


def run(port: int | Sequence[int], requests: Iterable[bytes], connections: int) -> Load:
    """Send all requests over so many connections to a server on this machine, or to several in turn."""
    return uvloop.run(send([port] if isinstance(port, int) else port, requests, connections))


def for_seconds(requests: Iterable[bytes], seconds: float) -> Iterator[bytes]:
    """As many of them as are sent in so many seconds from the first one on."""
    end = None
    for request in requests:
        now = perf_counter()
        end = end or now + seconds
        if now >= end:
            return
        yield request


def run_while_it_lives(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """The same to a server that may go away; what it has answered until then counts."""
    return uvloop.run(send([port], requests, connections, lasting=False))


async def send(ports: Sequence[int], requests: Iterable[bytes], connections: int, *, lasting: bool = True) -> Load:
    """The same beside whatever else runs on this event loop, whose work is in `busy` too."""
    loop = asyncio.get_running_loop()
    shared, latencies = iter(requests), list[float]()
    finished = [loop.create_future() for _ in range(connections)]
    started, worked = perf_counter(), process_time()
    made = [
        await loop.create_connection(partial(_Connection, shared, done, latencies), "127.0.0.1", port)
        for done, port in zip(finished, cycle(ports), strict=False)
    ]
    await asyncio.gather(*finished, return_exceptions=not lasting)
    seconds, busy = perf_counter() - started, process_time() - worked
    refused = sum(protocol.refused for _, protocol in made)
    return Load(len(latencies) / seconds, sorted(latencies), refused, busy / seconds)


def post(path: str, body: bytes, key: str) -> bytes:
    """One prepared request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
