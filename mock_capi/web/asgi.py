"""The application that `serve` runs: the vendor's API answered here and now, the rest by Flask in threads.

Both ways in share everything from `capi.respond` on. This one does without Flask's request context,
and without importing Flask before somebody needs it. It is ASGI, so that one thread does nearly all the
judging: with the threads of a WSGI server they would spend their time waiting for each other, and
with one such thread a client that sends its body slowly would keep everyone waiting. Large bodies are
judged in a second thread, one after the other, lest everyone wait for one of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from mock_capi.answer import envelope
from mock_capi.store import StoreError
from mock_capi.web import bridge, waits, wsgi
from mock_capi.web.arriving import Arriving
from mock_capi.web.capi import Answer, Body, Head, header_name, path_of, respond, text_of
from mock_capi.web.guard import Guard
from mock_capi.web.outgoing import Outgoing, StalledError
from mock_capi.web.paths import HEALTH, LIVE, LONGEST_OWN_BODY, STREAM, WAIT, is_own
from mock_capi.web.plain import UNREACHABLE, refusal
from mock_capi.web.room import Room
from mock_capi.web.sending import SUBMISSION, Message, Receive, Scope, Send, cut_off, deliver, suffer
from mock_capi.web.streams import Streams
from mock_capi.web.tally import Tally
from mock_capi.world import World

Lasting = Callable[[Outgoing, Head, Receive, Send], Awaitable[None]]
THREADS = 4
_AT_ONCE_BYTES = 32_768
"""As much of a body is read in any case; what is longer is read where there is room."""
_JUDGED_AT_ONCE_BYTES = 1_000_000
"""A usual batch is judged in milliseconds, and sooner here than in a thread; what is larger goes there."""
# What is on its way in takes so many bytes at most; where others wait for that, each sender has so many seconds.
_INCOMING, _HURRIED = 128_000_000, 10.0
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
        self._tally = Tally()
        # What is answered while the log grows, and so neither at once nor by Flask.
        self._lasting: Mapping[str, Lasting] = {
            WAIT: partial(waits.serve, world.ledger),
            STREAM: Streams(world.ledger).serve,
        }
        self._incoming = Room(_INCOMING, _HURRIED)
        self._outgoing = Outgoing(threads)
        self._judging = ThreadPoolExecutor(1, "judging")  # more would take turns all the same, and more memory
        self._flask: wsgi.Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = _Started(send)
        try:
            await self._serve(scope, receive, started)
        except StalledError:
            cut_off(scope)
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
            await self._lasting[head.path](self._outgoing, head, receive, send)

    async def _own(self, scope: Scope, head: Head, receive: Receive, send: Send) -> None:
        """Flask gets bodies whole: its threads never wait for a slow sender."""
        arriving = Arriving(head, receive, LONGEST_OWN_BODY)
        await arriving.read(_AT_ONCE_BYTES)
        if not arriving.is_over:
            async with self._incoming.share(arriving.expected):
                await arriving.read_all(self._incoming)
        body = arriving.body()
        if body.data is None or not body.complete:
            await deliver(_TOO_LARGE if body.data is None else _CUT_OFF, send)
            return
        await bridge.serve(self._rest(), self._outgoing, scope, body.data, receive, send)

    async def _vendor(self, head: Head, receive: Receive) -> Answer:
        occasion = self._world.occasion(head.headers)
        arriving = Arriving(head, receive, occasion.readings.max_body_bytes)
        judge = partial(respond, self._world, self._tally, head, occasion)
        await arriving.read(_AT_ONCE_BYTES)
        if arriving.is_over:
            body = arriving.body()
            answer = judge(body)
        else:
            async with self._incoming.share(arriving.expected):
                await arriving.read_all(self._incoming)
                body = arriving.body()
                answer = judge(body) if body.size <= _JUDGED_AT_ONCE_BYTES else await self._judged_aside(judge, body)
        return answer if body.complete and body.data is not None else answer._replace(headers=(*answer.headers, _CLOSE))

    async def _judged_aside(self, judge: Callable[[Body], Answer], body: Body) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._judging, judge, body)

    def _rest(self) -> wsgi.Application:
        """Flask, once somebody needs it. Only the event loop's own thread comes here."""
        if self._flask is None:
            from mock_capi.web.app import create_app

            self._flask = create_app(self._world, self._guard, self._tally)
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
