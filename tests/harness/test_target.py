"""The HTTP side of the harness: addresses, prefixes, connections, and its pace."""

from __future__ import annotations

import socket
import threading

import pytest

from mock_capi.harness.sending import Request
from mock_capi.harness.target import HttpTarget, Pace, TargetError
from tests.conftest import Running

READY = Request("GET", "/readyz", {}, b"")


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:port", "http://host:0", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(TargetError, match="is not an http"):
        HttpTarget(url)


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_the_base_url_may_end_with_the_version(shared_server: Running, suffix: str) -> None:
    """As vendors print it, or without."""
    with HttpTarget(shared_server.url + suffix) as target:
        assert target.send(Request("GET", "/v1/schema/events", {}, b"")).status == 403


def test_a_scheme_may_be_left_out(shared_server: Running) -> None:
    """host:port is enough."""
    with HttpTarget(shared_server.url.removeprefix("http://")) as target:
        assert target.send(READY).status == 200


def test_a_server_that_is_not_there_is_named() -> None:
    """Host and port, and the reason."""
    with pytest.raises(TargetError, match=r"127\.0\.0\.1:1: "):
        HttpTarget("http://127.0.0.1:1").send(READY)


def test_answers_are_whole(shared_server: Running) -> None:
    """Status, headers in lower case, body; a body that is no JSON is None."""
    with HttpTarget(shared_server.url) as target:
        answer = target.send(Request("GET", "/v1/schema/events", {"Authorization": "Bearer é"}, b""))
    assert (answer.status, answer.headers["content-type"]) == (403, "application/json")
    assert answer.json["error_code"] == "INVALID_API_KEY"


def test_an_answer_that_comes_before_the_body_is_sent_is_read() -> None:
    """A server may refuse by the head alone, and close."""
    said = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

    def refuse(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.recv(1)
        connection.sendall(said)
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse, args=(listener,))
        thread.start()
        target = HttpTarget(f"http://127.0.0.1:{listener.getsockname()[1]}")
        answer = target.send(Request("POST", "/v1/events", {}, b" " * 20_000_000))
        thread.join()
    assert (answer.status, answer.body) == (403, b"{}")


def test_a_pace_spaces_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten a second: each waits for its turn."""
    waits: list[float] = []
    monkeypatch.setattr("mock_capi.harness.target.time.monotonic", lambda: 100.0)
    monkeypatch.setattr("mock_capi.harness.target.time.sleep", waits.append)
    pace = Pace(10)
    for _ in range(3):
        pace.wait()
    assert waits == pytest.approx([0, 0.1, 0.2])
