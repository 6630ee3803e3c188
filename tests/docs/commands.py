"""The commands of mock-capi that pages show, parsed by click and not carried out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from mock_capi.cli import main

_INLINE = re.compile(r"`(mock-capi [a-z][^`]*)`")
_ENDS = {"&", "&&", "||", "|", ";", ">", ">>", "<", "2>"}


def shown_in(text: str) -> Iterator[list[str]]:
    """The arguments of each command in a shell's text."""
    for line in text.replace("\\\n", " ").splitlines():
        words = list(_words(line))
        for at, word in enumerate(words):
            if word == "mock-capi" and (at == 0 or words[at - 1] in _ENDS or "=" in words[at - 1]):
                arguments = list(_until_the_end(words[at + 1 :]))
                if arguments:  # else it is the name of something else, such as an image
                    yield arguments


def inline_in(text: str) -> Iterator[list[str]]:
    """Those that stand in the middle of a sentence."""
    return (shlex.split(found)[1:] for found in _INLINE.findall(text))


def _words(line: str) -> Iterator[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.wordchars += "$*:{}@%"
    try:
        yield from lexer
    except ValueError:  # a quoted text that goes on in the next line
        return


def _until_the_end(words: list[str]) -> Iterator[str]:
    for word in words:
        if word in _ENDS:
            return
        yield word


def complaint(arguments: list[str]) -> str | None:
    """What click says of arguments, None where such a command and such options exist."""
    context = click.Context(main, info_name="mock-capi")
    name, *rest = arguments
    command = main.get_command(context, name)
    if command is None:
        return f"there is no command {name}"
    try:
        command.make_context(name, rest, parent=context)
    except (click.MissingParameter, click.BadParameter):  # a value or a file that stands for the reader's own
        return None
    except click.ClickException as error:
        return error.format_message()
    return None
