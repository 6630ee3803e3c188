"""What commands print: lines and JSON, in which senders and files may have put anything."""

from __future__ import annotations

import click
import orjson

from mock_capi.terminal import harmless


def say(line: str, *, err: bool = False) -> None:
    """Print one line, on standard error if so wished."""
    click.echo(harmless(line), err=err)


def say_json(value: object) -> None:
    """Print it as JSON."""
    click.echo(written(value))


def written(value: object) -> str:
    """Indented JSON; what cannot be printed is escaped, as JSON allows."""
    lines = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode().split("\n")
    return "\n".join(map(harmless, lines))
