"""The fast lane: a WSGI callable that answers the vendor's API itself and leaves the rest to Flask.

Both take the same way through `capi.respond`; the lane only does without Flask's request context,
and without importing Flask before somebody needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from mock_capi.web.capi import Answer, Environ, respond, wsgi
from mock_capi.web.guard import Guard
from mock_capi.world import World

Application = Callable[[Environ, Any], Iterable[bytes]]
_OK = b'{"status":"ok"}'
_HEALTHY = Answer(200, (("Content-Type", "application/json"), ("Content-Length", str(len(_OK)))), _OK)


class FastLane:
    """The WSGI application that `serve` runs."""

    def __init__(self, world: World, guard: Guard | None = None) -> None:
        self._world = world
        self._guard = guard or Guard()
        self._flask: Application | None = None
        self._lock = Lock()
        self._lane = frozenset(route.path for route in world.spec.routes)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in self._lane:
            return wsgi(respond(self._world, environ), start_response)
        if path in ("/readyz", "/livez") and environ["REQUEST_METHOD"] == "GET":
            return wsgi(_HEALTHY, start_response)
        return self._rest()(environ, start_response)

    def _rest(self) -> Application:
        if self._flask is None:
            with self._lock:
                if self._flask is None:
                    from mock_capi.web.app import create_app

                    self._flask = create_app(self._world, self._guard).wsgi_app
        return self._flask
