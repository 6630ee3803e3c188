"""The vendor's API over WSGI, as the Flask application serves it under any WSGI server."""

from __future__ import annotations

from typing import Any

from mock_capi.web.capi import NO_BODY, Answer, Body, Head, header_name, respond, text_of
from mock_capi.world import World

Environ = dict[str, Any]
_NAMED = ("CONTENT_TYPE", "CONTENT_LENGTH")


def answer(world: World, environ: Environ) -> Answer:
    """The whole way of a request."""
    head = Head(
        environ["REQUEST_METHOD"],
        text(environ.get("PATH_INFO", "")),
        text(environ.get("QUERY_STRING", "")),
        _headers(environ),
    )
    occasion = world.occasion(head.headers)
    return respond(world, head, occasion, _body(environ, head, occasion.readings.max_body_bytes))


def _headers(environ: Environ) -> dict[str, str]:
    found = {}
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            found[header_name(key[5:])] = text(value)
        elif key in _NAMED and value:
            found[header_name(key)] = text(value)
    return found


def text(value: str) -> str:
    """WSGI hands bytes on as Latin-1; what was UTF-8 becomes readable again."""
    return value if value.isascii() else text_of(value.encode("latin-1"))


def _body(environ: Environ, head: Head, limit: int) -> Body:
    """What is over the limit is left unread."""
    announced = head.announced
    if announced is None and not environ.get("wsgi.input_terminated"):
        return NO_BODY
    if announced is not None and announced > limit:
        return Body(None, announced)
    data = environ["wsgi.input"].read(limit + 1 if announced is None else announced)
    if len(data) > limit:
        return Body(None, len(data))
    return Body(data, len(data), announced is None or len(data) == announced)
