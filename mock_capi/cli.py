"""The command `mock-capi`."""

from __future__ import annotations

import http.client
import json
import logging
import os
import signal
import sys
import time
from shlex import quote
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click

from mock_capi import __version__
from mock_capi.readings import READINGS, alternatives
from mock_capi.settings import OPTIONS, PREFIX, Settings, SettingsError, build_world, check_environment, resolve
from mock_capi.web.paths import url_of

EXIT_FAILED, EXIT_USAGE = 1, 2
# The hash is that of test@example.com.
_FIRST_EVENT = (
    '{"data_set_id":%s,"timestamp":',
    ',"event_type":"purchase","value":129.99,"currency_code":"USD",'
    '"identifiers":{"email_sha256":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"}}',
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mock-capi")
def main() -> None:
    """A test double for Paramount's server-side Conversion API.

    Every option has an environment twin: --port is MOCK_CAPI_PORT, and so on.
    """


def _with_options(command: Any) -> Any:
    for option in reversed(OPTIONS):
        about = f"{option.about}  [env: {option.variable}; default: {option.default or 'none'}]"
        command = click.option(option.flag, option.name, metavar=option.metavar, help=about)(command)
    return command


@main.command()
@_with_options
def serve(**flags: str | None) -> None:
    """Run the server until SIGTERM or SIGINT."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        settings = resolve(flags, os.environ)
        world = build_world(settings)
    except SettingsError as error:
        _fail(str(error))
    from mock_capi.web.asgi import Application
    from mock_capi.web.guard import Guard
    from mock_capi.web.server import BindError, Server, bind

    try:
        listener = bind(settings.host, settings.port)
    except BindError as error:
        _fail(str(error))
    guard = Guard(settings.admin_token, settings.allowed_hosts)
    server = Server(Application(world, guard, settings.threads), listener)
    server.stop_on(signal.SIGTERM, signal.SIGINT)
    click.echo(_greeting(server.url, settings))
    sys.stdout.flush()
    server.run()
    sys.stdout.flush()
    # Threads with requests that did not end in time would keep the interpreter from ending.
    os._exit(0)


def _greeting(url: str, settings: Settings) -> str:
    lines = [f"mock-capi {__version__} listens on {url}", f"  inspect  {url}/_inspect"]
    for dataset in settings.datasets:
        lines += [f"  dataset  {dataset.id}", f"  api key  {dataset.api_key}"]
    return "\n".join([*lines, "", "Send a first event:", "", _first_command(url, settings), ""])


def _first_command(url: str, settings: Settings) -> str:
    """A command that sends an event, for a POSIX shell."""
    first = settings.datasets[0]
    scheme = "" if settings.readings.authorization == "raw" else "Bearer "
    authorization = quote(f"Authorization: {scheme}{first.api_key}")
    start, rest = _FIRST_EVENT
    body = f"""{quote(start % json.dumps(first.id))}"$(date +%s)"{quote(rest)}"""
    return f"curl -sS {url}/v1/events -H {authorization} -H 'Content-Type: application/json' -d {body}"


@main.command()
@click.option("--url", metavar="URL", envvar=f"{PREFIX}URL", help="The server.  [env: MOCK_CAPI_URL]")
@click.option("--wait", is_flag=True, help="Keep asking until it is ready.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0), default=10.0, show_default=True)
def ready(url: str | None, wait: bool, timeout: float) -> None:
    """Ask a running server whether it is ready; exit code 0 or 1, for health checks."""
    try:
        check_environment(os.environ)
        address = url or _configured_url()
    except SettingsError as error:
        _fail(str(error))
    deadline = time.monotonic() + timeout
    while True:
        problem = _why_not_ready(address, max(0.05, min(deadline - time.monotonic(), 5.0)))
        if problem is None:
            click.echo(f"{address} is ready")
            return
        if not wait or time.monotonic() >= deadline:
            _fail(f"{address} is not ready: {problem}", EXIT_FAILED)
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
        _fail(f"{url} is not an http:// URL")


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


@main.command("readings")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def readings_command(as_json: bool) -> None:
    """List the readings: what is decided where the guide is silent, and the alternatives."""
    if as_json:
        import orjson

        rows = [
            {
                "name": r.name,
                "alternatives": alternatives(r),
                "guide": r.metadata["guide"],
                "about": r.metadata["about"],
            }
            for r in READINGS
        ]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for reading in READINGS:
        default, *others = alternatives(reading)
        click.echo(f"{reading.name} = {default}  (or {', '.join(others)}; guide {reading.metadata['guide']})")
        click.echo(f"    {reading.metadata['about']}")


def _fail(message: str, code: int = EXIT_USAGE) -> NoReturn:
    click.echo(f"mock-capi: {message}", err=True)
    sys.exit(code)
