"""`mock-capi ready`: whether a running server is ready, for health checks."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

import click

from mock_capi.cli import configured
from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.settings import PREFIX


@click.command("ready")
@click.option("--url", metavar="URL", envvar=f"{PREFIX}URL", help="The server.  [env: MOCK_CAPI_URL]")
@configured.server_options("config")
@click.option("--wait", is_flag=True, help="Keep asking until it is ready.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0), default=10.0, show_default=True)
def ready_command(url: str | None, config: str | None, wait: bool, timeout: float) -> None:
    """Ask a running server whether it is ready; exit code 0 or 1, for health checks.

    Without a URL it asks where `serve` would listen with the same variables and the same file.
    """
    address, _ = configured.server_of(url, None, config)
    deadline = time.monotonic() + timeout
    while True:
        problem = _why_not_ready(address, max(0.05, min(deadline - time.monotonic(), 5.0)))
        if problem is None:
            click.echo(f"{address} is ready")
            return
        if not wait or time.monotonic() >= deadline:
            fail(f"{address} is not ready: {problem}", EXIT_FAILED)
        time.sleep(0.02)


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
