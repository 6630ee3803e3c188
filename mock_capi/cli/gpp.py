"""`mock-capi gpp`: GPP strings put in words, and made."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click
import orjson

from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.saying import say
from mock_capi.privacy import Gpp, GppError, decode_gpp, encode_gpp
from mock_capi.privacy.encode import PADDINGS, PREFIXES, Padding, typed
from mock_capi.privacy.words import in_words


@click.command("gpp")
@click.argument("words", nargs=-1, metavar="[STRING | SECTION [FIELD=VALUE]...]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each string.")
@click.option("--make", is_flag=True, help="Make a string of sections and fields instead.")
@click.option(
    "--padding",
    type=click.Choice(PADDINGS),
    default=PADDINGS[0],
    show_default=True,
    help="With --make: as the specification pads, or as the IAB's libraries do.",
)
def gpp_command(words: tuple[str, ...], as_json: bool, make: bool, padding: Padding) -> None:
    """Explain a GPP consent string, or the exact fault in it (exit code 1).

    Without a STRING, or with -, strings are read from standard input, one on each line.

    \b
      mock-capi gpp 'DBABLA~BVVVkAAAAABA.QA'
      mock-capi gpp --make usnat sale_opt_out=1 gpc=true
      mock-capi gpp --make usca usva targeted_advertising_opt_out=1 --padding bytes

    Fields that are not given say that the person got notice and did not opt out. A field has its name
    from the specification, in any style; a list is written 1,2,5-9.
    """
    if make:
        click.echo(_made(words, padding))
        return
    strings = words if words not in ((), ("-",)) else _lines()
    if not strings:
        fail("there is no string on standard input")
    found = [_decoded(text) for text in strings]
    for index, result in enumerate(found):
        if as_json:
            click.echo(orjson.dumps(_as_json(result)))
        else:
            for line in (*([""] if index else []), *_in_words(result)):
                say(line)
    if any(isinstance(result, GppError) for result in found):
        sys.exit(EXIT_FAILED)


def _lines() -> tuple[str, ...]:
    text = sys.stdin.buffer.read().decode(errors="replace")
    return tuple(line.rstrip("\r") for line in text.removesuffix("\n").split("\n")) if text else ()


def _decoded(text: str) -> Gpp | GppError:
    try:
        return decode_gpp(text)
    except GppError as error:
        return error


def _as_json(result: Gpp | GppError) -> dict[str, Any]:
    if isinstance(result, GppError):
        return {"valid": False, "code": result.code, "place": result.place, "message": result.message}
    return {"valid": True, **result.to_dict()}


def _in_words(result: Gpp | GppError) -> Iterable[str]:
    return [f"Not a valid GPP string ({result.code}). {result}."] if isinstance(result, GppError) else in_words(result)


def _made(words: Iterable[str], padding: Padding) -> str:
    try:
        return encode_gpp(_sections(words), padding=padding)
    except GppError as error:
        hint = f" Sections: {', '.join(PREFIXES)}." if error.code in ("no_sections", "unknown_section") else ""
        fail(f"{error}.{hint}")


def _sections(words: Iterable[str]) -> dict[str, dict[str, Any]]:
    sections: dict[str, dict[str, Any]] = {}
    prefix = ""
    for word in words:
        name, is_field, text = word.partition("=")
        if is_field and not prefix:
            raise GppError("no_sections", name, "needs a section before it")
        if is_field:
            sections[prefix][name] = typed(prefix, name, text)
        elif name in sections:
            raise GppError("duplicate", name, "is named twice")
        else:
            prefix = name
            sections[prefix] = {}
    return sections
