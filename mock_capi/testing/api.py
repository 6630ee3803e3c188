"""Asking a server over HTTP, with what Python has on board; a connection for each request, so from any thread."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from mock_capi.trust import TrustError, context_for, why

TIMEOUT_SECONDS = 30.0
"""How long an answer may take that is not waited for on purpose."""


class MockCapiError(RuntimeError):
    """The server refused what the kit asked for, or could not be reached; the message says why.

    `status` and `code` are those of the refusal, None where nothing was answered.
    """

    def __init__(self, message: str, status: int | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Api:
    """A server's trees /_inspect and /_control. Everything here raises MockCapiError.

    `trusted` is what it has to be certified by under HTTPS, None for what Python trusts by itself.
    """

    def __init__(self, url: str, admin_token: str | None = None, trusted: ssl.SSLContext | None = None) -> None:
        self.url = (url if "//" in url else f"http://{url}").rstrip("/")
        self.admin_token = admin_token
        self.trusted = trusted
        self._headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}

    @classmethod
    def trusting(cls, url: str, admin_token: str | None, ca_file: str | Path | None) -> Self:
        """A server that under HTTPS may be certified by the CAs in a file, besides those trusted anyway."""
        try:
            return cls(url, admin_token, context_for(url, ca_file))
        except TrustError as error:
            raise MockCapiError(str(error)) from error

    def get(self, path: str, parameters: Mapping[str, object]) -> Any:
        """The JSON that is read at a path."""
        return _value(*self._exchange("GET", _with_query(path, parameters)))

    def text(self, path: str, parameters: Mapping[str, object]) -> str:
        """The text that is read at a path."""
        status, body = self._exchange("GET", _with_query(path, parameters))
        if status >= 400:
            _value(status, body)
        return body.decode()

    def steer(self, method: str, path: str, asked: Mapping[str, object]) -> Any:
        """What is answered to a request of /_control."""
        return _value(*self._exchange(method, path, json.dumps(asked).encode()))

    def wait(self, parameters: Mapping[str, object], seconds: float) -> Any:
        """What /_inspect/wait answers, be it that they came or that they did not."""
        asked = _with_query("/_inspect/wait", {**parameters, "timeout": seconds})
        status, body = self._exchange("GET", asked, timeout=seconds + TIMEOUT_SECONDS)
        return json.loads(body) if status == 408 else _value(status, body)

    def _exchange(
        self, method: str, path: str, body: bytes | None = None, timeout: float = TIMEOUT_SECONDS
    ) -> tuple[int, bytes]:
        connection, prefix = self._connection(timeout)
        try:
            connection.request(method, prefix + path, body, self._headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:
            raise MockCapiError(f"no mock-capi answers at {self.url}: {why(error)}") from error
        finally:
            connection.close()

    def _connection(self, timeout: float) -> tuple[HTTPConnection, str]:
        try:
            parts = urlsplit(self.url)
            if not parts.hostname or parts.scheme not in ("http", "https"):
                raise ValueError
            if parts.scheme == "http":
                return HTTPConnection(parts.hostname, parts.port, timeout=timeout), parts.path
            secure = HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=self.trusted)
            return secure, parts.path
        except (ValueError, HTTPException) as error:
            raise MockCapiError(f"{self.url} is not an http:// or https:// URL") from error


def _with_query(path: str, parameters: Mapping[str, object]) -> str:
    return f"{path}?{urlencode({name: _text(value) for name, value in parameters.items()})}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(status: int, body: bytes) -> Any:
    try:
        answered = json.loads(body)
    except ValueError as error:
        raise MockCapiError(f"this is no mock-capi: it answered {status} and no JSON", status) from error
    if status < 400:
        return answered
    told = answered if isinstance(answered, dict) else {}
    raise MockCapiError(f"{told.get('message', body.decode())} ({status})", status, told.get("error_code"))
