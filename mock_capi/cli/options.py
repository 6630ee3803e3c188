"""Options that several commands have, and what they are read as."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from mock_capi import clock
from mock_capi.cli import configured
from mock_capi.cli.ending import fail
from mock_capi.offline.checking import Checker
from mock_capi.settings import SettingsError, document_of


def verdict_options(command: Any) -> Any:
    """What a verdict depends on besides the event: --now, and of the server's own options those that matter."""
    command = configured.server_options("config", "readings", "spec")(command)
    now = click.option("--now", metavar="TIME", help="The time, in epoch seconds or ISO 8601.  [default: now]")
    return now(command)


def checker(now: str | None, data_set_id: str | None, **flags: str | None) -> Checker:
    """A checker as these options say, and as variables and file say where they do not; or the end of the command."""
    settings = configured.settings_of(flags)
    try:
        return Checker(document_of(settings), settings.readings_of(data_set_id), _moment(now), data_set_id)
    except SettingsError as error:
        fail(str(error))


def _moment(text: str | None) -> int:
    if text is None:
        return int(time.time())
    try:
        return int(clock.parse(float(text) if text.replace(".", "", 1).isdigit() else text))
    except ValueError as error:
        fail(f"--now {error}")


def write(path: Path | None, text: str, option: str) -> None:
    """Write a file that an option asks for, or end the command."""
    if path is None:
        return
    try:
        path.write_text(text)
    except OSError as error:
        fail(f"{option}: {error}")
