"""Room: how much memory may be taken by what waits on others, who have to hurry where it runs short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Share:
    """What somebody has of a room, in bytes."""

    __slots__ = ("_room", "size")

    def __init__(self, room: Room, size: int) -> None:
        self._room = room
        self.size = 0
        self.resize(size)

    def resize(self, size: int) -> None:
        """It has turned out to take more or less."""
        self._room.taken += size - self.size
        self.size = size
        self._room.changed.set()


class Room:
    """So many bytes, for one event loop; who finds none free waits in line, first come, first served.

    Others may be waited for `patience` seconds, None for as long as one likes; while there is a line, for `grace`.
    """

    def __init__(self, most: int, grace: float, patience: float | None = None) -> None:
        self._most = most
        self._grace = grace
        self._patience = patience
        self._line = asyncio.Lock()
        self._waits: dict[asyncio.Timeout, float] = {}
        self.taken = 0
        self.changed = asyncio.Event()

    @asynccontextmanager
    async def share(self, size: int) -> AsyncIterator[Share]:
        """A share, while the block lasts; one that is larger than the room is had alone."""
        async with self._line:
            while self.taken and self.taken + size > self._most:
                self._hurry()
                self.changed.clear()
                await self.changed.wait()
            share = Share(self, size)
        try:
            yield share
        finally:
            share.resize(0)

    @asynccontextmanager
    async def patience(self) -> AsyncIterator[None]:
        """Wait for others in this block, by whoever has a share. Raises TimeoutError where they are too slow."""
        since = asyncio.get_running_loop().time()
        async with asyncio.timeout(self._grace if self._line.locked() else self._patience) as limit:
            self._waits[limit] = since
            try:
                yield
            finally:
                del self._waits[limit]

    def _hurry(self) -> None:
        for limit, since in self._waits.items():
            end, when = since + self._grace, limit.when()
            if not limit.expired() and (when is None or when > end):
                limit.reschedule(end)
