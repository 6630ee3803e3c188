"""Sending an answer over ASGI: whole, in portions, or as a fault has it: late, in part or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from mock_capi.model import Headers
from mock_capi.web.capi import Answer, Written
from mock_capi.web.cut import cut
from mock_capi.web.room import Room

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
SUBMISSION = "mock_capi.submission"
"""Where in its scope a request is told to whoever wraps the application, once it is in the log."""
LONGEST_SILENCE_SECONDS = 600.0
"""How long a sender that never gives up is left without an answer."""
PORTION_BYTES = 262_144
"""What is written piece by piece goes out in portions of so many bytes or more."""
SLICE_BYTES = 65_536
# What is written must have left this machine before the connection is reset, or the reset overtakes it.
_ON_ITS_WAY_SECONDS = 0.05


class StalledError(Exception):
    """Whoever asked does not take what they are answered; without its end they can tell that it is not whole."""


def portion(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """What comes next of what is written piece by piece, and whether there may be more."""
    gathered, size = [], 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= PORTION_BYTES:
            return b"".join(gathered), True
    return b"".join(gathered), False


def patiently(send: Send, room: Room) -> Send:
    """A `send` that waits for those who read slowly as far as there is room for what it holds. Raises StalledError."""

    async def sent(message: Message) -> None:
        body, more = message.get("body", b""), message.get("more_body", False)
        if len(body) <= SLICE_BYTES and not more:  # the server takes it at once
            await send(message)
            return
        try:
            for at in range(0, len(body), SLICE_BYTES):
                part = {"body": body[at : at + SLICE_BYTES], "more_body": more or at + SLICE_BYTES < len(body)}
                async with room.of(len(body)):
                    await send({**message, **part})
        except TimeoutError:
            raise StalledError from None

    return sent


async def deliver_written(written: Written, send: Send) -> None:
    """Send an answer that is made while it is sent."""
    await send({"type": "http.response.start", "status": written.status, "headers": raw(written.headers)})
    more = True
    while more:
        data, more = portion(written.parts)
        await send({"type": "http.response.body", "body": data, "more_body": more})


async def deliver(answer: Answer, send: Send) -> None:
    """Send an answer as it is."""
    await send({"type": "http.response.start", "status": answer.status, "headers": raw(answer.headers)})
    await send({"type": "http.response.body", "body": answer.body})


async def suffer(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer as far as its fault allows."""
    fault = answer.fault
    if fault is None or (await _is_gone(receive, fault.delay_ms / 1000) if fault.delay_ms else False):
        return
    if fault.answers:
        await deliver(answer, send)
        return
    if fault.kind == "timeout":
        await _is_gone(receive, LONGEST_SILENCE_SECONDS)
    if fault.at == "during":
        headers = [*raw(answer.headers), (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(_ON_ITS_WAY_SECONDS)
    cut(tuple(map(str, scope["client"][:2])))  # type: ignore[arg-type]  # two of them, which mypy cannot count


async def _is_gone(receive: Receive, seconds: float) -> bool:
    """Whether the sender gives up within so many seconds."""
    with departure(receive) as left:
        await asyncio.wait((left,), timeout=seconds)
        return left.done()


@contextmanager
def departure(receive: Receive) -> Iterator[asyncio.Future[None]]:
    """What is done as soon as the other side has gone away."""

    async def leaving() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    left = asyncio.ensure_future(leaving())
    try:
        yield left
    finally:
        left.cancel()


async def first_of(over: asyncio.Event, left: asyncio.Future[None], seconds: float) -> None:
    """Wait until something happened, the other side went away, or so many seconds passed."""
    happened = asyncio.ensure_future(over.wait())
    await asyncio.wait((happened, left), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    happened.cancel()


def raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(_lower(name), value.encode("latin-1")) for name, value in headers]


@lru_cache(maxsize=64)
def _lower(name: str) -> bytes:
    return name.lower().encode("latin-1")
