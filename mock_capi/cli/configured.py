"""The options of `serve`, and the settings that they come to, for every command that works with either."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import click

from mock_capi.cli.ending import fail
from mock_capi.config.option import Option
from mock_capi.settings import CONFIG, OPTIONS, Settings, SettingsError, resolve

Command = Callable[..., None]
Decorator = Callable[[Command], Command]


def server_options(*names: str) -> Decorator:
    """The options of `serve` that have these names, or all: each with its variable and its default in the help."""

    def decorate(command: Command) -> Command:
        for option in reversed((CONFIG, *OPTIONS)):
            if not names or option.name in names:
                command = as_flag(option)(command)
        return command

    return decorate


def as_flag(option: Option) -> Decorator:
    """A click option that answers a text or None. A switch stands alone; with --no- before it, it is off."""
    about = f"{option.about}  [env: {option.variable}; default: {option.default or 'none'}]"
    if option.kind.is_switch:
        names = f"{option.flag}/--no-{option.flag.removeprefix('--')}"
        return click.option(names, option.name, default=None, callback=_as_text, help=about)
    return click.option(option.flag, option.name, metavar=option.metavar, help=about)


def _as_text(_context: click.Context, _parameter: click.Parameter, value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def settings_of(flags: Mapping[str, str | None]) -> Settings:
    """The settings, or the end of the command."""
    try:
        return resolve(flags, os.environ)
    except SettingsError as error:
        fail(str(error))
