"""The application that `serve` runs: the vendor's API answered here and now, the rest by Flask in threads.

Both ways in share everything from `capi.respond` on. This one does without Flask's request context,
and without importing Flask before somebody needs it. It is ASGI, so that one thread does nearly all the
judging: with the threads of a WSGI server they would spend their time waiting for each other, and
with one such thread a client that sends its body slowly would keep everyone waiting. Only large bodies
are judged in threads, lest a single one keep everyone waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from mock_capi.answer import envelope
from mock_capi.gate import Occasion
from mock_capi.store import StoreError
from mock_capi.web import waits
from mock_capi.web.arriving import Arriving
from mock_capi.web.bridge import Bridge
from mock_capi.web.capi import Answer, Body, Head, header_name, path_of, respond, text_of
from mock_capi.web.guard import Guard
from mock_capi.web.paths import HEALTH, LIVE, LONGEST_OWN_BODY, STREAM, WAIT, is_own
from mock_capi.web.plain import UNREACHABLE, refusal
from mock_capi.web.room import Room
from mock_capi.web.sending import (
    SUBMISSION,
    Message,
    Receive,
    Scope,
    Send,
    StalledError,
    deliver,
    patiently,
    suffer,
)
from mock_capi.web.streams import Streams
from mock_capi.web.tally import Tally
from mock_capi.world import World

Lasting = Callable[[Head, Receive, Send], Awaitable[None]]
THREADS = 16
_SMALL_BYTES = 32_768
"""Bodies up to here are read and judged at once; larger ones where there is room, and in a thread."""
_JUDGING_THREADS = 4
# What is on its way in and out, in bytes; while others wait, for so many seconds.
_INCOMING, _HURRIED_SENDER = 128_000_000, 10.0
_OUTGOING, _HURRIED_READER, _SLOWEST_READER = 64_000_000, 1.0, 60.0
_JSON = ("Content-Type", "application/json")
_OK = Answer(200, (_JSON,), b'{"status":"ok"}')
# Where a body was left unread the connection cannot be used again, and granian does not always say so.
_CLOSE = ("Connection", "close")
_CUT_OFF = Answer(400, (_JSON, _CLOSE), envelope("MALFORMED_JSON", "The body was cut off before its end."))
_TOO_LARGE = Answer(400, (_JSON, _CLOSE), envelope("PAYLOAD_TOO_LARGE", f"The body may have {LONGEST_OWN_BODY} bytes."))
_FAILED = Answer(500, (_JSON,), envelope("INTERNAL_ERROR", "The server failed. Its own log says why."))
_log = logging.getLogger(__name__)


class Application:
    """An ASGI application over one world. `threads` is how many requests Flask works on side by side."""

    def __init__(self, world: World, guard: Guard | None = None, threads: int = THREADS) -> None:
        self._world = world
        self._guard = guard or Guard()
        self._threads = threads
        self._tally = Tally()
        # What is answered while the log grows, and so neither at once nor by Flask.
        self._lasting: Mapping[str, Lasting] = {
            WAIT: partial(waits.serve, world.ledger),
            STREAM: Streams(world.ledger).serve,
        }
        self._incoming = Room(_INCOMING, _HURRIED_SENDER)
        self._outgoing = Room(_OUTGOING, _HURRIED_READER, _SLOWEST_READER)
        self._judging = ThreadPoolExecutor(_JUDGING_THREADS, "judging")
        self._flask: Bridge | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = _Started(send)
        try:
            await self._serve(scope, receive, started)
        except StalledError:
            pass
        except Exception as error:
            unreachable = isinstance(error, StoreError)
            _log.error("a request failed: %s", error, exc_info=None if unreachable else error)
            if not started.yes:
                await deliver(refusal(*UNREACHABLE) if unreachable and is_own(scope["path"]) else _FAILED, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = path_of(scope["path"], scope.get("raw_path") or b"")
        if path in HEALTH and scope["method"] == "GET":
            await deliver(_OK if path == LIVE or self._is_ready() else refusal(*UNREACHABLE), send)
            return
        head = Head(scope["method"], path, text_of(scope["query_string"]), _headers(scope))
        if not is_own(path):
            answer = await self._vendor(head, receive)
            scope[SUBMISSION] = answer.submission
            await (suffer(answer, scope, receive, send) if answer.fault else deliver(answer, send))
            return
        send = patiently(send, self._outgoing)
        if path in self._lasting and head.method in ("GET", "HEAD"):
            await self._last(head, receive, send)
        else:
            await self._own(scope, head, receive, send)

    def _is_ready(self) -> bool:
        try:
            self._world.store.refresh()
        except StoreError:
            return False
        return True

    async def _last(self, head: Head, receive: Receive, send: Send) -> None:
        """Waits and streams hold no thread, so that hundreds of them are in nobody's way."""
        found = self._guard.refusal(head.method, head.headers.get)
        if found:
            await deliver(refusal(*found), send)
        else:
            self._world.store.refresh()
            await self._lasting[head.path](head, receive, send)

    async def _own(self, scope: Scope, head: Head, receive: Receive, send: Send) -> None:
        """Flask gets bodies whole: its threads never wait for a slow sender."""
        arriving = Arriving(head, receive, LONGEST_OWN_BODY)
        await arriving.read(_SMALL_BYTES)
        if not arriving.is_over:
            with suppress(TimeoutError):
                async with self._incoming.of(arriving.expected):
                    await arriving.read(arriving.expected)
        body = arriving.body()
        if body.data is None or not body.complete:
            await deliver(_TOO_LARGE if body.data is None else _CUT_OFF, send)
            return
        await self._rest()(scope, body.data, receive, send)

    async def _vendor(self, head: Head, receive: Receive) -> Answer:
        occasion = self._world.occasion(head.headers)
        arriving = Arriving(head, receive, occasion.readings.max_body_bytes)
        await arriving.read(_SMALL_BYTES)
        if arriving.is_over:
            body = arriving.body()
            answer = respond(self._world, self._tally, head, occasion, body)
        else:
            body, answer = await self._judged_aside(head, occasion, arriving)
        return answer if body.complete and body.data is not None else answer._replace(headers=(*answer.headers, _CLOSE))

    async def _judged_aside(self, head: Head, occasion: Occasion, arriving: Arriving) -> tuple[Body, Answer]:
        """A large body, once it has come and there is a thread for it; meanwhile others are answered."""

        async def judged() -> tuple[Body, Answer]:
            body = arriving.body()
            work = partial(respond, self._world, self._tally, head, occasion, body)
            return body, await asyncio.get_running_loop().run_in_executor(self._judging, work)

        try:
            async with self._incoming.of(arriving.expected) as share:
                await arriving.read(arriving.expected)
                share.settle()
                return await judged()
        except TimeoutError:  # it came too slowly while others had no room
            return await judged()

    def _rest(self) -> Bridge:
        """Flask, once somebody needs it. Only the event loop's own thread comes here."""
        if self._flask is None:
            from mock_capi.web.app import create_app

            self._flask = Bridge(create_app(self._world, self._guard, self._tally), self._threads)
        return self._flask


class _Started:
    """A `send` that remembers whether the response has begun."""

    __slots__ = ("_send", "yes")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.yes = False

    def __call__(self, message: Message) -> Awaitable[None]:
        self.yes = True
        return self._send(message)


def _headers(scope: Scope) -> dict[str, str]:
    """Repeated headers are joined with commas, as HTTP allows."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, text = header_name(raw.decode("latin-1")), text_of(value)
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found
