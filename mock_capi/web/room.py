"""Room: how much memory may be taken by what waits on others, who have to hurry where it runs short."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Share:
    """What somebody has of the room: how many bytes, and since when by the loop's clock."""

    def __init__(self, size: int, limit: asyncio.Timeout) -> None:
        self.size = size
        self._limit = limit
        self._since = asyncio.get_running_loop().time()
        self._is_settled = False

    def settle(self) -> None:
        """Nobody else is waited for any more, so that there is nothing to hurry."""
        self._is_settled = True
        self._limit.reschedule(None)

    def hurry(self, grace: float) -> None:
        """Let it end so many seconds after it began, or now."""
        end, when = self._since + grace, self._limit.when()
        if not self._is_settled and (when is None or when > end):
            self._limit.reschedule(end)


class Room:
    """So many bytes, for one event loop; who finds none free waits in line.

    A share may be had for `patience` seconds, None for as long as one likes; while somebody waits, for `grace`.
    """

    def __init__(self, most: int, grace: float, patience: float | None = None) -> None:
        self._most = most
        self._grace = grace
        self._patience = patience
        self._shares: set[Share] = set()
        self._taken = 0
        self._line: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def of(self, size: int) -> AsyncIterator[Share]:
        """A share, while the block lasts; one that is larger than the room is had alone. Raises TimeoutError for who is
        not done in time."""
        await self._wait_for(size)
        self._taken += size
        self._wake_next()
        try:
            async with asyncio.timeout(self._patience) as limit:
                share = Share(size, limit)
                self._shares.add(share)
                try:
                    yield share
                finally:
                    self._shares.remove(share)
        finally:
            self._taken -= size
            self._wake_next()

    async def _wait_for(self, size: int) -> None:
        if self._line:
            await self._stand(self._line.append)
        while self._taken and self._taken + size > self._most:
            for share in self._shares:
                share.hurry(self._grace)
            await self._stand(self._line.appendleft)

    async def _stand(self, at: Callable[[asyncio.Future[None]], None]) -> None:
        turn = asyncio.get_running_loop().create_future()
        at(turn)
        try:
            await turn
        except asyncio.CancelledError:
            self._wake_next()  # lest a turn be lost
            raise

    def _wake_next(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
