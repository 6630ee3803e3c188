"""The command `mock-capi`: one module for each of its commands."""

from __future__ import annotations

from importlib import import_module

import click

from mock_capi import __version__

COMMANDS = (
    "serve",
    "config",
    "ready",
    "check",
    "convert",
    "reconcile",
    "report",
    "verify",
    "matrix",
    "explain",
    "readings",
    "gpp",
)


class _OnDemand(click.Group):
    """Imports a command when it is called, so that none pays for what another needs."""

    def list_commands(self, _context: click.Context, /) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str, /) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"mock_capi.cli.{name}"), f"{name}_command")
        return command


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mock-capi")
def main() -> None:
    """A test double for Paramount's server-side Conversion API.

    Every option of the server has an environment twin, --port is MOCK_CAPI_PORT, and a place in mock-capi.toml.
    """
