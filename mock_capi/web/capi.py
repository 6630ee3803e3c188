"""The vendor's API over WSGI: read a request, hand it to the world, answer. The same for both ways in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from time import perf_counter
from typing import Any, NamedTuple

from mock_capi.model import Headers, Incoming, Submission
from mock_capi.world import World

Environ = dict[str, Any]
ADVISORIES_HEADER = "X-Mock-Capi-Advisories"
_NAMED = ("CONTENT_TYPE", "CONTENT_LENGTH")
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Answer(NamedTuple):
    """A response: status, headers, body."""

    status: int
    headers: Headers
    body: bytes


def respond(world: World, environ: Environ) -> Answer:
    """The whole way of a request to the vendor's API."""
    started = perf_counter()
    headers = headers_of(environ)
    occasion = world.occasion(headers)
    body, size, complete = _read_body(environ, headers, occasion.readings.max_body_bytes)
    incoming = Incoming(
        method=environ["REQUEST_METHOD"],
        path=text_of(environ.get("PATH_INFO", "")),
        query=text_of(environ.get("QUERY_STRING", "")),
        headers=headers,
        body=body,
        body_bytes=size,
        complete=complete,
    )
    return _answer(world.receive(incoming, occasion, started), deferred=occasion.readings.processing == "deferred")


def _answer(submission: Submission, *, deferred: bool) -> Answer:
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(submission.response)))]
    if submission.verdict.allow:
        headers.append(("Allow", ", ".join(submission.verdict.allow)))
    # Under deferred processing nothing about the events is known yet when the answer goes out.
    codes = dict.fromkeys(a.code for a in submission.advisories if not deferred or a.event is None)
    if codes:
        headers.append((ADVISORIES_HEADER, ", ".join(codes)))
    return Answer(submission.verdict.status, tuple(headers), submission.response)


def headers_of(environ: Environ) -> dict[str, str]:
    """The request's headers by their usual names, in the order that the server gives them."""
    found = {}
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            found[_header_name(key[5:])] = text_of(value)
        elif key in _NAMED and value:
            found[_header_name(key)] = text_of(value)
    return found


@lru_cache(maxsize=256)
def _header_name(variable: str) -> str:
    """USER_AGENT to User-Agent."""
    return variable.replace("_", "-").title()


def text_of(value: str) -> str:
    """WSGI hands bytes on as Latin-1; what was UTF-8 becomes readable again."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _read_body(environ: Environ, headers: dict[str, str], limit: int) -> tuple[bytes | None, int, bool]:
    """The body, its size and whether it is whole. What is over the limit is left unread."""
    announced = headers.get("Content-Length", "")
    expected = int(announced) if announced.isascii() and announced.isdigit() else None
    if expected is None and not environ.get("wsgi.input_terminated"):
        return b"", 0, True
    if expected is not None and expected > limit:
        return None, expected, True
    body = environ["wsgi.input"].read(limit + 1 if expected is None else expected)
    if len(body) > limit:
        return None, len(body), True
    return bytes(body), len(body), expected is None or len(body) == expected


def wsgi(answer: Answer, start_response: Any) -> Iterable[bytes]:
    """An answer in WSGI's terms."""
    start_response(STATUS_LINES.get(answer.status, str(answer.status)), list(answer.headers))
    return [answer.body]
