"""What is answered at length: made portion by portion, within bounds, however slowly it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from mock_capi.web.room import Room
from mock_capi.web.sending import Message, Receive, Send, departure

Made = TypeVar("Made")
Portion = tuple[bytes, bool]
"""What comes next of an answer, and whether there may be more."""
PORTION_BYTES = 262_144
"""A portion has so many bytes or more: its last piece may be a submission of megabytes."""
_LARGEST_PORTION_BYTES = 4_000_000  # more than all but a few; reckoned with until it is made
_SLICE_BYTES = 65_536
"""As much as the server takes at a time, for a reader who does not read."""
_MOST_BYTES = 64_000_000
# How long a slice may wait for its reader, in seconds: while others wait for room, and while nobody does.
_HURRIED, _SLOWEST = 1.0, 60.0


class StalledError(Exception):
    """Whoever asked does not take what they are answered."""


def portion(parts: Iterator[bytes]) -> Portion:
    """The next portion of what is written piece by piece."""
    gathered, size = [], 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= PORTION_BYTES:
            return b"".join(gathered), True
    return b"".join(gathered), False


class Outgoing:
    """All such answers of one application; `threads` make them side by side, and wait for nobody."""

    def __init__(self, threads: int, room: Room | None = None) -> None:
        self._room = room or Room(_MOST_BYTES, _HURRIED, _SLOWEST)
        self._threads = ThreadPoolExecutor(threads, "answers")

    async def send_all(self, start: Message, parts: Iterator[bytes], receive: Receive, send: Send) -> None:
        """Send a whole answer, as long as there is somebody to read it; `start` is looked at once the first portion is
        made. Raises StalledError."""
        make = partial(self.aside, partial(portion, parts))
        more = await self._send_portion(make, send, start)
        if more:
            with departure(receive) as left:
                while more and not left.done():
                    more = await self._send_portion(make, send)

    async def _send_portion(
        self, make: Callable[[], Awaitable[Portion]], send: Send, start: Message | None = None
    ) -> bool:
        async with self._room.share(_LARGEST_PORTION_BYTES) as share:
            data, more = await make()
            share.resize(len(data))
            if start:
                await send(start)
            await self._send(data, more, send)
        return more

    async def send_next(self, parts: Iterator[bytes], send: Send, *, aside: bool = False) -> bool:
        """Send the next part of an answer that goes on after it, made here or in a thread; whether there was one.
        Raises StalledError."""
        async with self._room.share(_LARGEST_PORTION_BYTES) as share:
            make = partial(next, parts, b"")
            data = await self.aside(make) if aside else make()
            share.resize(len(data))
            if data:
                await self._send(data, True, send)
        return bool(data)

    async def aside(self, work: Callable[[], Made]) -> Made:
        """What takes long, done in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _send(self, data: bytes, more: bool, send: Send) -> None:
        try:
            for at in range(0, len(data) or 1, _SLICE_BYTES):
                end = at + _SLICE_BYTES
                message = {"type": "http.response.body", "body": data[at:end], "more_body": more or end < len(data)}
                async with self._room.patience():
                    await send(message)
        except TimeoutError:
            raise StalledError from None
