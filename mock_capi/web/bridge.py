"""Flask over ASGI: its threads make what is answered, portion by portion, and never wait for whoever reads it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote

from mock_capi.web.sending import Receive, Scope, Send, departure, portion
from mock_capi.web.wsgi import Application, Environ

_FRAMING = (b"content-length", b"transfer-encoding")


class _Begun(NamedTuple):
    """An answer that has begun: its start, its first portion and whether there is more, and the rest of it."""

    start: dict[str, Any]
    first: bytes
    more: bool
    parts: Iterator[bytes]
    body: Iterable[bytes]


class Bridge:
    """An ASGI application, for requests whose body is here already, over one that is WSGI. `threads` work side by side.

    Between portions no thread is taken, so that any number of clients may read as slowly as they like.
    """

    def __init__(self, application: Application, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "inspection")

    async def __call__(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        work = partial(asyncio.get_running_loop().run_in_executor, self._threads)
        begun = await work(_begin, self._application, _environ(scope, body))
        try:
            await send(begun.start)
            await send({"type": "http.response.body", "body": begun.first, "more_body": begun.more})
            more = begun.more
            if more:
                with departure(receive) as left:
                    while more and not left.done():
                        data, more = await work(portion, begun.parts)
                        await send({"type": "http.response.body", "body": data, "more_body": more})
        finally:
            getattr(begun.body, "close", bool)()


def _begin(application: Application, environ: Environ) -> _Begun:
    start: dict[str, Any] = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        start["status"] = int(status.partition(" ")[0])
        start["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    body = application(environ, start_response)
    parts = iter(body)
    return _Begun(start, *portion(parts), parts, body)


def _environ(scope: Scope, body: bytes) -> Environ:
    """The request as WSGI has it (PEP 3333)."""
    server, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", "")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": quote(scope["query_string"], safe="/?:@!$&'()*+,;=%-._~"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if raw not in _FRAMING:
            name = raw.decode("latin-1").upper().replace("-", "_")
            name = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
            text = value.decode("latin-1")
            environ[name] = f"{environ[name]},{text}" if name in environ else text
    return environ
