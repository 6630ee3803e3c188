"""The server: granian's worker in this very process, on a socket that is bound here.

granian's own supervisor forks a worker and binds with SO_REUSEPORT, so that a port in use is shared
in silence, `--port 0` is not told, and the log would live in another process. Its worker class has
none of that.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvloop
from granian._futures import _future_watcher_wrapper, _new_cbscheduler
from granian._granian import ASGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings

from mock_capi.web.paths import url_of
from mock_capi.web.sending import App, Scope, cut_off
from mock_capi.web.tls import Identity, readable

BACKLOG = 1024
MOST_CONNECTIONS = 100_000
"""granian takes no more than this many at a time; an idle one costs little and must keep nobody out."""
GRACE_SECONDS = 0.5
# So long a small request waits while a large body is judged in a thread; Python would have it wait ten times as long.
_TURN_SECONDS = 0.0005
# granian's type stubs are behind its own signatures, hence the detour over Any.
_WORKER: Any = ASGIWorker
_HOLDER: Any = SocketHolder
_WRAP: Any = _future_watcher_wrapper
_NEW_SCHEDULER: Any = _new_cbscheduler


class BindError(OSError):
    """The address cannot be listened on; the message says why in words."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises BindError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise BindError(f"cannot listen on {host!r}: {getattr(error, 'strerror', 'no such host name')}") from error
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


def claim_process() -> None:
    """Set up this process for serving and nothing else: garbage collector, threads, and how many connections it may
    have."""
    sys.setswitchinterval(_TURN_SECONDS)
    # A log of many small objects makes full collections long; what is loaded by now stays for good.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    _allow_connections()


def _allow_connections() -> None:
    """Each connection takes a file descriptor, of which many systems allow 1,024 until asked for more."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS if most == resource.RLIM_INFINITY else most
    with suppress(ValueError, OSError):  # where the system allows fewer than it says, what it gave will do
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), most))


def _worker(listener: socket.socket, options: dict[str, Any]) -> Any:
    """granian's worker; it closes the socket itself."""
    return _WORKER(
        worker_id=1,
        sock=(None, _HOLDER(listener.detach(), False, BACKLOG)),
        ipc=None,
        threads=1,
        blocking_threads=8,
        py_threads=1,
        py_threads_idle_timeout=30,
        backpressure=MOST_CONNECTIONS,
        http_mode="1",
        http1_opts=HTTP1Settings(),
        **options,
    )


@contextmanager
def _tls_options(identity: Identity | None) -> Iterator[dict[str, Any]]:
    """What granian is told of TLS. It reads the files when it begins to serve, and never again."""
    if identity is None:
        yield {}
        return
    with readable(identity.chain) as chain, readable(identity.key) as key:
        yield {"ssl_enabled": True, "ssl_cert": chain, "ssl_key": key, "ssl_protocol_min": "tls1.2"}


class Server:
    """An application on a listening socket, run by the thread that calls `run`, which may be any.

    `farewell` is called when it comes to its end, before what is under way is waited for. With an `identity` it
    speaks HTTPS.
    """

    def __init__(
        self,
        application: App,
        listener: socket.socket,
        farewell: Callable[[], object] = bool,
        identity: Identity | None = None,
    ) -> None:
        self._application = application
        self._listener = listener
        self._farewell = farewell
        self._identity = identity
        self._stopping = WorkerSignal()
        self._loop = uvloop.new_event_loop()
        self._asked = asyncio.Event()
        self._released = asyncio.Event()
        self._under_way = 0
        self.url = url_of(*listener.getsockname()[:2], tls=identity is not None)
        """Where the server is reached from this machine."""

    def stop_on(self, *signals: signal.Signals) -> None:
        """End `run` at these signals, also as PID 1, where nothing is handled unless asked for."""
        for number in signals:
            signal.signal(number, lambda *_: self.stop())

    def stop(self) -> None:
        """Ask `run` to end; from any thread."""
        self._loop.call_soon_threadsafe(self._asked.set)

    def run(self) -> None:
        """Serve until asked to stop, once; requests under way then have half a second to end."""
        scheduler = _NEW_SCHEDULER(self._loop, _WRAP(self._call), impl_asyncio=True)
        self._stopping.add_cb(lambda: self._loop.call_soon_threadsafe(self._released.set))
        with _tls_options(self._identity) as options:
            serving = _worker(self._listener, options)
            serving.serve_mtr(scheduler, self._loop, self._stopping)
        self._loop.run_until_complete(self._until_over())
        if self._released.is_set():  # else granian may still need it
            self._loop.close()

    async def _until_over(self) -> None:
        await self._asked.wait()
        self._farewell()
        self._stopping.set()
        deadline = self._loop.time() + GRACE_SECONDS
        while self._under_way and self._loop.time() < deadline:
            await asyncio.sleep(0.01)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        with suppress(TimeoutError):  # a client that never ends its request is not waited for
            await asyncio.wait_for(self._released.wait(), GRACE_SECONDS)

    async def _call(self, scope: Scope, protocol: Any) -> None:
        self._under_way += 1
        try:
            await self._application(scope, protocol.receive, protocol.send)
        except asyncio.CancelledError:  # of this, granian would make an answer
            cut_off(scope)
        finally:
            self._under_way -= 1
