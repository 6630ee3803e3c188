"""Reaching a server: addresses, and what is said of one that is none or does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from mock_capi.testing import MockCapi, MockCapiError


def refusal(url: str) -> str:
    """What attaching to it says."""
    with pytest.raises(MockCapiError) as refused:
        MockCapi.attach(url)
    return str(refused.value)


def test_nobody_answers(free_port: int) -> None:
    """The address and the reason are told."""
    url = f"http://127.0.0.1:{free_port}"
    assert refusal(url) == f"no mock-capi answers at {url}: [Errno 111] Connection refused"


@pytest.mark.parametrize("url", ["ftp://localhost", "http://localhost:port", "http://", "http://[", "://"])
def test_no_address(url: str) -> None:
    """It is told as such."""
    assert "is not an http:// or https:// URL" in refusal(url)


class Stranger(BaseHTTPRequestHandler):
    """Answers text that is no JSON."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a server that is no mock."""
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_somebody_else_answers(stranger: str) -> None:
    """It is no mock."""
    assert refusal(stranger) == "this is no mock-capi: it answered 200 and no JSON"
