"""The floor for single events: the same server with a handler that reads the body and answers a constant."""

from __future__ import annotations

import signal
import sys

from mock_capi.answer import received
from mock_capi.web.sending import Receive, Scope, Send
from mock_capi.web.server import Server, bind, claim_process

_BODY = received("single.00000000-0000-4000-8000-000000000000", 0)
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())]


async def empty(_scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body and answers."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


if __name__ == "__main__":
    server = Server(empty, bind("127.0.0.1", 0))
    server.stop_on(signal.SIGTERM)
    print(server.url, flush=True)
    claim_process()
    server.run()
    sys.exit(0)
