"""A request as the curl command that would send it, for a shell such as bash or zsh."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from shlex import quote
from urllib.parse import quote as percent_encoded

# What stays as it is in a path with its query. The brackets and braces go that curl reads as ranges and lists.
_OF_PATHS = "/?:@!$&'()*+,;=%~"


def as_curl(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    variables: Iterable[str] = (),
    longest: int | None = None,
) -> str:
    """One command. The `variables`, such as `$API_KEY`, are left to the shell, and nothing else is; a body over
    `longest` characters is cut, and says so."""
    names = tuple(variables)
    parts = ["curl -sS", *([] if method == "POST" and body else [f"-X {quote(method)}"]), quote(_escaped(url))]
    parts += [f"-H {_quoted(f'{name}: {value}', names)}" for name, value in headers]
    if body:
        parts.append(_data(body, names, longest))
    return " ".join(parts)


def _escaped(url: str) -> str:
    scheme, slashes, rest = url.partition("//")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host}{slash}{percent_encoded(path, safe=_OF_PATHS)}"


def _data(body: bytes, variables: tuple[str, ...], longest: int | None) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"--data-binary @<(echo {b64encode(body).decode()} | base64 -d)"
    left = len(text) - (longest or len(text))
    shown = text if left <= 0 else f"{text[:longest]}... ({left} more characters)"
    return f"--data-raw {_quoted(shown, variables)}"


def _quoted(text: str, variables: tuple[str, ...]) -> str:
    """Nothing in it means anything to the shell, but for the variables."""
    if not variables:
        return _literal(text)
    pieces = re.split(f"({'|'.join(map(re.escape, variables))})", text)
    written = (f'"{piece}"' if place % 2 else _literal(piece) for place, piece in enumerate(pieces) if piece)
    return "".join(written) or "''"


def _literal(text: str) -> str:
    """In quotes. What would steer a terminal, into which commands are pasted, is spelled out."""
    if all(character.isprintable() or character in "\n\t" for character in text):
        return quote(text)
    return f"$'{''.join(map(_spelled, text))}'"


def _spelled(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
