"""Options that several commands have, and what they are read as."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from mock_capi import clock
from mock_capi.cli.ending import fail
from mock_capi.offline.checking import Checker
from mock_capi.readings import ReadingError, parse
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.settings import PREFIX, SettingsError, check_environment
from mock_capi.spec import bundled, load


def verdict_options(command: Any) -> Any:
    """--now and --readings: what a verdict depends on besides the event."""
    about = "Readings that differ from the defaults.  [env: MOCK_CAPI_READINGS]"
    readings = click.option("--readings", metavar="NAME=VALUE,...", default="", envvar=f"{PREFIX}READINGS", help=about)
    now = click.option("--now", metavar="TIME", help="The time, in epoch seconds or ISO 8601.  [default: now]")
    return now(readings(command))


def checker(now: str | None, readings: str, data_set_id: str | None) -> Checker:
    """A checker as these options say, or the end of the command."""
    try:
        check_environment(os.environ)
        return Checker(load(bundled(), SCHEMA_RULE_IDS), parse(readings), _moment(now), data_set_id)
    except SettingsError as error:
        fail(str(error))
    except ReadingError as error:
        fail(f"--readings: {error}")


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
