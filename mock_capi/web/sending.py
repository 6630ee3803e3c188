"""Sending an answer over ASGI: whole, or as a fault has it: late, in part or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from mock_capi.model import Headers
from mock_capi.web.capi import Answer
from mock_capi.web.cut import cut

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
SUBMISSION = "mock_capi.submission"
"""Where in its scope a request is told to whoever wraps the application, once it is in the log."""
LONGEST_SILENCE_SECONDS = 600.0
"""How long a sender that never gives up is left without an answer."""
# What is written must have left this machine before the connection is reset, or the reset overtakes it.
_ON_ITS_WAY_SECONDS = 0.05


async def deliver(answer: Answer, send: Send) -> None:
    """Send an answer as it is."""
    await send(start(answer.status, answer.headers))
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
        await send(start(answer.status, (*answer.headers, ("Content-Length", str(len(answer.body))))))
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(_ON_ITS_WAY_SECONDS)
    cut_off(scope)


def cut_off(scope: Scope) -> None:
    """Reset the connection of a request, as a failing network does."""
    address, port, *_ = scope["client"]
    cut((address, str(port)))


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


def start(status: int, headers: Headers) -> Message:
    """How an answer begins."""
    raw = [(_lower(name), value.encode("latin-1")) for name, value in headers]
    return {"type": "http.response.start", "status": status, "headers": raw}


@lru_cache(maxsize=64)
def _lower(name: str) -> bytes:
    return name.lower().encode("latin-1")
