"""Whoever sends or reads a lot, slowly or not at all, is in nobody's way and takes no more than there is room for."""

from __future__ import annotations

import asyncio
import json
import select
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPResponse
from typing import Any

import pytest

from mock_capi.gate import Occasion
from mock_capi.model import Incoming, Submission
from mock_capi.spec import Spec
from mock_capi.testing import MockCapi
from mock_capi.web import outgoing, streams
from mock_capi.web.asgi import Application
from mock_capi.web.sending import Message
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.conftest import Running, start_server, stop_server
from tests.senders import event
from tests.web.wire import DEADLINE, Account, Wire, open_account

READER_BYTES = 4_096


@pytest.fixture(scope="module")
def narrow() -> Iterator[Account]:
    """A server with one thread for inspection, and ten submissions of a megabyte in its log."""
    running = start_server("--threads", "1")
    account = open_account(running)
    with Wire(running) as wire:
        for _ in range(10):
            large = account.event(ext={"x": "y" * 1_000_000})
            assert wire.send(account.request(large)).answer().status == 200
    yield account
    stop_server(running)


def unread(running: Running, target: str, method: str = "GET") -> Wire:
    """A request whose answer is not read, by somebody with little room for it."""
    wire = Wire(running, receive_bytes=READER_BYTES)
    return wire.send(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


@pytest.mark.parametrize(
    "target",
    [
        "/_inspect",
        "/_inspect/events",
        "/_inspect/export",
        "/_inspect/wait?count=10",
        "/_inspect/stream?last_event_id=0",
    ],
)
def test_who_does_not_read_keeps_no_thread(narrow: Account, target: str) -> None:
    """Twenty such readers, and the one thread still answers others."""
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(unread(narrow.running, target))
        assert narrow.running.get("/_inspect/status")["version"]
        assert narrow.accepts()


@pytest.mark.parametrize("target", ["/_inspect/wait?count=1000&timeout=60", "/_inspect/stream"])
def test_head_keeps_no_thread_either(narrow: Account, target: str) -> None:
    """A wait takes as long by HEAD, and a stream has a head only."""
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(unread(narrow.running, target, "HEAD"))
        assert narrow.running.get("/_inspect/status")["version"]
    assert narrow.running.ask("HEAD", "/_inspect/stream").headers["Content-Type"].startswith("text/event-stream")


def test_a_slow_reader_gets_all_of_it(narrow: Account) -> None:
    """A page of megabytes comes in portions, and is whole."""
    with unread(narrow.running, "/_inspect?limit=10") as wire, closing(HTTPResponse(wire.socket)) as response:
        response.begin()
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert len(json.load(response)["submissions"]) == 10


def test_who_reads_nothing_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a reset, so that nobody takes a part for the whole; what was kept for them is let go of."""
    monkeypatch.setattr(outgoing, "_SLOWEST", 0.01)
    with MockCapi() as capi:
        running = Running(capi.url, None, "")  # type: ignore[arg-type]  # nobody ends it here
        account = Account(running, capi.data_set_id, capi.api_key)
        with Wire(running) as wire:
            for _ in range(10):
                assert wire.send(account.request(account.event(ext={"x": "y" * 1_000_000}))).answer().status == 200
        with unread(running, "/_inspect/export") as wire:
            waiting = select.poll()
            waiting.register(wire.socket, 0)  # for nothing but its end
            [(_, what)] = waiting.poll(DEADLINE * 1000)
        assert what & select.POLLERR
        assert account.accepts()


class Patient(World):
    """A world that takes its time with large bodies: until it is told to go on."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
        self.go_on = threading.Event()

    def receive(self, incoming: Incoming, occasion: Occasion, started: float) -> Submission:
        if incoming.body_bytes > 1_000_000:
            assert self.go_on.wait(DEADLINE)
        return super().receive(incoming, occasion, started)


async def asked(application: Application, body: bytes) -> int:
    """The status that an event is answered with, sent in parts."""
    parts = [body[at : at + 10_000] for at in range(0, len(body), 10_000)]
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {"host": "localhost", "authorization": f"Bearer {DEFAULT_KEY}", "content-type": "application/json"}
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/v1/events",
        "query_string": b"",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
    }
    await application(scope, receive, send)
    return int(sent[0]["status"])


def test_small_events_are_answered_while_a_large_one_is_judged(the_spec: Spec) -> None:
    """Nobody waits for a body of megabytes but who has sent it; both are in the log."""
    world = Patient(the_spec)
    large = json.dumps(event(timestamp=int(world.clock_of(None).now()), ext={"x": "y" * 2_000_000})).encode()
    small = json.dumps(event(timestamp=int(world.clock_of(None).now()))).encode()

    async def host() -> list[int]:
        application = Application(world)
        judged = asyncio.create_task(asked(application, large))
        first = await asked(application, small)
        assert not judged.done()
        world.go_on.set()
        return [first, await judged]

    assert asyncio.run(host()) == [200, 200]
    assert [submission.body_bytes for submission in world.ledger.snapshot()] == [len(small), len(large)]


def test_a_large_frame_is_made_once_and_kept(the_spec: Spec) -> None:
    """All who follow are told the same, large or small."""
    world = Patient(the_spec)
    world.go_on.set()
    for size in (10, 100_000):
        body = json.dumps(event(timestamp=int(world.clock_of(None).now()), ext={"x": "y" * size})).encode()
        assert asyncio.run(asked(Application(world), body)) == 200
    frames = streams.Frames()
    small, large = world.ledger.snapshot()
    assert [streams.is_large(small), streams.is_large(large)] == [False, True]
    assert all(frames.of(item) is frames.of(item) for item in (small, large))
