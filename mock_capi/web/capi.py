"""The vendor's API at the edge: a request's head and body to the world, a submission to an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mock_capi.gate import Occasion
from mock_capi.model import Fault, Headers, Incoming, Submission
from mock_capi.web.tally import Tally
from mock_capi.world import World

ADVISORIES_HEADER = "X-Mock-Capi-Advisories"
_ESCAPED_SLASH = re.compile(rb"%2f", re.IGNORECASE)


class Answer(NamedTuple):
    """A response: status, headers, body, the fault that keeps it from being sent as it is, if any, and what it answers,
    where that is in the log."""

    status: int
    headers: Headers
    body: bytes
    fault: Fault | None = None
    submission: Submission | None = None


class Written(NamedTuple):
    """An answer that is made piece by piece while it is sent, since all of it at once could fill the memory."""

    status: int
    headers: Headers
    parts: Iterator[bytes]


class Body(NamedTuple):
    """A body as far as it was read: None where it was left unread, its size in bytes, whether it is whole."""

    data: bytes | None
    size: int
    complete: bool = True


NO_BODY = Body(b"", 0)


@dataclass(frozen=True, slots=True)
class Head:
    """A request before its body: what every way in can tell of it. `started` is perf_counter() in seconds."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    started: float = field(default_factory=perf_counter)

    @property
    def announced(self) -> int | None:
        """The size that Content-Length announces, in bytes."""
        length = self.headers.get("Content-Length", "")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None


def respond(world: World, tally: Tally, head: Head, occasion: Occasion, body: Body) -> Answer:
    """Record the request, and what it is answered with."""
    return _answer(record(world, tally, head, occasion, body), deferred=occasion.readings.processing == "deferred")


def record(world: World, tally: Tally, head: Head, occasion: Occasion, body: Body) -> Submission:
    """The request as the log has it from now on, counted."""
    incoming = Incoming(head.method, head.path, head.query, head.headers, body.data, body.size, body.complete)
    submission = world.receive(incoming, occasion, head.started)
    tally.count(submission)
    return submission


def _answer(submission: Submission, *, deferred: bool) -> Answer:
    headers = [("Content-Type", "application/json")]
    if submission.verdict.allow:
        headers.append(("Allow", ", ".join(submission.verdict.allow)))
    if submission.fault and submission.fault.retry_after is not None:
        headers.append(("Retry-After", str(submission.fault.retry_after)))
    if submission.advisories:
        # Under deferred processing nothing about the events is known yet when the answer goes out.
        codes = dict.fromkeys(a.code for a in submission.advisories if not deferred or a.event is None)
        if codes:
            headers.append((ADVISORIES_HEADER, ", ".join(codes)))
    return Answer(submission.verdict.status, tuple(headers), submission.response, submission.fault, submission)


@lru_cache(maxsize=256)
def header_name(raw: str) -> str:
    """USER_AGENT or user-agent to User-Agent."""
    return raw.replace("_", "-").title()


def path_of(path: str, raw: bytes) -> str:
    """The path that was sent as `raw`; its escapes are resolved, but for slashes, which part nothing when escaped."""
    if b"%2f" not in raw.lower():
        return path
    return text_of(unquote_to_bytes(_ESCAPED_SLASH.sub(b"%252F", raw)))


def text_of(raw: bytes) -> str:
    """Bytes of a head as text: UTF-8, or else Latin-1, as HTTP once had it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
