"""The server under HTTPS, over real sockets: versions, rude clients, the scheme in what it writes, and its guard."""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.conftest import Running
from tests.web.wire import DEADLINE, Account, Wire, eventually, open_account


@pytest.fixture
def account(https_server: Running) -> Account:
    """A fresh dataset on the server that speaks HTTPS."""
    return open_account(https_server)


def trusting(running: Running) -> ssl.SSLContext:
    """A client's context that trusts the server."""
    return ssl.create_default_context(cafile=running.ca_file)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_of_tls_carry_http_1_1(account: Account, version: ssl.TLSVersion) -> None:
    """Also where the client would like HTTP/2."""
    context = trusting(account.running)
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with Wire(account.running, context) as wire:
        assert isinstance(wire.socket, ssl.SSLSocket)
        assert (wire.socket.version(), wire.socket.selected_alpn_protocol()) == (
            version.name.replace("_", "."),
            "http/1.1",
        )
        assert wire.send(account.request()).answer().status == 200


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "mock-capi", "host.docker.internal", "CAPI"])
def test_it_is_known_by_its_usual_names(https_server: Running, name: str) -> None:
    """The certificate holds for all of them."""
    raw = socket.create_connection((https_server.host, https_server.port), timeout=DEADLINE)
    with trusting(https_server).wrap_socket(raw, server_hostname=name) as wrapped:
        assert wrapped.version() == "TLSv1.3"


def test_it_is_not_known_by_any_other_name(https_server: Running) -> None:
    """As with a real server."""
    raw = socket.create_connection((https_server.host, https_server.port), timeout=DEADLINE)
    with raw, pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        trusting(https_server).wrap_socket(raw, server_hostname="api.example.com")


def test_whoever_does_not_trust_it_sends_nothing(account: Account) -> None:
    """The client refuses, the log is empty, and others are served."""
    with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
        requests.post(f"{account.running.url}/v1/events", account.event(), timeout=DEADLINE)
    assert account.log() == []
    assert account.accepts()


@pytest.mark.parametrize("said", [b"POST /v1/events HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01", b"\x00" * 100])
def test_what_is_no_tls_ends_at_once(account: Account, said: bytes) -> None:
    """Plain HTTP above all: the client is not left waiting. Half a record ends with its sender."""
    with socket.create_connection((account.running.host, account.running.port), timeout=DEADLINE) as plain:
        plain.sendall(said)
        plain.shutdown(socket.SHUT_WR)
        assert not plain.makefile("rb").read().startswith(b"HTTP/")
    assert account.accepts()


def test_slow_handshakes_keep_nobody_out(account: Account) -> None:
    """Two hundred that say nothing, or begin and stop."""
    with ExitStack() as stack:
        for number in range(200):
            slow = socket.create_connection((account.running.host, account.running.port), timeout=DEADLINE)
            stack.enter_context(slow)
            slow.sendall(b"\x16\x03\x01\x02\x00"[: number % 6])
        assert account.accepts()


def test_a_body_of_many_records_is_read(account: Account) -> None:
    """One of exactly the limit."""
    with Wire(account.running) as wire:
        assert wire.send(account.request(account.event().ljust(5_000_000))).answer().status == 200


def test_a_client_that_hangs_up_in_its_body_harms_nobody(account: Account) -> None:
    """Without the farewell that TLS has: what came is in the log."""
    with Wire(account.running) as wire:
        wire.send(account.head("Content-Length: 1000") + b"{")
    (kept,) = eventually(account.log)
    assert (kept["error_code"], kept["body_bytes"]) == ("MALFORMED_JSON", 1)
    assert account.accepts()


def test_what_it_writes_says_https(account: Account) -> None:
    """The commands and archives that repeat a submission, and where a browser is sent."""
    assert account.accepts()
    url, (entry,) = account.running.url, account.log()
    assert url.startswith("https://127.0.0.1:")
    context = account.running.get(f"/_inspect/submissions/{entry['id']}/context")
    assert f" {url}/v1/events " in context["curl"]
    exported = account.running.ask("GET", "/_inspect/export", params={"format": "har", "q": f"id:{entry['id']}"}).json()
    assert exported["log"]["entries"][0]["request"]["url"] == f"{url}/v1/events"
    home = account.running.ask("GET", "/", headers={"Accept": "text/html"}, allow_redirects=False)
    assert home.headers["Location"] == "/_inspect"


def test_its_own_page_is_one_of_https(https_server: Running) -> None:
    """A page of the same address without TLS is somebody else's."""
    own = https_server.url
    for origin, status in ((own, 200), (own.replace("https", "http"), 403), ("https://evil.example", 403)):
        assert https_server.ask("GET", "/_inspect", headers={"Origin": origin}).status_code == status


def test_waits_and_streams_work(account: Account) -> None:
    """They answer without Flask, and are encrypted all the same."""
    with account.running.ask("GET", "/_inspect/stream", stream=True) as stream:
        assert account.accepts()
        assert any(line.startswith(b"data: ") for line in stream.iter_lines(chunk_size=1))
    waited = account.running.get("/_inspect/wait", data_set_id=account.data_set_id)
    assert waited["matched"] == 1


def test_its_ca_is_readable_and_its_key_nowhere(https_server: Running) -> None:
    """The file has one certificate, which everybody may read."""
    assert https_server.ca_file
    file = Path(https_server.ca_file)
    assert file.read_text().count("BEGIN") == 1
    assert "BEGIN CERTIFICATE" in file.read_text()
    assert file.stat().st_mode & 0o444 == 0o444
