"""Servers that are no mock: one that answers 200 to everything, and one that only keeps the guide's promises."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RECEIVED = {"submission_id": "single.1", "received_at": "2026-01-01T00:00:00Z", "status": "RECEIVED"}
Reply = Callable[[str, str, dict[str, str], bytes], tuple[int, Any]]


def agree(_method: str, _path: str, _headers: dict[str, str], _body: bytes) -> tuple[int, Any]:
    """200, whatever it is."""
    return 200, RECEIVED


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    """The URL of a server that answers so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one write: two make the client wait for its own acknowledgement

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, value = reply(self.command, self.path, dict(self.headers), body)
            sent = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer  # noqa: N815 - named by the library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
