"""The inspector page: a shell and static files, none of which holds anything of the log."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from mock_capi import __version__
from mock_capi.web.browsers import policy
from mock_capi.web.plain import Refused

FORMATS = ("json", "html")
STATIC = Path(__file__).with_name("static")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Nothing from elsewhere and nothing inline: what an event holds can be shown, but never run.
_POLICY = policy("script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'")


def blueprint() -> Blueprint:
    """The static files; the shell is what GET /_inspect answers a browser."""
    tree = Blueprint("page", __name__, url_prefix="/_inspect", template_folder="templates")

    @tree.get("/static/<name>")
    def static(name: str) -> Any:
        return _file(name)

    return tree


def is_wanted() -> bool:
    """Whether this request to /_inspect wants the page rather than JSON. Raises Refused."""
    asked = request.args.get("format")
    if asked is not None and asked not in FORMATS:
        raise Refused("INVALID_PARAMETER", f"format is {' or '.join(FORMATS)}")
    return _format() == "html"


def is_open() -> bool:
    """Whether this request is answered without the admin token: what holds no data, and asks for the token itself."""
    if request.method not in ("GET", "HEAD"):
        return False
    return request.endpoint == "page.static" or (request.endpoint == "inspect.index" and _format() == "html")


def _format() -> str:
    """What is asked for by name, or else preferred; whoever takes anything, as curl does, gets what programs read."""
    asked = request.args.get("format")
    return asked if asked is not None else "html" if is_for_people() else "json"


def is_for_people() -> bool:
    """Whether a browser asks."""
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def shell() -> Response:
    """The page, before its scripts fill it from the same JSON that programs get."""
    # Named here they are fetched side by side, and not one import after the other.
    modules = [name for name in _files() if name.endswith(".js") and name != "theme.js"]
    text = render_template("inspector.html", version=__version__, root=request.script_root, modules=modules)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", "Content-Security-Policy": _POLICY}
    return Response(text, mimetype="text/html", headers=headers)


def _file(name: str) -> Response:
    """A static file. The browser asks each time whether it has changed, so that an upgrade never mixes two versions."""
    known = _files()
    if name not in known:
        raise NotFound
    content, tag = known[name]
    response = Response(content, content_type=_TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    """All static files with their tags; few and small enough to stay in memory."""
    contents = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in _TYPES}
    return {name: (content, sha256(content).hexdigest()[:32]) for name, content in contents.items()}
