"""Answers under a fault, over real sockets and in process: late, in part or not at all, and told in the log."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from io import StringIO
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests

from mock_capi.model import Fault
from mock_capi.web import sending
from mock_capi.web.app import create_app
from mock_capi.web.capi import Answer
from mock_capi.web.wsgi import Unanswered
from mock_capi.world import World
from tests.conftest import Running
from tests.senders import Sender, event
from tests.web.wire import CUT_OFF, DEADLINE, Account, Wire, eventually, open_account


@pytest.fixture(params=["shared_server", "https_server"])
def account(request: pytest.FixtureRequest) -> Account:
    """A fresh dataset on the shared server, and on the one that speaks HTTPS."""
    running: Running = request.getfixturevalue(request.param)
    return open_account(running)


def arm(account: Account, kind: str, **options: Any) -> Any:
    """Arm a fault for this dataset."""
    asked = {"kind": kind, "data_set_id": account.data_set_id, **options}
    response = account.running.ask("POST", "/_control/faults", json=asked)
    assert response.status_code == 201, response.text
    return response.json()


def told(account: Account) -> tuple[Any, ...]:
    """What the log says of the newest submission: its fault's kind, fate, and how many of its events are stored."""
    shown = account.log(limit=1)[0]
    stored = sum(kept["outcome"] == "stored" for kept in shown["events"])
    return shown["fault"]["kind"], shown["answered"], shown["outcome"], stored


def reset_by_peer(account: Account) -> bytes:
    """Send an event on a connection of its own, and read until it is reset; what came before that."""
    with Wire(account.running) as wire:
        wire.send(account.request())
        read: list[bytes] = []
        with pytest.raises(CUT_OFF):
            read.extend(iter(lambda: wire.socket.recv(65536), b""))
        return b"".join(read)


def test_a_reset_loses_the_request(account: Account) -> None:
    """The sender gets RST and nothing else, and nothing is stored."""
    arm(account, "reset")
    assert reset_by_peer(account) == b""
    assert told(account) == ("reset", False, "rejected", 0)
    assert account.log()[0]["error_code"] == "INTERNAL_ERROR"
    assert account.accepts()


def test_a_reset_during_the_answer_leaves_half_of_it(account: Account) -> None:
    """The event is stored, since its answer was under way."""
    arm(account, "reset", at="during")
    head, _, body = reset_by_peer(account).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    length = int(head.lower().partition(b"content-length: ")[2].split()[0])
    assert 0 < len(body) < length
    assert told(account) == ("reset", False, "accepted", 1)


def test_dropped_after_the_store(account: Account) -> None:
    """The sender cannot know that the event is stored; whoever sends it again makes a duplicate."""
    arm(account, "drop_after_store")
    sent = account.request()
    with Wire(account.running) as wire, pytest.raises(CUT_OFF):
        wire.send(sent).socket.recv(1)
    assert told(account) == ("drop_after_store", False, "accepted", 1)
    with Wire(account.running) as wire:
        assert wire.send(sent).answer().status == 200
    again, first = account.log()
    assert again["events"][0]["duplicate_of"] == first["events"][0]["event_id"]


def test_a_refused_event_is_dropped_too(account: Account) -> None:
    """There is nothing to store, and the log tells what would have been answered."""
    arm(account, "drop_after_store")
    with Wire(account.running) as wire, pytest.raises(CUT_OFF):
        wire.send(account.request(b"{}")).socket.recv(1)
    assert told(account)[:3] == ("drop_after_store", False, "rejected")
    assert account.log()[0]["status"] == 400


def test_a_timeout_never_answers(account: Account) -> None:
    """The sender gives up first; the log has the request at once, and the server works on."""
    arm(account, "timeout")
    with Wire(account.running) as wire:
        wire.send(account.request())
        assert eventually(account.log)
        assert told(account) == ("timeout", False, "rejected", 0)
        assert account.accepts()
        wire.socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            wire.socket.recv(1)


