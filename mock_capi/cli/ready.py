"""`mock-capi ready`: whether a running server is ready, for health checks."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import click

from mock_capi.cli import configured
from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.reaching import Server, cacert_option
from mock_capi.settings import PREFIX
from mock_capi.trust import TrustError, why


@click.command("ready")
@click.option("--url", metavar="URL", envvar=f"{PREFIX}URL", help="The server.  [env: MOCK_CAPI_URL]")
@configured.server_options("config")
@cacert_option
@click.option("--wait", is_flag=True, help="Keep asking until it is ready.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0), default=10.0, show_default=True)
def ready_command(url: str | None, config: str | None, cacert: Path | None, wait: bool, timeout: float) -> None:
    """Ask a running server whether it is ready; exit code 0 or 1, for health checks.

    Without a URL it asks where `serve` would listen with the same variables and the same file.
    """
    server = Server.of(url, None, config)
    where = server.url
    deadline = time.monotonic() + timeout
    while True:
        problem = _why_not_ready(
            where, max(0.05, min(deadline - time.monotonic(), 5.0)), lambda: server.trusted(cacert)
        )
        if problem is None:
            click.echo(f"{where} is ready")
            return
        if not wait or time.monotonic() >= deadline:
            fail(f"{where} is not ready: {problem}", EXIT_FAILED)
        time.sleep(0.02)


def _why_not_ready(url: str, timeout: float, trust: Callable[[], ssl.SSLContext | None]) -> str | None:
    """`trust` is asked each time: the server writes its CA when it starts."""
    try:
        connection = _connection(url, timeout, trust())
    except TrustError as error:
        return str(error)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return why(error)
    finally:
        connection.close()
    return None if status == 200 else f"it answered {status}"


def _connection(url: str, timeout: float, trust: ssl.SSLContext | None) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        name = (parts.hostname if parts.scheme in ("http", "https") else None) or ""
        if not name.encode("idna"):
            raise ValueError
        if trust:
            return http.client.HTTPSConnection(name, parts.port, timeout=timeout, context=trust)
        return http.client.HTTPConnection(name, parts.port, timeout=timeout)
    except (ValueError, http.client.InvalidURL):
        fail(f"{url} is not an http:// or https:// URL")
