"""Sending events to a mock of the kit, as any client would."""

from __future__ import annotations

import time
from typing import Any

import requests

from mock_capi.testing import MockCapi
from tests.senders import event
from tests.web.wire import DEADLINE


def made(capi: MockCapi, **changes: Any) -> dict[str, Any]:
    """A valid event of this mock's dataset as of now."""
    return event(**{"data_set_id": capi.data_set_id, "timestamp": int(time.time()), **changes})


def send(capi: MockCapi, **changes: Any) -> requests.Response:
    """Send one event."""
    return post(capi, made(capi, **changes))


def post(capi: MockCapi, body: Any, timeout: float | None = DEADLINE, **options: Any) -> requests.Response:
    """Send an event, or a list of them as a batch."""
    url = f"{capi.url}/v1/events{'/batch' if isinstance(body, list) else ''}"
    return requests.post(url, timeout=timeout, **{"json": body, "headers": capi.headers, **options})
