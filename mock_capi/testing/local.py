"""A server in this very process, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from threading import Thread

from mock_capi import spec
from mock_capi.readings import ReadingError, Readings
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.testing.api import MockCapiError
from mock_capi.web.asgi import Application
from mock_capi.web.guard import Guard
from mock_capi.web.server import BindError, Server, bind
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
def serving(world: World, port: int = 0, admin_token: str | None = None) -> Iterator[str]:
    """The URL of a server over a world, until the block ends; 0 is any free port. Raises MockCapiError."""
    try:
        listener = bind(HOST, port)
    except BindError as error:
        raise MockCapiError(str(error)) from error
    server = Server(Application(world, Guard(admin_token)), listener, world.store.close)
    # Requests are taken from the moment of binding on; a daemon, lest a forgotten one keeps the process alive.
    thread = Thread(target=server.run, name=f"mock-capi {server.url}", daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        with suppress(RuntimeError):  # its loop is closed where it came to an end by itself
            server.stop()
        thread.join()


def dataset_of(data_set_id: str | None, api_key: str | None) -> Dataset:
    """A dataset by these names, or by those that `mock-capi serve` starts with."""
    return Dataset(data_set_id or DEFAULT_DATASET, api_key or DEFAULT_KEY)


@cache
def _document() -> spec.Spec:
    """The project's own; compiled once, since nothing changes it."""
    return spec.load(spec.bundled(), SCHEMA_RULE_IDS)
