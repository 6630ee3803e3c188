"""A client on a bare socket, for what the usual clients would never send."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple

from tests.conftest import Running
from tests.senders import event

DEADLINE = 20.0
"""Seconds after which something that must happen has not happened."""
CUT_OFF = (ConnectionResetError, ssl.SSLEOFError)
"""How a connection that is reset ends; under TLS, Python tells no more than that it ended too early."""


class Answer(NamedTuple):
    """A response as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error code of a refusal; asserts that this is one, in exactly the envelope of guide 8.2."""
        assert self.headers["content-type"] == "application/json"
        envelope = self.json
        assert set(envelope) == {"status", "error_code", "message"}
        assert envelope["status"] == "error"
        assert envelope["message"]
        return str(envelope["error_code"])


class Wire:
    """One connection, under TLS where the server speaks it. `send` takes bytes, `answer` reads one response, `ended`
    reads up to the end."""

    def __init__(
        self, running: Running, context: ssl.SSLContext | None = None, receive_bytes: int | None = None
    ) -> None:
        self.socket = socket.socket()
        if receive_bytes:  # a reader who has room for little
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(DEADLINE)
        self.socket.connect((running.host, running.port))
        if running.ca_file:
            context = context or ssl.create_default_context(cafile=running.ca_file)
            self.socket = context.wrap_socket(self.socket, server_hostname=running.host, suppress_ragged_eofs=False)
        self._reader = self.socket.makefile("rb")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self.socket.close()

    def send(self, data: bytes) -> Wire:
        self.socket.sendall(data)
        return self

    def answer(self, method: str = "POST") -> Answer:
        line = self._reader.readline()
        assert line.startswith(b"HTTP/1."), f"no response but {line!r}"
        status = int(line.split()[1])
        headers: dict[str, str] = {}
        while (line := self._reader.readline().strip()) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        length = 0 if method == "HEAD" or status == 100 else int(headers["content-length"])
        return Answer(status, headers, self._reader.read(length))

    def ended(self) -> bytes:
        """What else comes until the server closes the connection."""
        return self._reader.read()


@dataclass
class Account:
    """A dataset of one test's own on a server that tests share."""

    running: Running
    data_set_id: str
    api_key: str

    def event(self, **changes: Any) -> bytes:
        """A valid event of this dataset as of now, as it is sent."""
        base = {"data_set_id": self.data_set_id, "timestamp": int(time.time())}
        return json.dumps(event(**(base | changes))).encode()

    def head(self, *lines: str, start: str = "POST /v1/events HTTP/1.1") -> bytes:
        """A request's head with this dataset's key."""
        usual = ("Host: localhost", f"Authorization: Bearer {self.api_key}", "Content-Type: application/json")
        return "\r\n".join((start, *usual, *lines, "", "")).encode()

    def request(self, body: bytes | None = None, **options: Any) -> bytes:
        """A whole request; without a body given, a valid event."""
        sent = self.event() if body is None else body
        return self.head(f"Content-Length: {len(sent)}", **options) + sent

    def log(self, **filters: Any) -> list[dict[str, Any]]:
        """What the log holds of this dataset, newest first."""
        found = self.running.get("/_inspect", data_set_id=self.data_set_id, **filters)
        return found["submissions"]  # type: ignore[no-any-return]

    def accepts(self) -> bool:
        """Whether an honest event is answered with 200 on a new connection."""
        with Wire(self.running) as wire:
            return wire.send(self.request()).answer().status == 200


def open_account(running: Running, **asked: Any) -> Account:
    """Provision a dataset."""
    response = running.ask("POST", "/_control/datasets", json=asked)
    assert response.status_code == 201, response.text
    view = response.json()
    return Account(running, view["data_set_id"], view["api_key"])


def eventually(check: Callable[[], Any]) -> Any:
    """Ask until there is an answer; whatever is asked takes its time, so nothing sleeps here."""
    deadline = time.monotonic() + DEADLINE
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not happen in time"
    return found


def chunked(*parts: bytes, end: bool = True) -> bytes:
    """A body in chunks, with or without the last one."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + (b"0\r\n\r\n" if end else b"")
