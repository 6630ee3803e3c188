"""Answers of the mock's own trees as Flask gives them."""

from __future__ import annotations

from typing import Any

from flask import Response

from mock_capi.web import plain
from mock_capi.web.capi import Answer, Written


def response(answer: Answer | Written) -> Response:
    """Any answer."""
    made = Response(answer.body if isinstance(answer, Answer) else answer.parts, answer.status)
    made.headers.clear()
    made.headers.extend(list(answer.headers))
    return made


def reply(value: Any, status: int = 200) -> Response:
    """JSON, never cached."""
    return response(plain.answered(value, status))


def refuse(code: str, message: str) -> Response:
    """The envelope with the code's own status."""
    return response(plain.refusal(code, message))
