"""The endpoint that cases are sent to, and what it answered."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

from mock_capi.harness.sending import Request
from mock_capi.trust import why

_TIMEOUT_SECONDS = 30.0


class TargetError(Exception):
    """An address that is none, or a server that does not answer."""


@dataclass(frozen=True)
class Answer:
    """One HTTP response; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON, None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Target(Protocol):
    """Anything that answers requests. Raises TargetError."""

    def send(self, request: Request) -> Answer:
        """Send one request and wait for its answer."""


class HttpTarget:
    """A server under a base URL, over connections that are kept; at most `rate` requests a second.

    `trusted` is what it has to be certified by under HTTPS, None for what Python trusts by itself.
    """

    def __init__(self, base_url: str, rate: float | None = None, trusted: ssl.SSLContext | None = None) -> None:
        self._address = urlsplit(base_url if "//" in base_url else f"http://{base_url}")
        try:
            port = self._address.port
        except ValueError:
            port = 0
        if self._address.scheme not in ("http", "https") or not self._address.hostname or port == 0:
            raise TargetError(f"{base_url} is not an http:// or https:// URL")
        self._prefix = self._address.path.rstrip("/").removesuffix("/v1")
        self._idle: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()
        self._pace = Pace(rate)
        self._trusted = trusted

    def send(self, request: Request) -> Answer:
        self._pace.wait()
        try:
            connection = self._idle.get_nowait()
        except Empty:
            return self._exchange(self._connect(), request)
        try:
            return self._exchange(connection, request)
        except TargetError:  # the server may have closed it while it lay idle
            return self._exchange(self._connect(), request)

    def __enter__(self) -> HttpTarget:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections that lie idle."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
        return http.client.HTTPSConnection(host, port, timeout=_TIMEOUT_SECONDS, context=self._trusted)

    def _exchange(self, connection: http.client.HTTPConnection, request: Request) -> Answer:
        try:
            connection.putrequest(request.method, self._prefix + request.path, skip_accept_encoding=True)
            for name, value in request.headers.items():
                connection.putheader(name, value.encode("utf-8"))
            if request.body or request.method not in ("GET", "HEAD"):
                connection.putheader("Content-Length", str(len(request.body)))
            with suppress(BrokenPipeError, ConnectionResetError):  # refused unread, and answered before that
                connection.endheaders(request.body)
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise TargetError(f"{self._address.netloc}: {why(error)}") from error
        if response.will_close:
            connection.close()
        else:
            self._idle.put(connection)
        return answer


class Pace:
    """Lets at most `rate` pass in a second; None lets all pass."""

    def __init__(self, rate: float | None) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._lock = Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next may go."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        time.sleep(turn - now)
