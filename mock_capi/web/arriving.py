"""The body of a request while it arrives: no more of it is read than may be."""

from __future__ import annotations

from contextlib import suppress

from mock_capi.web.capi import Body, Head
from mock_capi.web.room import Room
from mock_capi.web.sending import Receive


class Arriving:
    """A body as far as it has come; what is over the limit, in bytes, is left unread or not read any further."""

    __slots__ = ("_announced", "_data", "_is_cut_off", "_is_whole", "_limit", "_receive", "_size")

    def __init__(self, head: Head, receive: Receive, limit: int) -> None:
        self._announced = head.announced
        self._receive = receive
        self._limit = limit
        self._data: bytes | bytearray = b""
        self._size = 0
        self._is_whole = self._is_cut_off = False

    @property
    def expected(self) -> int:
        """How large it may become."""
        return self._limit if self._announced is None else self._announced

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to read."""
        return self._is_whole or self._is_cut_off or max(self._size, self._announced or 0) > self._limit

    async def read(self, most: int) -> None:
        """Take in what comes, until it is over or has more than so many bytes."""
        while self._size <= most and not self.is_over:
            message = await self._receive()
            if message["type"] != "http.request":
                self._is_cut_off = True
                return
            self._take(message.get("body", b""))
            self._is_whole = not message.get("more_body")

    def _take(self, part: bytes) -> None:
        if not self._size:
            self._data = part  # often all of it
        elif part:
            if isinstance(self._data, bytes):
                self._data = bytearray(self._data)
            self._data += part  # no list of parts, which would take twenty times as much where they are tiny
        self._size += len(part)

    async def read_all(self, room: Room) -> None:
        """Take in the rest, as far as it comes in time."""
        with suppress(TimeoutError):
            async with room.patience():
                await self.read(self._limit)

    def body(self) -> Body:
        """What has come."""
        size = max(self._size, self._announced or 0)
        if size > self._limit:
            return Body(None, size)
        complete = self._is_whole and self._announced in (None, self._size)
        return Body(bytes(self._data), self._size, complete)
