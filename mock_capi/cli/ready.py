"""`mock-capi ready`: whether a running server is ready, for health checks."""

from __future__ import annotations

import http.client
import os
import time
from urllib.parse import urlsplit

import click

from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.settings import PREFIX, SettingsError, check_environment, resolve
from mock_capi.web.paths import url_of


@click.command("ready")
@click.option("--url", metavar="URL", envvar=f"{PREFIX}URL", help="The server.  [env: MOCK_CAPI_URL]")
@click.option("--wait", is_flag=True, help="Keep asking until it is ready.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0), default=10.0, show_default=True)
def ready_command(url: str | None, wait: bool, timeout: float) -> None:
    """Ask a running server whether it is ready; exit code 0 or 1, for health checks."""
    try:
        check_environment(os.environ)
        address = url or _configured_url()
    except SettingsError as error:
        fail(str(error))
    deadline = time.monotonic() + timeout
    while True:
        problem = _why_not_ready(address, max(0.05, min(deadline - time.monotonic(), 5.0)))
        if problem is None:
            click.echo(f"{address} is ready")
            return
        if not wait or time.monotonic() >= deadline:
            fail(f"{address} is not ready: {problem}", EXIT_FAILED)
        time.sleep(0.02)


def _configured_url() -> str:
    settings = resolve({}, os.environ)
    return url_of(settings.host, settings.port)


def _connection(url: str, timeout: float) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        name = (parts.hostname if parts.scheme == "http" else None) or ""
        if not name.encode("idna"):
            raise ValueError
        return http.client.HTTPConnection(name, parts.port or 80, timeout=timeout)
    except (ValueError, http.client.InvalidURL):
        fail(f"{url} is not an http:// URL")


def _why_not_ready(url: str, timeout: float) -> str | None:
    connection = _connection(url, timeout)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if status == 200 else f"it answered {status}"
