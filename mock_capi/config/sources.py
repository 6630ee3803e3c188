"""What the sources of settings say, read and checked: a text, a file, or nobody."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_capi.config.checking import FormError, check
from mock_capi.config.option import Given, Option, Origin
from mock_capi.config.schema import schema_of
from mock_capi.config.toml import inline, key

if TYPE_CHECKING:
    from mock_capi.config.file import File  # loading a TOML parser takes a while, and most starts have no file


class SettingsError(ValueError):
    """An option, variable or key that does not exist or has a bad value; the message names the right one."""


def of_text(option: Option, text: str, origin: Origin, name: str) -> Given:
    """What a flag's or a variable's text gives. Raises SettingsError."""
    try:
        given = Given(option.kind.parse(text), origin, name)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from error
    try:
        check(given.plain, option.kind.schema)
    except FormError as error:
        raise SettingsError(f"{given.at(error.place)}: {error}") from error
    return given


def of_file(option: Option, file: File) -> Given:
    """What a checked file gives that has the option's name."""
    plain = file.document[option.name]
    return Given(file.inside(plain) if option.kind.is_path else plain, "file", option.name, file)


def of_default(option: Option) -> Given:
    """What holds where nobody says anything."""
    return Given(option.kind.parse(option.default), "default", option.flag)


def value_of(option: Option, given: Given) -> Any:
    """The setting itself. Raises SettingsError."""
    try:
        return option.kind.value(given.plain)
    except ValueError as error:
        raise SettingsError(f"{given.at()}: {error}") from error


def checked_file(path: Path, options: Iterable[Option], asked_by: str) -> File:
    """A file with nothing in it but these options, each in its form. Raises SettingsError, which says who asked."""
    from mock_capi.config.file import FileError, read

    try:
        file = read(path)
    except FileError as error:
        raise SettingsError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"{asked_by}: cannot read {path}: {error.strerror}") from error
    try:
        check(file.document, schema_of(options))
    except FormError as error:
        example = f", as in {key(str(error.place[-1]))} = {inline(error.example)}" if error.example is not None else ""
        raise SettingsError(f"{file.named(error.place)}: {error}{example}") from error
    return file
