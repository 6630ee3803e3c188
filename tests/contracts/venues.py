"""Where the cases play in tests: in process by the mock's own clock or by a frozen one, and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from freezegun.api import FrozenDateTimeFactory

from mock_capi.harness.cases import Case
from mock_capi.harness.sending import Request
from mock_capi.harness.target import Answer, Target
from mock_capi.harness.values import Account
from mock_capi.harness.venue import Mock

ServerReadings = tuple[tuple[str, str], ...]


class WsgiTarget:
    """A Flask application in this process."""

    def __init__(self, application: Flask) -> None:
        self._client = application.test_client(use_cookies=False)

    def send(self, request: Request) -> Answer:
        """As over a wire, without one."""
        got = self._client.open(
            request.path, method=request.method, headers=dict(request.headers), data=request.body or None
        )
        return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.data)


class FrozenMock(Mock):
    """A mock whose clock is the real one, which somebody else holds still."""

    def __init__(self, target: Target, frozen: FrozenDateTimeFactory) -> None:
        super().__init__(target)
        self._frozen = frozen

    @contextmanager
    def clock_at(self, now: float, _account: Account, /) -> Iterator[None]:
        """Move the frozen time."""
        self._frozen.move_to(datetime.fromtimestamp(now, UTC))
        yield


class Venues:
    """One venue for each set of server-wide readings that cases ask for, made when first asked for."""

    def __init__(self, make: Callable[[Mapping[str, str]], Mock]) -> None:
        self._make = make
        self._made: dict[ServerReadings, Mock] = {}

    def of(self, case: Case) -> Mock:
        """Where a case can play."""
        asked: Any = case.raw.get("server_readings", {})
        readings: ServerReadings = tuple(sorted((name, str(value)) for name, value in asked.items()))
        if readings not in self._made:
            self._made[readings] = self._make(dict(readings))
        return self._made[readings]
