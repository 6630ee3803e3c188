"""The server as users start it, over real sockets: framing, early refusals, rude clients, signals, commands."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_capi.web.server import GRACE_SECONDS
from tests.conftest import Running, start_server, stop_server
from tests.web.wire import DEADLINE, Account, Wire, chunked, eventually, open_account

LIMIT = 5_000_000
BASH = shutil.which("bash") or ""
COMMAND = [sys.executable, "-m", "mock_capi"]


@pytest.fixture
def account(shared_server: Running) -> Account:
    """A fresh dataset on the shared server."""
    return open_account(shared_server)


@contextmanager
def running_server(*arguments: str, **environment: str) -> Iterator[Running]:
    """A server of one test's own."""
    running = start_server(*arguments, environment=os.environ | environment)
    try:
        yield running
    finally:
        stop_server(running)


# --- framing ---


def test_http_1_0_is_answered_and_closed(account: Account) -> None:
    """A client of HTTP/1.0 gets its answer, and the connection ends after it."""
    with Wire(account.running) as wire:
        wire.send(account.request(start="POST /v1/events HTTP/1.0"))
        assert wire.answer().json["status"] == "RECEIVED"
        assert wire.ended() == b""
    assert [s["status"] for s in account.log()] == [200]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(
    "options",
    [["-0"], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"], ["-H", "Connection: close"]],
)
def test_curl_gets_through_in_every_way(account: Account, tmp_path: Path, options: list[str]) -> None:
    """curl with HTTP/1.0, chunks, Expect or no keep-alive: the event is received and shown whole."""
    (tmp_path / "event").write_bytes(account.event())
    command = ["curl", "-sS", "--max-time", "20", *options, "--data-binary", f"@{tmp_path / 'event'}"]
    headers = ["-H", f"Authorization: Bearer {account.api_key}", "-H", "Content-Type: application/json"]
    done = subprocess.run([*command, *headers, f"{account.running.url}/v1/events"], capture_output=True, check=True)
    assert b'"status":"RECEIVED"' in done.stdout
    assert account.log()[0]["body_bytes"] == len(account.event())


def test_chunks_of_any_size_make_up_the_body(account: Account) -> None:
    """A body cut into single bytes is the same body."""
    body = account.event()
    with Wire(account.running) as wire:
        wire.send(account.head("Transfer-Encoding: chunked") + chunked(*(bytes([byte]) for byte in body)))
        assert wire.answer().status == 200
    assert account.log()[0]["body_bytes"] == len(body)


def test_keep_alive_serves_refused_and_accepted_requests_alike(account: Account) -> None:
    """One connection carries refusals of every kind and honest events in between."""
    with Wire(account.running) as wire:
        for _ in range(3):
            assert wire.send(account.request()).answer().status == 200
            assert wire.send(account.request(b"{nonsense")).answer().code == "MALFORMED_JSON"
            assert wire.send(account.request(start="POST /v2/events HTTP/1.1")).answer().code == "NOT_FOUND"
            assert wire.send(account.request(start="PUT /v1/events HTTP/1.1")).answer().code == "METHOD_NOT_ALLOWED"
    assert len(account.log()) == 12


def test_pipelined_requests_are_answered_in_order(account: Account) -> None:
    """Requests sent without waiting are each answered, in the order they were sent."""
    kinds = [account.event(), b"[]", account.event(identifiers={}), b"", account.event()]
    with Wire(account.running) as wire:
        wire.send(b"".join(account.request(body) for body in kinds))
        answers = [wire.answer() for _ in kinds]
    assert [answer.status for answer in answers] == [200, 400, 400, 400, 200]
    assert [answers[i].code for i in (1, 2, 3)] == ["INVALID_BODY", "MISSING_IDENTIFIER", "MALFORMED_JSON"]
    assert [s["status"] for s in account.log(order="asc")] == [200, 400, 400, 400, 200]


def test_expect_is_answered_with_100_before_the_body(account: Account) -> None:
    """A client that waits for 100 Continue gets it, sends its body, and gets the real answer."""
    body = account.event()
    with Wire(account.running) as wire:
        wire.send(account.head("Expect: 100-continue", f"Content-Length: {len(body)}"))
        assert wire.answer().status == 100
        assert wire.send(body).answer().status == 200


def test_expect_is_refused_at_once_where_the_body_is_not_wanted(account: Account) -> None:
    """A body over the limit is refused without 100 Continue, so that the client need not send it (guide 6.2)."""
    with Wire(account.running) as wire:
        wire.send(account.head("Expect: 100-continue", f"Content-Length: {LIMIT + 1}"))
        assert wire.answer().code == "PAYLOAD_TOO_LARGE"


def test_an_oversize_body_is_refused_by_its_length_alone(account: Account) -> None:
    """Content-Length over the limit is refused though not one byte of the body ever comes (guide 6.2)."""
    with Wire(account.running) as wire:
        wire.send(account.head(f"Content-Length: {LIMIT + 1}"))
        answer = wire.answer()
        assert (answer.status, answer.code) == (400, "PAYLOAD_TOO_LARGE")
        assert wire.ended() == b""
    assert account.log()[0]["body_bytes"] == LIMIT + 1


def test_an_oversize_chunked_body_is_refused_before_its_end(account: Account) -> None:
    """A chunked body is refused as soon as it passes the limit, though its end never comes (guide 6.2)."""
    with Wire(account.running) as wire:
        wire.send(account.head("Transfer-Encoding: chunked") + chunked(b" " * (LIMIT + 1), end=False))
        assert wire.answer().code == "PAYLOAD_TOO_LARGE"
    assert account.accepts()


def test_a_body_of_exactly_the_limit_is_read(account: Account) -> None:
    """The limit itself is allowed, with an advisory from the checklist's ~1 MB on (guide 6.2, 10)."""
    body = account.event().ljust(LIMIT)
    with Wire(account.running) as wire:
        answer = wire.send(account.request(body)).answer()
    assert (answer.status, answer.headers["x-mock-capi-advisories"]) == (200, "LARGE_BODY")


def test_after_an_early_refusal_the_connection_is_said_to_close(account: Account) -> None:
    """A client is told that its connection ends where its body was left unread, however much of it has come."""
    for framing, body in (
        (f"Content-Length: {LIMIT + 1}", b" " * (LIMIT + 1)),
        (f"Content-Length: {LIMIT + 1}", b" "),
        ("Transfer-Encoding: chunked", chunked(b" " * (LIMIT + 1), end=False)),
    ):
        with Wire(account.running) as wire:
            with suppress(BrokenPipeError, ConnectionResetError):
                wire.send(account.head(framing) + body)
            assert wire.answer().headers["connection"] == "close"


@pytest.mark.parametrize("size", [LIMIT + 1, 4 * LIMIT])
def test_requests_sees_the_refusal_of_an_oversize_body(account: Account, size: int) -> None:
    """A client that sends all of its body before it reads still gets the answer, no broken connection."""
    headers = {"Authorization": f"Bearer {account.api_key}", "Content-Type": "application/json"}
    response = requests.post(account.running.url + "/v1/events", b"x" * size, headers=headers, timeout=DEADLINE)
    assert response.json()["error_code"] == "PAYLOAD_TOO_LARGE"


# --- rude clients ---


@pytest.mark.parametrize(
    ("framing", "body"),
    [("Content-Length: 1000", b'{"a": 1}'), ("Transfer-Encoding: chunked", chunked(b'{"a": 1}', end=False))],
)
def test_a_truncated_body_is_recorded_and_harmless(account: Account, framing: str, body: bytes) -> None:
    """A client that closes in the middle of its body leaves one refused submission, and nothing else."""
    with Wire(account.running) as wire:
        wire.send(account.head(framing) + body)
    (kept,) = eventually(account.log)
    assert (kept["error_code"], kept["body_bytes"], kept["events"]) == ("MALFORMED_JSON", 8, [])
    assert account.accepts()


def test_a_truncated_body_is_answered_to_a_client_that_still_reads(account: Account) -> None:
    """Who ends only the sending half of the connection too early is told so."""
    with Wire(account.running) as wire:
        wire.send(account.head("Content-Length: 1000") + b"{").socket.shutdown(socket.SHUT_WR)
        assert wire.answer().code == "MALFORMED_JSON"
        assert wire.ended() == b""


def test_a_half_closed_connection_ends_and_harms_nobody(account: Account) -> None:
    """After a whole request on a half-closed connection the server lets go of it and serves others."""
    for _ in range(20):
        with Wire(account.running) as wire:
            wire.send(account.request()).socket.shutdown(socket.SHUT_WR)
            assert wire.ended()[:15] in (b"", b"HTTP/1.1 200 OK")
    assert account.accepts()
    assert {s["status"] for s in account.log()} == {200}


def test_a_client_that_hangs_up_before_the_answer_harms_nobody(account: Account) -> None:
    """Connections closed right after the request, and ones that never say anything, leave the server at work."""
    for request in (account.request(), b"", b"POST", account.head("Content-Length: 5")):
        with Wire(account.running) as wire:
            wire.send(request)
    assert account.accepts()


def test_slow_senders_keep_nobody_waiting(account: Account) -> None:
    """While forty clients dribble their bodies byte by byte, honest requests are answered; then theirs are."""
    body = account.event()
    with ExitStack() as stack:
        slow = [stack.enter_context(Wire(account.running)) for _ in range(40)]
        for wire in slow:
            wire.send(account.head(f"Content-Length: {len(body)}"))
        for byte in body[:20]:
            for wire in slow:
                wire.send(bytes([byte]))
            assert account.accepts()
        for wire in slow:
            assert wire.send(body[20:]).answer().status == 200


def test_slow_senders_to_control_keep_nobody_waiting(account: Account) -> None:
    """Bodies to /_control that never end take no thread, so inspection goes on beside any number of them."""
    with ExitStack() as stack:
        for _ in range(40):
            wire = stack.enter_context(Wire(account.running))
            wire.send(account.head("Content-Length: 50", start="POST /_control/datasets HTTP/1.1") + b"{")
        assert account.running.get("/_inspect/status")["version"]


def test_inspection_beside_open_connections(account: Account) -> None:
    """A hundred idle keep-alive connections do not keep a newcomer out."""
    with ExitStack() as stack:
        for _ in range(100):
            assert stack.enter_context(Wire(account.running)).send(account.request()).answer().status == 200
        assert account.accepts()


# --- heads ---


def test_a_key_beyond_ascii_works_as_utf_8_bytes(shared_server: Running) -> None:
    """An API key with letters of any script, sent as UTF-8, is the key that was provisioned (guide 2)."""
    account = open_account(shared_server, api_key="schlüssel-ключ-鍵")
    with Wire(shared_server) as wire:
        assert wire.send(account.request()).answer().status == 200


def test_bytes_that_are_no_utf_8_in_a_key_are_an_unknown_key(account: Account) -> None:
    """A key of arbitrary bytes is refused with 403 like any other wrong one (guide 7.2)."""
    sent = account.request().replace(account.api_key.encode(), b"\xff\xfe\x80")
    with Wire(account.running) as wire:
        answer = wire.send(sent).answer()
    assert (answer.status, answer.code) == (403, "INVALID_API_KEY")


@pytest.mark.parametrize(
    "path",
    [
        *("//v1/events", "/v1/events/", "/V1/events", "/v1/v1/events", "/v1//events", "/events", "/v1/EVENTS"),
        *("/v1%2Fevents", "/%2Fv1/events", "/v1/events%2F"),
    ],
)
def test_a_path_close_to_the_right_one_is_never_redirected(account: Account, path: str) -> None:
    """Paths are taken letter for letter; the 404 names the one that was meant (guide 3.1)."""
    with Wire(account.running) as wire:
        answer = wire.send(account.request(start=f"POST {path} HTTP/1.1")).answer()
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert "Did you mean /v1/events?" in answer.json["message"]
    assert account.log()[0]["path"] == path


@pytest.mark.parametrize(
    "path",
    [
        "/%ff%fe",
        "/%00",
        "/v1/events%00",
        "/€",
        "/%E2%82%AC",
        "/v1/events%3Fa=1",
        "/v1/events;a=1",
        "/../v1/events",
        "/%2e%2e/",
        "/_inspectors",
        "/_controls/x",
        "/livez/",
        "/_inspect%2fstatus",
        "/" + "x" * 30_000,
        "/%",
        "/%zz",
        "/\\",
    ],
)
def test_strange_paths_are_not_found_and_recorded(account: Account, path: str) -> None:
    """Whatever bytes a path has: 404 in the envelope, and the log has it."""
    with Wire(account.running) as wire:
        answer = wire.send(account.request(start=f"POST {path} HTTP/1.1")).answer()
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert [s["error_code"] for s in account.log()] == ["NOT_FOUND"]


@pytest.mark.parametrize("query", ["a=%ff%00", "€=%E2%82%AC", "%", "&&&==", "q=" + "x" * 30_000, "[]{}|^`\\"])
def test_strange_queries_change_nothing(account: Account, query: str) -> None:
    """The vendor's paths take no query; any is ignored, and nothing fails on it."""
    with Wire(account.running) as wire:
        assert wire.send(account.request(start=f"POST /v1/events?{query} HTTP/1.1")).answer().status == 200
    assert account.log()[0]["path"].startswith("/v1/events?")


@pytest.mark.parametrize("query", ["q=%ff%00", "q=€", "q=%", "cursor=%f0", "=", "status=%31%00", "%ff=1"])
def test_strange_queries_to_inspection_never_fail(account: Account, query: str) -> None:
    """Inspection answers any bytes in its query with JSON: a page of the log, or which parameter is wrong."""
    with Wire(account.running) as wire:
        start = f"GET /_inspect?limit=1&{query} HTTP/1.1"
        answer = wire.send(account.request(b"", start=start)).answer()
    assert answer.status == 200 or (answer.status, answer.code) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize(
    "head",
    [
        b"POST /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"POST v1/events HTTP/1.1\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\x00\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_by_the_server(account: Account, head: bytes) -> None:
    """Bytes that break HTTP itself end their own connection with a bare 400, before the application."""
    with Wire(account.running) as wire:
        assert wire.send(head).ended().startswith(b"HTTP/1.1 400 Bad Request")
    assert account.accepts()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "post", "X" * 1000])
def test_other_methods_are_not_allowed(account: Account, method: str) -> None:
    """Any method but the path's own is 405 in the envelope and names the right one in Allow (guide 3.1)."""
    with Wire(account.running) as wire:
        answer = wire.send(account.request(b"", start=f"{method} /v1/events/batch HTTP/1.1")).answer()
    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")


def test_head_is_not_allowed_and_has_no_body(account: Account) -> None:
    """HEAD is refused like other methods, and its answer has no body that would upset the next one."""
    with Wire(account.running) as wire:
        answer = wire.send(account.request(b"", start="HEAD /v1/schema/events HTTP/1.1")).answer("HEAD")
        assert (answer.status, answer.headers["allow"]) == (405, "GET")
        assert wire.send(account.request()).answer().status == 200


# --- the mock's own trees over the wire ---


def test_a_control_body_arrives_in_chunks_too(account: Account) -> None:
    """A chunked body to /_control is read, not taken for an empty one: an empty one would touch every dataset."""
    bystander = open_account(account.running)
    assert bystander.accepts()
    assert account.accepts()
    body = b'{"data_set_id": "%s"}' % account.data_set_id.encode()
    with Wire(account.running) as wire:
        wire.send(account.head("Transfer-Encoding: chunked", start="POST /_control/reset HTTP/1.1") + chunked(body))
        assert wire.answer().json == {"deleted": 1}
    assert len(bystander.log()) == 1


@pytest.mark.parametrize("framing", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_truncated_control_body_does_nothing(account: Account, framing: str) -> None:
    """A body to /_control that ends too early is refused, whatever its beginning would mean."""
    assert account.accepts()
    body = b"{}" if framing.startswith("Content") else chunked(b"{}", end=False)
    with Wire(account.running) as wire:
        wire.send(account.head(framing, start="DELETE /_control/log HTTP/1.1") + body).socket.shutdown(socket.SHUT_WR)
        assert wire.answer().code == "MALFORMED_JSON"
    assert len(account.log()) == 1


@pytest.mark.parametrize("framing", ["Content-Length: 1000001", "Transfer-Encoding: chunked"])
def test_an_oversize_control_body_is_refused_before_its_end(account: Account, framing: str) -> None:
    """/_control reads a megabyte at most."""
    body = b"" if framing.startswith("Content") else chunked(b" " * 1_000_001, end=False)
    with Wire(account.running) as wire:
        wire.send(account.head(framing, start="POST /_control/reset HTTP/1.1") + body)
        assert wire.answer().code == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/", "/favicon.ico", "/robots.txt", "/_inspect", "/_control"])
def test_the_mocks_own_paths_are_never_logged(account: Account, path: str) -> None:
    """Health checks, browsers and inspection leave no trace in the log, by any method."""
    for method in ("GET", "POST", "HEAD"):
        with Wire(account.running) as wire:
            wire.send(account.request(b"", start=f"{method} {path}?trace=x HTTP/1.1"))
            assert wire.answer(method).status < 500
    assert account.log() == []


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_answered(account: Account, path: str) -> None:
    """Both health endpoints answer 200 in JSON to GET and HEAD."""
    for method in ("GET", "HEAD"):
        response = requests.request(method, account.running.url + path, timeout=DEADLINE)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


# --- start, end, commands ---


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server(number: signal.Signals) -> None:
    """Exit code 0, also with an idle connection and a request under way, which is not waited for longer than said."""
    with running_server() as running, ExitStack() as stack:
        idle, busy = (stack.enter_context(Wire(running)) for _ in range(2))
        assert idle.send(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").answer().status == 200
        busy.send(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        assert running.get("/_inspect/status")
        running.process.send_signal(number)
        assert running.process.wait(DEADLINE) == 0
    assert GRACE_SECONDS < 1


def test_a_request_under_way_is_answered_at_the_end() -> None:
    """Who has sent all but the last byte when the signal comes may still send it and is answered."""
    with running_server() as running:
        account = open_account(running)
        body = account.event()
        with Wire(running) as wire:
            wire.send(account.head("Expect: 100-continue", f"Content-Length: {len(body)}"))
            assert wire.answer().status == 100
            wire.send(body[:-1])
            running.process.send_signal(signal.SIGTERM)
            assert wire.send(body[-1:]).answer().status == 200
        assert running.process.wait(DEADLINE) == 0


def test_a_port_in_use_is_told(shared_server: Running) -> None:
    """A second server on the same port ends with exit code 2 and says which port and what to do."""
    command = [*COMMAND, "serve", "--port", str(shared_server.port)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=DEADLINE)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"port {shared_server.port} on 127.0.0.1 is in use" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize("host", ["a" * 80 + ".x", "203.0.113.1"])
def test_an_address_that_is_not_here_is_told(host: str) -> None:
    """A host that cannot be listened on is exit code 2 in one line, no traceback."""
    done = subprocess.run(
        [*COMMAND, "serve", "--port", "0", "--host", host],
        check=False,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert host in done.stderr


def test_the_greeting_tells_the_real_port(shared_server: Running) -> None:
    """`--port 0` prints the port that was found, beside the key and the dataset."""
    assert shared_server.port > 0
    assert f"listens on http://127.0.0.1:{shared_server.port}" in shared_server.greeting
    assert "test-key" in shared_server.greeting
    assert "00000000-0000-4000-8000-000000000001" in shared_server.greeting


@pytest.mark.skipif(not (shutil.which("curl") and BASH), reason="curl or bash is not installed")
@pytest.mark.parametrize(
    "arguments",
    [[], ["--datasets", """o'neil "&Söhne"\\=it's $HOME `key`!"""], ["--readings", "authorization=raw"]],
)
def test_the_greeting_works_as_pasted(arguments: list[str]) -> None:
    """The printed curl command, run by bash letter for letter, is received: with quotes in names, with bare keys."""
    with running_server(*arguments) as running:
        command = running.greeting[running.greeting.index("curl ") :]
        done = subprocess.run([BASH, "-c", command], check=False, capture_output=True, text=True, timeout=DEADLINE)
        assert '"status":"RECEIVED"' in done.stdout, done
        assert running.get("/_inspect")["submissions"][0]["advisories"] == []


def _ready(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "ready", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=DEADLINE, env=os.environ | environment
    )


def test_ready_says_yes(shared_server: Running) -> None:
    """Exit code 0 for a server that answers, whether named by --url, MOCK_CAPI_URL or MOCK_CAPI_PORT."""
    assert _ready("--url", shared_server.url).returncode == 0
    assert _ready(MOCK_CAPI_URL=shared_server.url).returncode == 0
    assert _ready(MOCK_CAPI_PORT=str(shared_server.port), MOCK_CAPI_HOST="0.0.0.0").returncode == 0  # noqa: S104


def test_ready_says_no(free_port: int) -> None:
    """Exit code 1 where nothing listens, at once without --wait and after the timeout with it."""
    for arguments in ([], ["--wait", "--timeout", "0.2"]):
        done = _ready("--url", f"http://127.0.0.1:{free_port}", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "is not ready" in done.stderr


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://127.0.0.1:99999", "http://[::1", "http://a b", "http://"])
def test_ready_refuses_what_is_no_url(url: str) -> None:
    """Exit code 2 in one line for an address that cannot be asked."""
    done = _ready("--url", url)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_ready_waits_for_a_server_to_come(free_port: int) -> None:
    """With --wait, a server that starts later is waited for."""
    waiting = subprocess.Popen([*COMMAND, "ready", "--wait", "--timeout", str(DEADLINE)], env=_with_port(free_port))
    try:
        with running_server("--port", str(free_port)):
            assert waiting.wait(DEADLINE) == 0
    finally:
        waiting.kill()
        waiting.wait()


def _with_port(port: int) -> dict[str, Any]:
    return os.environ | {"PORT": str(port)}


def test_a_server_that_hangs_is_not_ready() -> None:
    """Something that listens and never answers is exit code 1 when the time is up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        done = _ready("--url", f"http://127.0.0.1:{silent.getsockname()[1]}", "--timeout", "0.3", "--wait")
    assert done.returncode == 1


def test_many_idle_connections_keep_nobody_out(account: Account) -> None:
    """Keep-alive pools of a whole test farm may stay open; an honest event is taken all the same."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(1500, hard - 200)
    idle = [socket.create_connection((account.running.host, account.running.port), timeout=20) for _ in range(count)]
    try:
        assert account.accepts()
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
