"""A server in this very process, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from mock_capi import spec
from mock_capi.readings import ReadingError, Readings
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.testing.account import Account
from mock_capi.testing.api import Api, MockCapiError
from mock_capi.web.asgi import Application
from mock_capi.web.guard import Guard
from mock_capi.web.server import BindError, Server, bind
from mock_capi.web.tls import Identity, made, names_of
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, ProvisioningError, World

HOST = "127.0.0.1"


def world_of(dataset: Dataset, readings: Mapping[str, object], admin_token: str | None = None) -> World:
    """A world with one dataset; `readings` are those that differ from the defaults. It never shows the token.

    Raises MockCapiError.
    """
    try:
        world = World(_document(), Readings().with_changes(readings), hidden=[admin_token] if admin_token else [])
        world.provision(dataset)
    except (ReadingError, ProvisioningError) as error:
        raise MockCapiError(str(error)) from error
    return world


@contextmanager
def serving(
    world: World, port: int = 0, admin_token: str | None = None, identity: Identity | None = None
) -> Iterator[str]:
    """The URL of a server over a world, until the block ends; 0 is any free port. Raises MockCapiError.

    With an identity it speaks HTTPS.
    """
    try:
        listener = bind(HOST, port)
    except BindError as error:
        raise MockCapiError(str(error)) from error
    guard = Guard(admin_token, tls=identity is not None)
    server = Server(Application(world, guard), listener, world.store.close, identity)
    # Requests are taken from the moment of binding on; a daemon, lest a forgotten one keeps the process alive.
    thread = Thread(target=server.run, name=f"mock-capi {server.url}", daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        with suppress(RuntimeError):  # its loop is closed where it came to an end by itself
            server.stop()
        thread.join()


@contextmanager
def started(
    names: Mapping[str, str | None], readings: Mapping[str, object], port: int, admin_token: str | None, tls: bool
) -> Iterator[Account]:
    """The one dataset of a server of its own, until the block ends; named as `mock-capi serve` does unless told.

    Raises MockCapiError.
    """
    dataset = Dataset(names["data_set_id"] or DEFAULT_DATASET, names["api_key"] or DEFAULT_KEY)
    world = world_of(dataset, readings, admin_token)
    with ExitStack() as ending:
        identity, ca_file = ending.enter_context(_certified()) if tls else (None, None)
        url = ending.enter_context(serving(world, port, admin_token, identity))
        api = Api.trusting(url, admin_token, ca_file)
        yield Account(api, dataset.id, dataset.api_key, str(readings.get("authorization", "bearer")), ca_file)


@contextmanager
def _certified() -> Iterator[tuple[Identity, str]]:
    """What such a server shows under HTTPS, and a file with its CA for as long as the block lasts."""
    identity, ca = made(names_of(HOST))
    with TemporaryDirectory(prefix="mock-capi-") as folder:
        file = Path(folder, "ca.pem")
        file.write_bytes(ca)
        yield identity, str(file)


@cache
def _document() -> spec.Spec:
    """The project's own; compiled once, since nothing changes it."""
    return spec.load(spec.bundled(), SCHEMA_RULE_IDS)
