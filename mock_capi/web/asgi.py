"""The application that `serve` runs: the vendor's API answered here and now, the rest by Flask in threads.

Both ways in share everything from `capi.respond` on. This one does without Flask's request context,
and without importing Flask before somebody needs it. It is ASGI, so that one thread does all the
judging: with the threads of a WSGI server they would spend their time waiting for each other, and
with one such thread a client that sends its body slowly would keep everyone waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from mock_capi.answer import envelope
from mock_capi.store import StoreError
from mock_capi.web import waits
from mock_capi.web.capi import Answer, Body, Head, header_name, path_of, respond, text_of
from mock_capi.web.guard import Guard
from mock_capi.web.paths import HEALTH, LIVE, LONGEST_OWN_BODY, STREAM, WAIT, is_own
from mock_capi.web.plain import UNREACHABLE, refusal
from mock_capi.web.sending import SUBMISSION, Message, Receive, Scope, Send, deliver, suffer
from mock_capi.web.streams import Streams
from mock_capi.web.tally import Tally
from mock_capi.world import World

Lasting = Callable[[Head, Receive, Send], Awaitable[None]]
THREADS = 16
_FRAMING = (b"content-length", b"transfer-encoding")
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
        self._flask: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = _Started(send)
        try:
            await self._serve(scope, receive, started)
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
        elif path in self._lasting and head.method == "GET":
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
        """Flask gets bodies whole and with their length: its threads never wait for a slow sender."""
        body = await _body(head, receive, LONGEST_OWN_BODY)
        if body.data is None or not body.complete:
            await deliver(_TOO_LARGE if body.data is None else _CUT_OFF, send)
            return
        query = quote(scope["query_string"], safe="/?:@!$&'()*+,;=%-._~").encode()
        headers = [pair for pair in scope["headers"] if pair[0] not in _FRAMING]
        headers.append((b"content-length", b"%d" % body.size))
        whole = {**scope, "query_string": query, "headers": headers}
        await self._rest()(whole, _once(body.data), send)

    async def _vendor(self, head: Head, receive: Receive) -> Answer:
        occasion = self._world.occasion(head.headers)
        body = await _body(head, receive, occasion.readings.max_body_bytes)
        answer = respond(self._world, self._tally, head, occasion, body)
        return answer if body.data is not None else answer._replace(headers=(*answer.headers, _CLOSE))

    def _rest(self) -> Any:
        """Flask, once somebody needs it. Only the event loop's own thread comes here."""
        if self._flask is None:
            from a2wsgi import WSGIMiddleware

            from mock_capi.web.app import create_app

            flask: Any = create_app(self._world, self._guard, self._tally)
            self._flask = WSGIMiddleware(flask, workers=self._threads)
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


def _once(body: bytes) -> Receive:
    """A `receive` that hands over a body that was read before."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _body(head: Head, receive: Receive, limit: int) -> Body:
    """What is over the limit is left unread, or not read any further."""
    announced = head.announced
    if announced is not None and announced > limit:
        return Body(None, announced)
    parts: list[bytes] = []
    size = 0
    message = await receive()
    while message["type"] == "http.request":
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit or not message.get("more_body"):
            break
        message = await receive()
    if size > limit:
        return Body(None, size)
    whole = message["type"] == "http.request" and (announced is None or announced == size)
    return Body(parts[0] if len(parts) == 1 else b"".join(parts), size, whole)
