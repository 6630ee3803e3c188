"""The server: granian's WSGI worker in this very process, on a socket that is bound here.

granian's own supervisor forks a worker and binds with SO_REUSEPORT, so that a port in use is shared
in silence, `--port 0` is not told, and the log would live in another process. Its worker class has
none of that. It also merges the operating system's environment into every request, where a variable
such as HTTP_PROXY would pass for a header; the small bridge below does not.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

from granian._futures import _new_cbscheduler
from granian._granian import SocketHolder, WorkerSignal, WSGIWorker
from granian.http import HTTP1Settings

from mock_capi.web.capi import Environ
from mock_capi.web.lane import Application

BACKLOG = 1024
THREADS = 32
"""Each request in progress holds a thread, so this many slow ones can be served side by side."""
_GRACE_SECONDS = 0.5
_BASE: Environ = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class BindError(OSError):
    """The address cannot be listened on; the message says why in words."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises BindError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise BindError(f"cannot listen on {host!r}: {error.strerror}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise BindError(_why(error, host, port)) from error
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; stop what listens there, or take another with --port (0 finds one)"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} needs more rights; take one above 1023 with --port"
    return f"cannot listen on {host} port {port}: {error.strerror}"


def url_of(listener: socket.socket) -> str:
    """Where a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told apart, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server:
    """An application on a listening socket. `start` returns at once."""

    def __init__(self, application: Application, listener: socket.socket, threads: int = THREADS) -> None:
        self._listener = listener
        self._stopping = WorkerSignal()
        self._stopped = Event()
        self._stopping.add_cb(self._stopped.set)
        self._callback = _bridge(application)
        # granian's type stubs are behind its own signature, hence the detour over Any.
        worker: Any = WSGIWorker
        holder: Any = SocketHolder
        self._worker = worker(
            worker_id=1,
            sock=(None, holder(listener.fileno(), False, BACKLOG)),
            ipc=None,
            threads=1,
            blocking_threads=8,
            py_threads=threads,
            py_threads_idle_timeout=30,
            backpressure=BACKLOG,
            http_mode="1",
            http1_opts=HTTP1Settings(),
        )

    @property
    def url(self) -> str:
        """Where the server is reached from this machine."""
        return url_of(self._listener)

    def start(self) -> None:
        """Serve from granian's threads."""
        # A log of many small objects makes full collections long; what is loaded by now stays for good.
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        loop = asyncio.new_event_loop()
        new_scheduler: Any = _new_cbscheduler
        scheduler = new_scheduler(loop, self._callback, impl_asyncio=True)
        self._worker.serve_mtr(scheduler, loop, self._stopping)

    def stop(self) -> bool:
        """Take no more requests; False where some were still under way after half a second."""
        self._stopping.set()
        return self._stopped.wait(_GRACE_SECONDS)


def wait_for_signal() -> None:
    """Sleep until SIGTERM or SIGINT, also as PID 1, where nothing is handled unless asked for."""
    asked = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    while not asked.wait(3600):
        pass


def _bridge(application: Application) -> Callable[[Any, Environ], int]:
    """granian's call to WSGI's."""

    def call(protocol: Any, scope: Environ) -> int:
        started = _Started()
        body = application(_BASE | scope, started)
        if isinstance(body, list):
            protocol.response_bytes(started.status, started.headers, b"".join(body))
        else:
            protocol.response_iter(started.status, started.headers, _Closing(body))
        return started.status

    return call


class _Started:
    """WSGI's start_response, remembering what it was called with."""

    __slots__ = ("headers", "status")

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:  # noqa: ARG002 - part of WSGI
        self.status = int(status[:3])
        self.headers = headers


class _Closing:
    """A body as granian iterates it: it calls `__next__`, and `close` at the end."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._chunks: Iterator[bytes] = iter(body)

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        if hasattr(self._body, "close"):
            self._body.close()
