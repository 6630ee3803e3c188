"""What commands print of files, servers and arguments that somebody else wrote."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.testing import MockCapi
from tests.senders import event
from tests.testing.sending import send

STEER = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\r\n0 refused"
"""Clears the screen, renames the window, turns the direction, and looks like a line of its own."""


def run(*arguments: str, sent: str | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [*arguments], input=sent, env={"MOCK_CAPI_CONFIG": ""})


def assert_harmless(result: Result) -> None:
    """Every line can be printed, and none of them is the sender's."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    lines = (result.stdout + result.stderr).split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert not any(line.startswith("0 refused") for line in lines)
    assert "owned" in result.stdout + result.stderr


@pytest.mark.parametrize("form", [(), ("--json",), ("--sarif",)], ids=str)
def test_check(tmp_path: Path, form: tuple[str, ...]) -> None:
    """Names of fields, and of files where the file system takes them."""
    file = tmp_path / f"{STEER}.ndjson".replace("/", "")
    file.write_text(json.dumps(event(**{STEER: 1, "privacy": {STEER: 1}})) + "\n")
    result = run("check", "--fail-on", "advisory", *form, str(file))
    assert result.exit_code == 1
    assert_harmless(result)
    if form == ("--json",):  # programs get it as it is
        assert f"/{STEER}" in {problem["pointer"] for problem in json.loads(result.stdout)["problems"]}


def test_convert() -> None:
    """Fields that had to be dropped are named."""
    result = run("convert", sent=json.dumps({STEER: 1, "event_type": "purchase", "user_data": {"ip": "203.0.113.7"}}))
    assert_harmless(result)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=str)
def test_gpp(form: tuple[str, ...]) -> None:
    """A string that is none, and a field that nobody knows."""
    assert run("gpp", *form, f"DB{STEER}").exit_code == 1
    assert all(line.isprintable() for line in run("gpp", *form, f"DB{STEER}").output.split("\n"))
    assert_harmless(run("gpp", "--make", "usnat", f"{STEER}=1"))


def test_explain() -> None:
    """A code that there is not."""
    assert_harmless(run("explain", STEER))


@pytest.mark.parametrize("form", [(), ("--json",)], ids=str)
def test_reconcile(tmp_path: Path, form: tuple[str, ...]) -> None:
    """Transaction ids of the shop, and of events."""
    orders = tmp_path / "orders.csv"
    with orders.open("w", newline="") as file:
        csv.writer(file).writerows([("transaction_id", "value", "currency"), (STEER, 1, "USD")])
    with MockCapi() as capi:
        send(capi, custom_data={"transaction_id": f"of the event {STEER}"}, value=1, currency_code="USD")
        result = run("reconcile", str(orders), "--url", capi.url, *form)
    assert result.exit_code == 1
    assert_harmless(result)


def test_a_failed_assertion() -> None:
    """What came instead is shown to whoever runs the tests."""
    with MockCapi() as capi:
        send(capi, event_type="custom", custom_event_name=STEER, custom_data={STEER: STEER})
        send(capi, event_type=STEER, **{STEER: 1})
        with pytest.raises(AssertionError) as failed:
            capi.assert_received(3, timeout=0, custom_data={"transaction_id": "txn_1"})
    lines = str(failed.value).split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert not any(line.startswith("0 refused") for line in lines)


class _Hostile(BaseHTTPRequestHandler):
    """Answers everything with what would steer a terminal."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"status": STEER, "error_code": STEER, "message": STEER}).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST  # noqa: N815 - their names in the library

    def log_message(self, *_: object) -> None:
        """Nobody wants to know."""


@contextmanager
def hostile() -> Iterator[str]:
    """The URL of such a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "command",
    [
        (
            "verify",
            "--api-key",
            "key-1",
            "--data-set-id",
            "shop",
            "--rate",
            "1000",
            "--only",
            "identifier*",
            "--base-url",
        ),
        ("report", "--url"),
    ],
    ids=lambda command: str(command[0]),
)
def test_a_server_that_is_no_mock(command: tuple[str, ...]) -> None:
    """What it answers is told, and told only."""
    with hostile() as url:
        result = run(*command, url)
    assert result.exit_code in (1, 2)
    assert_harmless(result)
