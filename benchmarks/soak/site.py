"""The server under test as those see it who use it: asked, sent to, and counted along."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from typing import Any, NamedTuple

import aiohttp

from benchmarks import events

CUT_OFF, SILENT = "cut off", "silent"
"""What a sender met that got no answer."""


class Broken(Exception):  # noqa: N818 - it ends the soak, and says why
    """What must not happen has happened."""


class Account(NamedTuple):
    """A dataset and its key."""

    data_set_id: str
    key: str


def expect(kept: object, what: object) -> None:
    """Raise Broken unless it holds."""
    if not kept:
        raise Broken(str(what))


class Site:
    """One server.

    `sent` counts what the log must account for since it was last emptied: submissions by dataset. `stored` counts the
    events that must have been stored since the beginning, `done` what has been gone through.
    """

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self.port = port
        self.dice = random.Random(1)  # noqa: S311 - so that two runs do the same
        self.sent: Counter[str] = Counter()
        self.stored = 0
        self.done: Counter[str] = Counter()
        self._last = 10_000_000

    async def get(self, path: str, status: int = 200, **parameters: Any) -> Any:
        """The JSON at a path."""
        return json.loads(await self.read(path, status, **parameters))

    async def read(self, path: str, status: int = 200, **parameters: Any) -> bytes:
        """What is at a path, whatever it is."""
        async with self._session.get(path, params=parameters) as response:
            body = await response.read()
            expect(response.status == status, (path, parameters, response.status, body[:500]))
            return body

    async def follow(self, path: str, seconds: float, **parameters: Any) -> int:
        """Read what need not end, from its beginning on for so long, then turn away; how many bytes came."""
        async with self._session.get(path, params=parameters) as response:
            size = len(await response.content.readany())
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while portion := await response.content.readany():
                        size += len(portion)
        return size

    async def neglect(self, path: str, seconds: float) -> None:
        """Ask, read nothing for so long, then turn away."""
        async with self._session.get(path):
            await asyncio.sleep(seconds)

    async def steer(self, method: str, path: str, **asked: Any) -> Any:
        """What a change below /_control is answered with."""
        async with self._session.request(method, f"/_control{path}", json=asked) as response:
            body = await response.read()
            expect(response.status in (200, 201), (method, path, asked, response.status, body[:500]))
            return json.loads(body)

    async def send(self, account: Account, count: int = 1, seconds: float = 60.0, **changes: Any) -> int | str:
        """Send new events of a dataset, one alone or more as a batch; the status, or what was met instead."""
        first, self._last = self._last, self._last + count
        made = [
            {**events.make(number), "data_set_id": account.data_set_id, **changes}
            for number in range(first, self._last)
        ]
        path, body = ("/v1/events", made[0]) if count == 1 else ("/v1/events/batch", made)
        self.sent[account.data_set_id] += 1
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.post(path, json=body, headers=_headers(account)) as response,
            ):
                await response.read()
                self.stored += count if response.status == 200 else 0
                return response.status
        except TimeoutError:
            return SILENT
        except aiohttp.ClientError:
            return CUT_OFF


def _headers(account: Account) -> dict[str, str]:
    # A connection that may be cut is not used again: aiohttp would send anew over another one, uncounted.
    return {"Authorization": f"Bearer {account.key}", "Connection": "close"}
