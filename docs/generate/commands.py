"""The command line: what `--help` prints for each command."""

from __future__ import annotations

from collections.abc import Iterator

import click

from docs.generate.markdown import code, fenced, page
from mock_capi.cli import COMMANDS, main


def page_of_all() -> str:
    """A section for each command, in the order of the help."""
    return page("# The command line", *_sections())


def _sections() -> Iterator[str]:
    context = click.Context(main, info_name="mock-capi", **main.context_settings)
    yield fenced(main.get_help(context))
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is None:
            raise LookupError(f"the command {name} is listed and not there")
        inner = click.Context(command, context, info_name=name)
        yield f"## {code(f'mock-capi {name}')}"
        yield fenced(command.get_help(inner))
