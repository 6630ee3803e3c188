"""What may stand before an API and speaks for it: waits that make no sense, and a redirect."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mock_capi.testing import MockCapi
from tests.examples.sending import run

REPLIES = [
    (503, "Retry-After", "Wed, 21 Oct 2099 07:28:00 GMT"),
    (503, "Retry-After", "9" * 20),
    (503, "Retry-After", "-1"),
    (302, "Location", "/v1/elsewhere"),
]
ORDER = """\
transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid
one,2026-11-24T08:00:00Z,1,EUR,a@example.com,,,
"""


class Gateway(HTTPServer):
    """Answers with a status and a header each, and keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = list(REPLIES)
        self.bodies: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    """Of that server; it knows no GET, which a redirect of a POST would become."""

    server: Gateway

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        status, name, value = self.server.replies.pop(0)
        self.send_response(status)
        self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """One that listens."""
    with Gateway() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_a_wait_that_makes_no_sense_is_the_senders_own(capi: MockCapi, sender: list[str], gateway: Gateway) -> None:
    """So it is after a date, which is no number of seconds; and a redirect is refused, not followed."""
    told = run(capi, sender, ORDER, MOCK_CAPI_URL=f"http://127.0.0.1:{gateway.server_port}/")
    assert told[:2] == (1, "1 orders: 0 accepted, 1 refused, 0 given up, 0 left out since they name nobody")
    said = [line.strip() for line in told.complaints.splitlines()]
    assert said == [*["events 1 to 1: failed, 503"] * 3, "events 1 to 1: refused, 302"]
    assert gateway.bodies == [gateway.bodies[0]] * len(REPLIES)
