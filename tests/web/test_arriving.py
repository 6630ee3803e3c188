"""Bodies while they arrive: as much as may be, whole or cut off, in time or not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from mock_capi.web.arriving import Arriving
from mock_capi.web.capi import Body, Head
from mock_capi.web.room import Room
from mock_capi.web.sending import Message

GONE: Message = {"type": "http.disconnect"}


def part(data: bytes, *, more: bool = True) -> Message:
    """A part of a body as the server hands it over."""
    return {"type": "http.request", "body": data, "more_body": more}


class Sender:
    """Sends these messages, and then nothing."""

    def __init__(self, *messages: Message) -> None:
        self.left = list(messages)

    async def __call__(self) -> Message:
        if not self.left:
            await asyncio.Event().wait()
        return self.left.pop(0)


def arrived(sender: Sender, limit: int = 10, announced: int | None = None) -> Body:
    """What has come of a body in the end, from a sender for whom nobody has the patience to wait."""
    headers = {} if announced is None else {"Content-Length": str(announced)}

    async def read() -> Body:
        arriving = Arriving(Head("POST", "/v1/events", "", headers), sender, limit)
        await arriving.read_all(Room(10, grace=0.0, patience=0.0))
        return arriving.body()

    return asyncio.run(read())


@pytest.mark.parametrize("parts", [[b"abcdef"], [b"ab", b"", b"c", b"def"], [b"", b"abcdef", b""]])
def test_parts_make_up_the_body(parts: Sequence[bytes]) -> None:
    """However it is cut into pieces."""
    *most, last = parts
    sender = Sender(*map(part, most), part(last, more=False))
    assert arrived(sender) == Body(b"abcdef", 6)


@pytest.mark.parametrize("end", [GONE, part(b"", more=False)], ids=["gone", "ended"])
def test_a_body_that_is_shorter_than_announced_is_not_whole(end: Message) -> None:
    """What has come of it is kept."""
    assert arrived(Sender(part(b"abc"), end), announced=6) == Body(b"abc", 3, complete=False)


def test_a_body_that_does_not_come_in_time_is_not_whole() -> None:
    """Nobody waits for the rest of it."""
    assert arrived(Sender(part(b"abc"))) == Body(b"abc", 3, complete=False)


def test_what_is_announced_too_large_is_not_read() -> None:
    """Its length is enough to refuse it."""
    sender = Sender(part(b"abc"))
    assert arrived(sender, announced=11) == Body(None, 11)
    assert len(sender.left) == 1


def test_what_turns_out_too_large_is_not_read_to_its_end() -> None:
    """One part more than may be, and no other."""
    sender = Sender(*[part(b"abcdef")] * 5)
    assert arrived(sender) == Body(None, 12)
    assert len(sender.left) == 3


def test_only_as_much_is_read_as_is_asked_for() -> None:
    """The rest is left to the server, which lets the sender wait."""
    sender = Sender(*[part(b"abc")] * 3)

    async def read() -> Arriving:
        arriving = Arriving(Head("POST", "/v1/events", "", {}), sender, 100)
        await arriving.read(3)
        return arriving

    arriving = asyncio.run(read())
    assert (len(sender.left), arriving.is_over, arriving.expected) == (1, False, 100)
