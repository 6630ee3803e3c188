"""`mock-capi serve`: the server, from the command line to its end."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from ipaddress import ip_address
from pathlib import Path
from shlex import quote
from socket import socket
from typing import TYPE_CHECKING

import click

from mock_capi import __version__
from mock_capi.cli import configured, logs
from mock_capi.cli.ending import fail
from mock_capi.cli.https import secured
from mock_capi.settings import Settings, SettingsError, build_world
from mock_capi.world import World

if TYPE_CHECKING:
    from mock_capi.web.sending import App
    from mock_capi.web.tls import Identity

_log = logging.getLogger(__name__)
# The hash is that of test@example.com.
_FIRST_EVENT = (
    '{"data_set_id":%s,"timestamp":',
    ',"event_type":"purchase","value":129.99,"currency_code":"USD",'
    '"identifiers":{"email_sha256":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"}}',
)


@click.command("serve")
@configured.server_options()
def serve_command(**flags: str | None) -> None:
    """Run the server until SIGTERM or SIGINT.

    A flag wins over its variable, the variable over mock-capi.toml, and that over the default.
    """
    settings = configured.settings_of(flags)
    logs.configure(settings.log_format)
    try:
        world = build_world(settings)
    except SettingsError as error:
        fail(str(error))
    from mock_capi.web.paths import url_of
    from mock_capi.web.server import BindError, bind
    from mock_capi.web.tls import TlsError

    try:
        listener = bind(settings.host, settings.port)
        shown = secured(settings)  # not before: a server that runs on this port already may have its CA in the file
    except (BindError, TlsError) as error:
        fail(str(error))
    greeting = _greeting(url_of(*listener.getsockname()[:2], tls=settings.https), settings, shown.ca_file)
    _warn(listener, settings)
    if settings.workers == 1:
        _greet(greeting)
        _serve(world, listener, settings, shown.identity)
    else:
        world.store.close()  # each worker has a world of its own; this one has shown that it can be built
        from mock_capi.web.workers import keep

        def work() -> None:
            _serve(build_world(settings), listener, settings, shown.identity)

        keep(settings.workers, work, lambda: _greet(greeting))


def _warn(listener: socket, settings: Settings) -> None:
    """Who listens on more than this machine should know what that means."""
    address = listener.getsockname()[0]
    if not settings.admin_token and not ip_address(address).is_loopback:
        _log.warning(
            "%s is open to other machines: whoever reaches it reads the log and steers the server. "
            "Set --admin-token, or listen on 127.0.0.1.",
            address,
        )


def _greet(greeting: str) -> None:
    click.echo(greeting)
    sys.stdout.flush()


def _serve(world: World, listener: socket, settings: Settings, identity: Identity | None) -> None:
    """Serve, then end this process."""
    from mock_capi.web.server import Server, claim_process

    server = Server(_application(world, settings), listener, world.store.close, identity)
    server.stop_on(signal.SIGTERM, signal.SIGINT)
    claim_process()
    server.run()
    sys.stdout.flush()
    # Threads with requests that did not end in time would keep the interpreter from ending.
    os._exit(0)


def _application(world: World, settings: Settings) -> App:
    from mock_capi.web.access import AccessLog
    from mock_capi.web.asgi import Application
    from mock_capi.web.guard import Guard

    guard = Guard(settings.admin_token, settings.allowed_hosts, settings.https)
    application = Application(world, guard, settings.threads)
    return AccessLog(application, world) if settings.access_log else application


def _greeting(url: str, settings: Settings, ca_file: Path | None) -> str:
    lines = [f"mock-capi {__version__} listens on {url}", f"  inspect  {url}/_inspect"]
    for name, file in (("config", settings.file), ("journal", settings.journal), ("trust", ca_file)):
        lines += [f"  {name:<8} {file}"] if file else []
    for dataset in settings.datasets:
        lines += [f"  dataset  {dataset.id}", f"  api key  {dataset.api_key}"]
    return "\n".join([*lines, "", "Send a first event:", "", _first_command(url, settings, ca_file), ""])


def _first_command(url: str, settings: Settings, ca_file: Path | None) -> str:
    """A command that sends an event, for a POSIX shell."""
    first = settings.datasets[0]
    scheme = "" if settings.readings.authorization == "raw" else "Bearer "
    authorization = quote(f"Authorization: {scheme}{first.api_key}")
    start, rest = _FIRST_EVENT
    body = f"""{quote(start % json.dumps(first.id))}"$(date +%s)"{quote(rest)}"""
    trusting = f"--cacert {quote(str(ca_file))} " if ca_file else ""
    return f"curl -sS {trusting}{url}/v1/events -H {authorization} -H 'Content-Type: application/json' -d {body}"
