"""The access log: one line for each request that was answered, health checks aside."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from time import perf_counter
from typing import Any

from mock_capi.model import Submission
from mock_capi.redact import Mask, redact_path
from mock_capi.web.paths import HEALTH
from mock_capi.web.sending import SUBMISSION, App, Message, Receive, Scope, Send
from mock_capi.world import World

_log = logging.getLogger(__name__)


class AccessLog:
    """An application whose requests are logged. Nobody pays for it who serves the application itself.

    A line shows of a submission what the log shows; of other requests the path without its query, in which people
    search for all kinds of things; and never where a request came from.
    """

    def __init__(self, application: App, world: World) -> None:
        self._application = application
        self._world = world
        _log.setLevel(logging.INFO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._application(scope, receive, send)
            return
        answered = _Answered(send)
        started = perf_counter()
        try:
            await self._application(scope, receive, answered)
        finally:
            fields = _fields(scope, answered, perf_counter() - started, self._world.mask)
            _log.info(_line(fields), extra={"fields": fields})


class _Answered:
    """A `send` that remembers the status, None until there is one, and how many bytes of body it has sent."""

    __slots__ = ("_send", "size", "status")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.size = 0

    def __call__(self, message: Message) -> Awaitable[None]:
        self.status = message.get("status", self.status)
        self.size += len(message.get("body", b""))
        return self._send(message)


def _fields(scope: Scope, answered: _Answered, seconds: float, mask: Mask) -> dict[str, Any]:
    """What there is to say; what does not apply is None."""
    submission: Submission | None = scope.get(SUBMISSION)
    verdict = submission.verdict if submission else None
    return {
        "method": submission.method if submission else scope["method"],
        "path": submission.path if submission else redact_path(scope["path"], "", mask),
        "status": answered.status,
        "duration_ms": round(seconds * 1000, 3),
        "bytes": answered.size,
        "request_bytes": submission.body_bytes if submission else None,
        "endpoint": verdict.endpoint if verdict else None,
        "data_set_id": verdict.data_set_id if verdict else None,
        "submission_id": submission.id if submission else None,
        "error_code": verdict.refusal.code if verdict and verdict.refusal else None,
        "fault": submission.fault.kind if submission and submission.fault else None,
    }


def _line(fields: dict[str, Any]) -> str:
    """The same in short; nothing in it can begin a line of its own."""
    parts = (fields["method"], fields["path"], fields["status"] or "unanswered", fields["error_code"], fields["fault"])
    took = f"{fields['duration_ms']:.1f} ms"
    text = " ".join(str(part) for part in (*parts, took, fields["submission_id"]) if part)
    return text if text.isprintable() else ascii(text)[1:-1]
