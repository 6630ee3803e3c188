"""Answers of the mock's own trees: JSON, and refusals in the same envelope as the vendor's."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from mock_capi.answer import envelope
from mock_capi.catalogue import status_of


class Refused(Exception):  # noqa: N818 - it ends a request, it is no fault
    """Ends a request of /_inspect or /_control with a code of the catalogue."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def reply(value: Any, status: int = 200) -> Response:
    """JSON, never cached."""
    response = Response(orjson.dumps(value), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse(code: str, message: str) -> Response:
    """The envelope with the code's own status."""
    response = Response(envelope(code, message), status_of(code), content_type="application/json")
    if code == "ADMIN_TOKEN_REQUIRED":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
