"""Long answers: made in portions while they are read, in threads or here, and given up where nobody reads them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from mock_capi.web.outgoing import PORTION_BYTES, Outgoing, StalledError
from mock_capi.web.room import Room
from mock_capi.web.sending import Message

PIECE = b"x" * 10_000
START: Message = {"type": "http.response.start", "status": 200, "headers": []}


class Reader:
    """Takes so many messages and no more, counts the pieces that were made by then, and stays."""

    def __init__(self, takes: int = 1_000_000) -> None:
        self.takes = takes
        self.taken: list[Message] = []
        self.made = 0
        self.threads: set[str] = set()
        self.gone = asyncio.Event()

    def pieces(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            self.made += 1
            self.threads.add(threading.current_thread().name)
            yield PIECE

    async def send(self, message: Message) -> None:
        if len(self.taken) == self.takes:
            await asyncio.Event().wait()
        self.taken.append(message)

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.taken)


def outgoing(patience: float | None = None) -> Outgoing:
    """Answers with more than enough room."""
    return Outgoing(2, Room(100_000_000, grace=0.0, patience=patience))


def test_all_of_it_is_sent_and_made_in_threads() -> None:
    """The start, the parts in their order, and one end."""

    async def host() -> Reader:
        reader = Reader()
        await outgoing().send_all(START, reader.pieces(100), reader.receive, reader.send)
        return reader

    reader = asyncio.run(host())
    assert reader.taken[0] is START
    assert reader.body == PIECE * 100
    assert [message["more_body"] for message in reader.taken[1:]] == [True] * (len(reader.taken) - 2) + [False]
    assert not [name for name in reader.threads if "answers" not in name]


@pytest.mark.parametrize("data", [b"", b"{}"])
def test_a_short_answer_is_one_message(data: bytes) -> None:
    """The server can tell its length."""

    async def host() -> list[Message]:
        reader = Reader()
        await outgoing().send_all(START, iter([data]), reader.receive, reader.send)
        return reader.taken

    assert asyncio.run(host()) == [START, {"type": "http.response.body", "body": data, "more_body": False}]


def test_no_more_is_made_than_is_read() -> None:
    """Who does not read waits for nobody's thread, and has one portion in memory; in the end they are given up."""

    async def host() -> Reader:
        reader = Reader(takes=2)
        with pytest.raises(StalledError):
            await outgoing(patience=0.0).send_all(START, reader.pieces(1000), reader.receive, reader.send)
        return reader

    assert asyncio.run(host()).made == -(-PORTION_BYTES // len(PIECE))


def test_nothing_is_made_for_who_has_gone() -> None:
    """A client that hangs up in the middle ends it."""

    async def host() -> Reader:
        reader = Reader()
        reader.gone.set()
        await outgoing().send_all(START, reader.pieces(1000), reader.receive, reader.send)
        return reader

    assert asyncio.run(host()).made < 1000


@pytest.mark.parametrize("aside", [False, True])
def test_an_answer_may_go_on(aside: bool) -> None:
    """The next part says that more may come; without one nothing is sent."""

    async def host() -> tuple[bool, bool, Reader]:
        reader = Reader()
        parts = reader.pieces(1)
        first = await outgoing().send_next(parts, reader.send, aside=aside)
        return first, await outgoing().send_next(parts, reader.send, aside=aside), reader

    first, second, reader = asyncio.run(host())
    assert (first, second) == (True, False)
    assert reader.taken == [{"type": "http.response.body", "body": PIECE, "more_body": True}]
    assert [name.startswith("answers") for name in reader.threads] == [aside]