def test_a_delay_holds_the_answer_back(account: Account) -> None:
    """The event is stored at once and its answer comes later; others are answered meanwhile."""
    arm(account, "delay", delay_ms=300)
    with Wire(account.running) as late:
        started = time.monotonic()
        late.send(account.request())
        assert eventually(account.log)
        assert account.accepts()
        assert late.answer().status == 200
        assert time.monotonic() - started >= 0.3
    assert [kept["fault"]["kind"] for kept in account.log(order="asc", limit=1)] == ["delay"]


def test_any_kind_may_come_late(account: Account) -> None:
    """`delay_ms` goes with a status as well."""
    arm(account, "status", status=503, delay_ms=200, retry_after=3)
    started = time.monotonic()
    with Wire(account.running) as wire:
        answer = wire.send(account.request()).answer()
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "INTERNAL_ERROR", "3")
    assert time.monotonic() - started >= 0.2


def test_429_says_when_to_come_back(account: Account) -> None:
    """By itself after a second."""
    assert arm(account, "status", status=429)["retry_after"] == 1
    with Wire(account.running) as wire:
        answer = wire.send(account.request()).answer()
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (429, "INTERNAL_ERROR", "1")


def test_connections_beside_it_stay_whole(account: Account) -> None:
    """Only the one that met the fault is reset."""
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(account.running)) for _ in range(20)]
        for wire in wires:
            assert wire.send(account.request()).answer().status == 200
        arm(account, "reset")
        assert reset_by_peer(account) == b""
        for wire in wires:
            assert wire.send(account.request()).answer().status == 200


@pytest.mark.parametrize("kind", ["reset", "timeout", "drop_after_store"])
def test_in_process_the_caller_gets_the_exception(sender: Sender, kind: str) -> None:
    """Where there is no connection, it is as if there had been one."""
    sender.control("POST", "/faults", {"kind": kind})
    with pytest.raises(Unanswered, match=kind):
        sender.one(event())
    assert (sender.last()["fault"]["kind"], sender.last()["answered"]) == (kind, False)
    assert sender.one(event()).status_code == 200


def test_in_process_a_delay_is_waited_for(sender: Sender) -> None:
    """And then answered."""
    sender.control("POST", "/faults", {"kind": "delay", "delay_ms": 50})
    started = time.monotonic()
    assert sender.one(event()).status_code == 200
    assert time.monotonic() - started >= 0.05


class Quiet(WSGIRequestHandler):
    """Tells the other side's port, as gunicorn and waitress do, and nothing of what it meets."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "REMOTE_PORT": str(self.client_address[1])}

    def get_stderr(self) -> StringIO:
        return StringIO()

    def log_message(self, *_: Any) -> None:
        pass


def test_under_another_server_the_connection_is_reset_too(world: World) -> None:
    """`create_app` keeps its promise wherever the other side's address is told."""
    server = make_server("127.0.0.1", 0, create_app(world), handler_class=Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        requests.post(f"{url}/_control/faults", json={"kind": "reset"}, timeout=DEADLINE)
        with pytest.raises(requests.ConnectionError, match="reset"):
            requests.post(f"{url}/v1/events", json=event(), timeout=DEADLINE)
    finally:
        server.shutdown()
        server.server_close()


def test_a_sender_that_never_gives_up_is_cut_off_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is held for ever."""
    monkeypatch.setattr(sending, "LONGEST_SILENCE_SECONDS", 0.0)
    cut: list[Any] = []
    monkeypatch.setattr(sending, "cut", cut.append)
    silent = Answer(500, (), b"", Fault("one", "timeout"))

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(_message: Any) -> None:
        raise AssertionError("nothing is sent")

    asyncio.run(sending.suffer(silent, {"client": ("127.0.0.1", "5")}, receive, send))
    assert cut == [("127.0.0.1", "5")]
