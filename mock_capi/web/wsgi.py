"""The vendor's API over WSGI, as the Flask application serves it under any WSGI server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import sleep
from typing import Any

from mock_capi.model import Fault
from mock_capi.web.capi import NO_BODY, Answer, Body, Head, header_name, path_of, respond, text_of
from mock_capi.web.cut import cut
from mock_capi.web.sending import LONGEST_SILENCE_SECONDS
from mock_capi.web.tally import Tally
from mock_capi.world import World

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
_UNANSWERED = "mock_capi.unanswered"
_NAMED = ("CONTENT_TYPE", "CONTENT_LENGTH")


def answer(world: World, tally: Tally, environ: Environ) -> Answer:
    """The whole way of a request."""
    head = Head(
        environ["REQUEST_METHOD"],
        path_of(text(environ.get("PATH_INFO", "")), _raw_path(environ)),
        text(environ.get("QUERY_STRING", "")),
        _headers(environ),
    )
    occasion = world.occasion(head.headers)
    return respond(world, tally, head, occasion, _body(environ, head, occasion.readings.max_body_bytes))


class Unanswered(ConnectionResetError):  # noqa: N818 - what was asked for is no error
    """A request that is never answered, for a fault of whoever asked for it."""


def suffer(fault: Fault, environ: Environ) -> None:
    """Let a fault's delay pass, in this thread; where it keeps the answer back, cut the connection off.

    A server has to tell the other side's address and port for that. Where there is no connection, since the caller
    is in this process, the exception Unanswered is all there is; see `cutting_off`.
    """
    sleep(fault.delay_ms / 1000)
    if fault.answers:
        return
    peer = (environ.get("REMOTE_ADDR", ""), environ.get("REMOTE_PORT", ""))
    if fault.kind == "timeout" and peer[1]:
        sleep(LONGEST_SILENCE_SECONDS)
    cut(peer)
    environ[_UNANSWERED] = Unanswered(f"the connection is reset, as a fault of kind {fault.kind} has it")


def cutting_off(application: Application) -> Application:
    """The application, but for requests that are not to be answered: these raise Unanswered, which Flask would
    answer."""

    def inner(environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = application(environ, start_response)
        if _UNANSWERED in environ:
            raise environ[_UNANSWERED]
        return body

    return inner


def _raw_path(environ: Environ) -> bytes:
    """The path as it was sent, which most servers tell in one of two ways, and some not at all."""
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    return str(target).partition("?")[0].encode("latin-1", "replace")


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
