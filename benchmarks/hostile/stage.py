"""Where an attack takes place: one server, what came back, and what must still hold."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

from benchmarks.hostile.requests import Make, Request, honest, post, written
from benchmarks.hostile.server import Server
from benchmarks.hostile.wire import Answer, Connection

_ENVELOPE = {"status", "error_code", "message"}
_RECEIVED = {"submission_id", "received_at", "status"}
_HONEST_EVERY = 10  # rounds of requests; while they are looked at, an honest event comes
_SETTLING_SECONDS = 20.0


class Failure(Exception):  # noqa: N818 - it ends the run, and says why
    """What must not happen has happened."""


@dataclass(frozen=True)
class Plan:
    """How much of everything: requests of each kind, connections for them, idle ones, and those of other crowds.

    An honest event must be answered within `honest` seconds whatever else goes on, and anything within `timeout`.
    """

    requests: int = 20_000
    idle: int = 10_000
    crowd: int = 500
    connections: int = 8
    honest: float = 5.0
    timeout: float = 60.0

    def few(self, share: int) -> int:
        """A number of requests that are costly."""
        return max(self.connections, self.requests // share)


@dataclass
class Stage:
    """One attack on one server."""

    server: Server
    plan: Plan
    dice: Random
    answers: Counter[int] = field(default_factory=Counter)
    sent: int = 0
    opened: int = 0
    slowest_honest: float = 0.0

    def connect(self, receive_bytes: int | None = None) -> Connection:
        return Connection(self.server.port, self.plan.timeout, receive_bytes)

    def barrage(self, make: Make, count: int, check: Callable[[Request, Answer], None]) -> None:
        """Send so many requests over a few keep-alive connections, one at a time on each."""
        connections = [self.connect() for _ in range(self.plan.connections)]
        for first in range(0, count, len(connections)):
            numbers = range(first, min(first + len(connections), count))
            pairs = [(link, make(self.dice, number)) for link, number in zip(connections, numbers, strict=False)]
            for link, request in pairs:
                link.send(request.data)
                if request.ends:
                    link.end()
            if first % (_HONEST_EVERY * len(connections)) == 0:
                self.be_honest()
            for link, request in pairs:
                self.take(link, request, check)
        for link in connections:
            self.opened += link.opened
            link.close()

    def take(self, link: Connection, request: Request, check: Callable[[Request, Answer], None]) -> None:
        """Count and check the answer to a request. Raises Failure."""
        try:
            answer = link.answer(request.method)
        except TimeoutError:
            raise Failure(f"{request.kind}: no answer in {self.plan.timeout:g} s to {request.data[:500]!r}") from None
        self.sent += 1
        self.answers[answer.status] += 1
        check(request, answer)

    def be_honest(self) -> None:
        """Send an honest event: it is received, soon, and stands in the log. Raises Failure."""
        started = time.perf_counter()
        link = Connection(self.server.port, self.plan.honest)
        event = {**honest(0), "custom_data": {"transaction_id": str(uuid4())}}
        link.send(post(written(event)))
        try:
            status, _, body = link.answer()
        except TimeoutError:
            raise Failure(f"an honest event was not answered in {self.plan.honest:g} s") from None
        link.close()
        self.slowest_honest = max(self.slowest_honest, time.perf_counter() - started)
        if status != 200:
            raise Failure(f"an honest event was answered {status} {body!r}")
        logged = self.ask(f"/_inspect/submissions/{json.loads(body)['submission_id']}")
        if logged["events"][0]["event"]["custom_data"] != event["custom_data"]:
            raise Failure(f"the log has of an honest event: {logged}")

    def ask(self, path: str) -> Any:
        """What the mock's own pages answer to an honest question."""
        with urlopen(f"http://127.0.0.1:{self.server.port}{path}", timeout=self.plan.timeout) as response:
            return json.load(response)

    def settle(self, most_descriptors: int) -> int:
        """How many descriptors are left, once the connections of an attack have gone. Raises Failure."""
        deadline = time.monotonic() + _SETTLING_SECONDS
        while (left := self.server.descriptors()) > most_descriptors:
            if time.monotonic() > deadline:
                raise Failure(f"{left} descriptors are left, and there were {most_descriptors} before")
            time.sleep(0.05)
        return left


def strictly(request: Request, answer: Answer) -> None:
    """It is one of the API's answers. Raises Failure."""
    try:
        document = json.loads(answer.body)
        assert answer.status in (200, 400, 403, 404, 405)
        assert answer.content_type == "application/json"
        assert set(document) == (_RECEIVED if answer.status == 200 else _ENVELOPE)
        assert all(isinstance(text, str) and text for text in document.values())
    except (ValueError, AssertionError) as error:
        raise Failure(f"{request.kind}: {answer} to {request.data[:2000]!r}") from error


def loosely(request: Request, answer: Answer) -> None:
    """The server has not failed; what is no HTTP it may refuse as it likes. Raises Failure."""
    if answer.status >= 500:
        raise Failure(f"{request.kind}: {answer} to {request.data[:2000]!r}")
