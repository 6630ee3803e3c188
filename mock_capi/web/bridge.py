"""Flask over ASGI, for requests whose body is here already; its threads never wait for whoever reads the answer."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import quote

from mock_capi.web.outgoing import Outgoing
from mock_capi.web.sending import Message, Receive, Scope, Send
from mock_capi.web.wsgi import Application, Environ

_FRAMING = (b"content-length", b"transfer-encoding")


async def serve(
    application: Application, outgoing: Outgoing, scope: Scope, body: bytes, receive: Receive, send: Send
) -> None:
    """Answer a request."""
    start: Message = {"type": "http.response.start"}
    parts = _parts(application, _environ(scope, body), start)
    try:
        await outgoing.send_all(start, parts, receive, send)
    finally:
        with suppress(ValueError):  # cancelled while a thread is at it, which then lets go of it
            parts.close()


def _parts(application: Application, environ: Environ, start: Message) -> Generator[bytes, None, None]:
    """The answer's body. Nothing happens before the first of it is asked for; `start` is complete by then."""

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        start["status"] = int(status.partition(" ")[0])
        start["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    body = application(environ, start_response)
    try:
        yield from body
    finally:
        getattr(body, "close", bool)()


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
