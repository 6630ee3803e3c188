"""The whole mock as a Flask application: vendor's API, inspection, control, health."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mock_capi.store import StoreError
from mock_capi.web import control, inspect, page, wsgi
from mock_capi.web.browsers import CAREFUL
from mock_capi.web.guard import Guard
from mock_capi.web.paths import LIVE, METRICS, READY, is_guarded, is_own
from mock_capi.web.plain import UNREACHABLE, Refused
from mock_capi.web.replies import refuse, reply
from mock_capi.web.tally import Tally
from mock_capi.world import World

_log = logging.getLogger(__name__)
_FAILED = ("INTERNAL_ERROR", "The server failed. Its own log says why.")
_CODES_BY_STATUS = {400: "MALFORMED_JSON", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "PAYLOAD_TOO_LARGE"}


def create_app(world: World, guard: Guard | None = None, tally: Tally | None = None) -> Flask:
    """A complete application over one world; runs under any WSGI server. `tally` is for one that shares its world."""
    tally = tally or Tally()
    app = Flask("mock_capi", static_folder=None)
    # A redirect would lose the body of a POST, and the vendor's API is not known to send any.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.url_map.redirect_defaults = False
    app.register_blueprint(inspect.blueprint(world))
    app.register_blueprint(page.blueprint())
    app.register_blueprint(control.blueprint(world, tally))
    _add_vendor_routes(app, world, tally)
    _add_metrics(app, world, tally)
    _add_health(app, world)
    _add_home(app)
    _add_refusals(app, world, tally)
    _add_guard(app, guard or Guard())
    _add_refresh(app, world)
    # Flask's documentation wraps an application so; mypy takes a method for something to be left alone.
    app.wsgi_app = wsgi.cutting_off(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def _vendor(world: World, tally: Tally) -> Response:
    answer = wsgi.answer(world, tally, request.environ)
    if answer.fault:
        wsgi.suffer(answer.fault, request.environ)
    return Response(answer.body, answer.status, list(answer.headers))


def _add_vendor_routes(app: Flask, world: World, tally: Tally) -> None:
    for route in world.spec.routes:
        app.add_url_rule(
            route.path,
            f"{route.method} {route.path}",
            lambda: _vendor(world, tally),
            methods=[route.method],
            provide_automatic_options=False,
            strict_slashes=True,
        )


def _add_metrics(app: Flask, world: World, tally: Tally) -> None:
    @app.get(METRICS)
    def show_metrics() -> Any:
        """For Prometheus, whose library is loaded when somebody first asks."""
        from mock_capi.web import metrics

        written, content_type = metrics.written(world, tally, request.headers.get("Accept", ""))
        return Response(written, content_type=content_type, headers={"Cache-Control": "no-store"})


def _add_health(app: Flask, world: World) -> None:
    @app.get(LIVE)
    def live() -> Any:
        return reply({"status": "ok"})

    @app.get(READY)
    def ready() -> Any:
        try:
            world.store.refresh()
        except StoreError:
            return refuse(*UNREACHABLE)
        return reply({"status": "ok"})


def _add_home(app: Flask) -> None:
    @app.get("/")
    def home() -> Any:
        """Where people get who type the bare address; programs find nothing there."""
        if not page.is_for_people():
            raise NotFound
        return redirect("/_inspect")


def _add_guard(app: Flask, guard: Guard) -> None:
    @app.before_request
    def guarded() -> Response | None:
        if not is_guarded(request.path):
            return None
        found = guard.refusal(request.method, _header, open_to_all=page.is_open())
        return refuse(*found) if found else None

    @app.after_request
    def careful(response: Response) -> Response:
        if is_own(request.path):
            for name, value in CAREFUL:
                response.headers.setdefault(name, value)
        return response


def _header(name: str) -> str | None:
    value = request.headers.get(name)
    return None if value is None else wsgi.text(value)


def _add_refresh(app: Flask, world: World) -> None:
    @app.before_request
    def refreshed() -> None:
        """What is shown and steered is what stands now, wherever it was done."""
        if is_guarded(request.path):
            world.store.refresh()


def _add_refusals(app: Flask, world: World, tally: Tally) -> None:
    @app.errorhandler(HTTPException)
    def refused_by_flask(error: HTTPException) -> Response:
        if not is_own(request.path):
            return _vendor(world, tally)
        code = _CODES_BY_STATUS.get(error.code or 500, "INTERNAL_ERROR")
        message = "There is no such path." if code == "NOT_FOUND" else f"{error.name}."
        response = refuse(code, message)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return refuse(error.code, error.message)

    @app.errorhandler(StoreError)
    def failed_to_keep(error: StoreError) -> Any:
        _log.error("a request failed: %s", error)
        return refuse(*UNREACHABLE) if is_own(request.path) else refuse(*_FAILED)

    @app.errorhandler(Exception)
    def failed(_error: Exception) -> Any:
        _log.exception("a request failed")
        return refuse(*_FAILED)
