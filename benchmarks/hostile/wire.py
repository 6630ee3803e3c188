"""A client's end of a connection, as rude as an attack needs it."""

from __future__ import annotations

import resource
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple


class Answer(NamedTuple):
    """A response. Status 0 stands for a connection that was closed without one."""

    status: int
    content_type: str
    body: bytes


CLOSED = Answer(0, "", b"")


class Connection:
    """A keep-alive connection that is opened again when it was closed. `timeout` is in seconds."""

    def __init__(self, port: int, timeout: float, receive_bytes: int | None = None) -> None:
        self._port, self._timeout, self._receive_bytes = port, timeout, receive_bytes
        self.opened = 0
        self._open()

    def _open(self) -> None:
        self.socket = socket.socket()
        if self._receive_bytes:  # a reader who has room for little
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_bytes)
        self.socket.settimeout(self._timeout)
        self.socket.connect(("127.0.0.1", self._port))
        self.opened += 1

    def send(self, data: bytes) -> None:
        """Send as much as the server takes: it may answer, and close, before the end."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def end(self) -> None:
        """There will be nothing more from this side."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def answer(self, method: str = "POST") -> Answer:
        """The next response. Raises TimeoutError where none comes."""
        response = HTTPResponse(self.socket, method=method)
        try:
            response.begin()
            found = Answer(response.status, response.headers.get("Content-Type", ""), response.read())
            closes = response.will_close
        except TimeoutError:
            raise
        except (HTTPException, OSError):
            found, closes = CLOSED, True
        finally:
            response.close()
        if closes:
            self.close()
            self._open()
        return found

    def last(self) -> Answer:
        """The same, where none may follow."""
        response = HTTPResponse(self.socket, method="POST")
        try:
            response.begin()
            return Answer(response.status, "", response.read())
        except TimeoutError:
            raise
        except (HTTPException, OSError):
            return CLOSED
        finally:
            response.close()

    def reset(self) -> None:
        """Hang up as a process does that dies."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        self.socket.close()


@contextmanager
def crowd(port: int, wanted: int, timeout: float, receive_bytes: int | None = None) -> Iterator[list[Connection]]:
    """So many connections at a time, or as many as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ExitStack() as stack:
        made = [Connection(port, timeout, receive_bytes) for _ in range(min(wanted, most - 200))]
        for connection in made:
            stack.callback(connection.close)
        yield made
