"""Answers of the mock's own trees, made without Flask: JSON, and refusals in the same envelope as the vendor's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mock_capi.answer import envelope
from mock_capi.catalogue import status_of
from mock_capi.web.browsers import CAREFUL
from mock_capi.web.capi import Answer, Written
from mock_capi.web.pages import Page

UNREACHABLE = ("STORE_UNREACHABLE", "The store that this server shares with others cannot be reached.")
_JSON = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), *CAREFUL)


class Refused(Exception):  # noqa: N818 - it ends a request, it is no fault
    """Ends a request of /_inspect or /_control with a code of the catalogue."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parameters(query: str) -> dict[str, str]:
    """A query string's parameters. Raises Refused."""
    return once(parse_qsl(query, keep_blank_values=True))


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Parameters that stand there once: which of two is meant would be anyone's guess. Raises Refused."""
    listed = list(pairs)
    for name, times in Counter(name for name, _ in listed).items():
        if times > 1:
            raise Refused("INVALID_PARAMETER", f"{name} stands there {times} times; it is taken once")
    return dict(listed)


def refusal(code: str, message: str) -> Answer:
    """The envelope, with the code's own status."""
    challenge = (("WWW-Authenticate", "Bearer"),) if code == "ADMIN_TOKEN_REQUIRED" else ()
    return Answer(status_of(code), (*_JSON, *challenge), envelope(code, message))


def listed(page: Page, before: Mapping[str, Any] | None = None) -> Written:
    """A page of the log, never cached; `before` are members of the object that come first."""
    return Written(200, _JSON, page.written(before))


def answered(value: Any, status: int = 200) -> Answer:
    """JSON, never cached."""
    return Answer(status, _JSON, orjson.dumps(value))
