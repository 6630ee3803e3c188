"""Room for what waits on others: never more than there is, in line, and nobody keeps it from those who wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from typing import Any

import pytest

from mock_capi.web.room import Room, Share

FOREVER = 3600.0


class Guests:
    """Those who want a share of one room, by name: who is in, who had to go. All but the settled wait for others."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.inside: dict[str, Share] = {}
        self.evicted: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.done: dict[str, asyncio.Event] = {}

    def come(self, name: str, size: int, *, settled: bool = False) -> None:
        self.done[name] = asyncio.Event()
        self.tasks.append(asyncio.create_task(self._stay(name, size, settled)))

    async def _stay(self, name: str, size: int, settled: bool) -> None:
        async with self.room.share(size) as share:
            self.inside[name] = share
            try:
                async with nullcontext() if settled else self.room.patience():
                    await self.done[name].wait()
            except TimeoutError:
                self.evicted.append(name)
            finally:
                del self.inside[name]

    async def rest(self) -> None:
        """Let everything happen that can."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def hosted(host: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run one evening."""
    asyncio.run(host())


def test_who_finds_no_room_waits_in_line() -> None:
    """Whoever came first goes in first, also where one behind would fit."""

    async def host() -> None:
        guests = Guests(Room(10, FOREVER))
        for name, size in (("a", 6), ("b", 4), ("large", 8), ("small", 1)):
            guests.come(name, size)
        await guests.rest()
        assert list(guests.inside) == ["a", "b"]
        guests.done["a"].set()
        await guests.rest()
        assert list(guests.inside) == ["b"]
        guests.done["b"].set()
        await guests.rest()
        assert list(guests.inside) == ["large", "small"]
        await guests.leave()

    hosted(host)


def test_one_that_is_too_large_is_alone() -> None:
    """Nothing is refused for its size."""

    async def host() -> None:
        guests = Guests(Room(10, FOREVER))
        guests.come("huge", 1000)
        guests.come("other", 1)
        await guests.rest()
        assert list(guests.inside) == ["huge"]
        guests.done["huge"].set()
        await guests.rest()
        assert list(guests.inside) == ["other"]
        await guests.leave()

    hosted(host)


def test_who_has_been_there_for_long_goes_when_others_wait() -> None:
    """While nobody waits, nobody has to hurry."""

    async def host() -> None:
        guests = Guests(Room(10, grace=0.0))
        guests.come("slow", 10)
        await guests.rest()
        assert list(guests.inside) == ["slow"]
        guests.come("next", 10)
        await guests.rest()
        assert (list(guests.inside), guests.evicted) == (["next"], ["slow"])
        await guests.leave()

    hosted(host)


def test_who_waits_for_nobody_is_left_alone() -> None:
    """What only the server itself has to finish is finished."""

    async def host() -> None:
        guests = Guests(Room(10, grace=0.0))
        guests.come("settled", 10, settled=True)
        guests.come("next", 10)
        await guests.rest()
        assert (list(guests.inside), guests.evicted) == (["settled"], [])
        guests.done["settled"].set()
        await guests.rest()
        assert (list(guests.inside), guests.evicted) == (["next"], [])
        await guests.leave()

    hosted(host)


def test_a_share_may_turn_out_smaller() -> None:
    """What it does not take is there for the next."""

    async def host() -> None:
        guests = Guests(Room(10, FOREVER))
        guests.come("first", 10)
        guests.come("next", 6)
        await guests.rest()
        assert list(guests.inside) == ["first"]
        guests.inside["first"].resize(4)
        await guests.rest()
        assert list(guests.inside) == ["first", "next"]
        await guests.leave()

    hosted(host)


def test_patience_ends_where_nobody_waits_too() -> None:
    """A share is given up in time."""

    async def host() -> None:
        guests = Guests(Room(10, FOREVER, patience=0.0))
        guests.come("slow", 1)
        await asyncio.gather(*guests.tasks)
        assert guests.evicted == ["slow"]

    hosted(host)


@pytest.mark.parametrize("gone", ["first", "second"])
def test_who_gives_up_waiting_leaves_the_line(gone: str) -> None:
    """And takes nobody's turn with them, not even at the very moment when it is theirs."""

    async def host() -> None:
        guests = Guests(Room(10, FOREVER))
        for name in ("inside", "first", "second", "third"):
            guests.come(name, 10)
        await guests.rest()
        guests.done["inside"].set()
        await asyncio.sleep(0)
        guests.tasks[1 if gone == "first" else 2].cancel()
        await guests.rest()
        assert list(guests.inside) == ["second" if gone == "first" else "first"]
        guests.done[next(iter(guests.inside))].set()
        await guests.rest()
        assert list(guests.inside) == ["third"]
        await guests.leave()

    hosted(host)
