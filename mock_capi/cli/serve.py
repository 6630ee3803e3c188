"""`mock-capi serve`: the server, from the command line to its end."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from ipaddress import ip_address
from shlex import quote
from socket import socket

import click

from mock_capi import __version__
from mock_capi.cli import configured
from mock_capi.cli.ending import fail
from mock_capi.cli.lines import Lines
from mock_capi.settings import Settings, SettingsError, build_world
from mock_capi.world import World

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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler])
    settings = configured.settings_of(flags)
    try:
        world = build_world(settings)
    except SettingsError as error:
        fail(str(error))
    from mock_capi.web.paths import url_of
    from mock_capi.web.server import BindError, bind

    try:
        listener = bind(settings.host, settings.port)
    except BindError as error:
        fail(str(error))
    url = url_of(*listener.getsockname()[:2])
    _warn(listener, settings)
    if settings.workers == 1:
        _greet(url, settings)
        _serve(world, listener, settings)
    else:
        world.store.close()  # each worker has a world of its own; this one has shown that it can be built
        from mock_capi.web.workers import keep

        keep(settings.workers, lambda: _serve(build_world(settings), listener, settings), lambda: _greet(url, settings))


def _warn(listener: socket, settings: Settings) -> None:
    """Who listens on more than this machine should know what that means."""
    address = listener.getsockname()[0]
    if not settings.admin_token and not ip_address(address).is_loopback:
        _log.warning(
            "%s is open to other machines: whoever reaches it reads the log and steers the server. "
            "Set --admin-token, or listen on 127.0.0.1.",
            address,
        )


def _greet(url: str, settings: Settings) -> None:
    click.echo(_greeting(url, settings))
    sys.stdout.flush()


def _serve(world: World, listener: socket, settings: Settings) -> None:
    """Serve, then end this process."""
    from mock_capi.web.asgi import Application
    from mock_capi.web.guard import Guard
    from mock_capi.web.server import Server, claim_process

    guard = Guard(settings.admin_token, settings.allowed_hosts)
    server = Server(Application(world, guard, settings.threads), listener, world.store.close)
    server.stop_on(signal.SIGTERM, signal.SIGINT)
    claim_process()
    server.run()
    sys.stdout.flush()
    # Threads with requests that did not end in time would keep the interpreter from ending.
    os._exit(0)


def _greeting(url: str, settings: Settings) -> str:
    lines = [f"mock-capi {__version__} listens on {url}", f"  inspect  {url}/_inspect"]
    if settings.file:
        lines.append(f"  config   {settings.file}")
    if settings.journal:
        lines.append(f"  journal  {settings.journal}")
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
