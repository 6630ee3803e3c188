"""Log lines: as text or as JSON, tracebacks and warnings included, and an access log only where it is asked for."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mock_capi.cli.logs import JsonLines, TextLines
from tests.conftest import start_server, stop_server
from tests.senders import Sender, event
from tests.web.wire import open_account


def written(folder: Path, *arguments: str) -> str:
    """What a server writes to standard error that receives one event and is looked at."""
    errors = folder / "errors"
    running = start_server(*arguments, errors=errors)
    try:
        account = open_account(running)
        assert account.accepts()
        assert running.get("/readyz")
    finally:
        stop_server(running)
    return errors.read_text()


def test_by_default_nothing_is_written(tmp_path: Path) -> None:
    """A server that has nothing to complain of is silent."""
    assert written(tmp_path) == ""


def test_the_access_log_as_text(tmp_path: Path) -> None:
    """Time, level, logger, and the line."""
    provisioned, received = written(tmp_path, "--access-log").splitlines()
    assert " INFO mock_capi.web.access: POST /_control/datasets 201 " in provisioned
    assert " INFO mock_capi.web.access: POST /v1/events 200 " in received


def test_the_access_log_as_json(tmp_path: Path) -> None:
    """Each line is an object with the fields beside the message."""
    lines = [json.loads(line) for line in written(tmp_path, "--access-log", "--log-format=json").splitlines()]
    assert [(line["path"], line["status"]) for line in lines] == [("/_control/datasets", 201), ("/v1/events", 200)]
    assert {"time", "level", "logger", "message", "method", "duration_ms", "submission_id"} <= lines[1].keys()
    assert (lines[1]["level"], lines[1]["logger"]) == ("info", "mock_capi.web.access")


FAILING = """
import logging, sys, warnings
from mock_capi.cli.logs import configure
configure(sys.argv[1])
log = logging.getLogger("somebody")
log.info("not this")
warnings.warn("mind\\nthe gap")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed with %s", "a value")
raise SystemError("at the end")
"""


def lines_of(log_format: str) -> list[str]:
    """What a program writes that warns, fails, and ends by an exception."""
    done = subprocess.run([sys.executable, "-c", FAILING, log_format], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr.splitlines()


def test_everything_is_an_object_under_json() -> None:
    """Warnings, tracebacks, and what nobody caught; each on one line."""
    warned, failed, ended = (json.loads(line) for line in lines_of("json"))
    assert (warned["level"], warned["logger"]) == ("warning", "py.warnings")
    assert "mind\nthe gap" in warned["message"]
    assert (failed["level"], failed["logger"], failed["message"]) == ("error", "somebody", "failed with a value")
    assert failed["exception"].splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert (ended["level"], ended["exception"].splitlines()[-1]) == ("critical", "SystemError: at the end")


def test_text_is_for_people() -> None:
    """With the traceback below its line."""
    lines = lines_of("text")
    assert any(line.endswith(" ERROR somebody: failed with a value") for line in lines)
    assert "ZeroDivisionError: division by zero" in lines
    assert lines[-1] == "SystemError: at the end"


@pytest.mark.parametrize("message", ["\udcff", "line\nbreak", "schlüssel", '"quoted"'])
def test_any_text_is_one_line_of_json(message: str) -> None:
    """Also what is no Unicode."""
    record = logging.LogRecord("name", logging.INFO, "", 0, message, None, None)
    line: str = JsonLines().format(record)
    found: dict[str, Any] = json.loads(line)
    assert found["message"] == message
    assert "\n" not in line
    assert line.isascii()


def test_an_exception_quotes_nothing_of_a_sender(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where judging fails, what failed may stand in the exception's own message."""

    def fail(*_: object) -> None:
        raise ValueError("jane@example.com \x1b[31m")

    monkeypatch.setattr("mock_capi.world.examine", fail)
    assert sender.one(event()).status_code == 500
    [record] = caplog.records
    written = TextLines().format(record)
    assert r"ValueError: [masked e-mail] \u001b[31m" in written
    assert "Traceback" in written.split("\n")[1]
    assert "jane@" not in written
    assert "jane@" not in JsonLines().format(record)


def test_a_message_is_one_line() -> None:
    """Nobody can forge the beginning of another."""
    record = logging.LogRecord("a", logging.ERROR, "", 1, "it failed: %s", ("\x1b[2K\rall is well",), None)
    assert TextLines("%(levelname)s %(message)s").format(record) == r"ERROR it failed: \u001b[2K\rall is well"


@pytest.mark.parametrize(
    ("arguments", "warns"),
    [
        (["--host", "0.0.0.0"], True),  # noqa: S104 - this is what is warned of
        (["--host", "::"], True),
        (["--host", "0.0.0.0", "--admin-token", "open-sesame"], False),  # noqa: S104 - as above
        (["--host", "127.0.0.1"], False),
        (["--host", "::1"], False),
        (["--host", "localhost"], False),
    ],
    ids=str,
)
def test_who_listens_for_others_without_a_token_is_warned(arguments: list[str], warns: bool) -> None:
    """In one line on standard error, and nobody else."""
    command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0", "--config", "", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("mock-capi ")
    process.terminate()
    _, complaints = process.communicate(timeout=10)
    assert ("Set --admin-token" in complaints, complaints.count("\n")) == (warns, int(warns))
