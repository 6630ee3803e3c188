"""A request as the curl command that would send it, for a POSIX shell."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from shlex import quote


def as_curl(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    variables: Iterable[str] = (),
    longest: int | None = None,
) -> str:
    """One command. The `variables`, such as `$API_KEY`, are left to the shell; a body over `longest` characters is
    cut, and says so."""
    names = tuple(variables)
    parts = ["curl -sS", *([] if method == "POST" and body else [f"-X {quote(method)}"]), quote(url)]
    parts += [f"-H {_quoted(f'{name}: {value}', names)}" for name, value in headers]
    if body:
        parts.append(_data(body, names, longest))
    return " ".join(parts)


def _data(body: bytes, variables: tuple[str, ...], longest: int | None) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"--data-binary @<(echo {b64encode(body).decode()} | base64 -d)"
    left = len(text) - (longest or len(text))
    shown = text if left <= 0 else f"{text[:longest]}... ({left} more characters)"
    return f"--data-raw {_quoted(shown, variables)}"


def _quoted(text: str, variables: tuple[str, ...]) -> str:
    """In single quotes, but for the variables."""
    for name in variables:
        text = text.replace(name, f"\0{name[1:]}\0")
    pieces = quote(text).split("\0")
    return "".join(piece if index % 2 == 0 else f"'\"${piece}\"'" for index, piece in enumerate(pieces))
