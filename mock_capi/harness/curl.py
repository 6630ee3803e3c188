"""A request as the curl command that would send it."""

from __future__ import annotations

from base64 import b64encode
from shlex import quote

from mock_capi.harness.sending import Request

_LONGEST = 4_000


def as_curl(request: Request, base_url: str) -> str:
    """One shell command. A word with a `$` is left to the shell; a long body is cut, and says so."""
    url = base_url.rstrip("/").removesuffix("/v1") + request.path
    parts = ["curl -sS", *([] if request.method == "POST" and request.body else [f"-X {quote(request.method)}"])]
    parts += [quote(url), *(f"-H {_quoted(f'{name}: {value}')}" for name, value in request.headers.items())]
    if request.body:
        parts.append(_data(request.body))
    return " ".join(parts)


def _data(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"--data-binary @<(echo {b64encode(body).decode()} | base64 -d)"
    left = len(text) - _LONGEST
    return f"--data-raw {_quoted(text if left <= 0 else f'{text[:_LONGEST]}... ({left} more characters)')}"


def _quoted(text: str) -> str:
    """In single quotes, but for the variables that stand for keys and datasets."""
    for name in ("$SECOND_DATA_SET_ID", "$SECOND_API_KEY", "$DATA_SET_ID", "$API_KEY"):
        text = text.replace(name, f"\0{name[1:]}\0")
    pieces = quote(text).split("\0")
    return "".join(piece if index % 2 == 0 else f"'\"${piece}\"'" for index, piece in enumerate(pieces))
