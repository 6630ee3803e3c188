"""The lines of the server's own log."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from mock_capi.cli.lines import Lines
from tests.senders import Sender, event


def test_an_exception_quotes_nothing_of_a_sender(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where judging fails, what failed may stand in the exception's own message."""

    def fail(*_: object) -> None:
        raise ValueError("jane@example.com \x1b[31m")

    monkeypatch.setattr("mock_capi.world.examine", fail)
    assert sender.one(event()).status_code == 500
    [record] = caplog.records
    written = Lines().format(record)
    assert r"ValueError: [masked e-mail] \u001b[31m" in written
    assert "Traceback" in written.split("\n")[1]
    assert "jane@" not in written


def test_a_message_is_one_line() -> None:
    """Nobody can forge the beginning of another."""
    record = logging.LogRecord("a", logging.ERROR, "", 1, "it failed: %s", ("\x1b[2K\rall is well",), None)
    assert Lines("%(levelname)s %(message)s").format(record) == r"ERROR it failed: \u001b[2K\rall is well"


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
