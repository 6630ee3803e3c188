"""What all tests share: a world with its own clock, a client in process, and a server as users start it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from uuid import uuid4

import freezegun
import pytest
import requests
from flask.testing import FlaskClient

from mock_capi import spec
from mock_capi.clock import Clock
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import NOW, Sender
from tests.stores import RedisServer, Stores

pytest_plugins = "pytester"  # for the plugin's own tests; pytest takes this here only
HOW = ".ci/install-clients FOLDER installs all; CLIENTS_NODE_MODULES=FOLDER and CI_DOWNLOADS=FOLDER let tests find it"
freezegun.configure(extend_ignore_list=["_pytest.timing"])


STORES = pytest.StashKey[Stores]()
SHARED = "TESTS_SHARE_A_REDIS"
"""Where servers in processes of their own find the Redis of this run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """--store: what the mocks of this run keep their state in."""
    parser.addoption("--store", choices=["memory", "redis"], default="memory", help="what mocks keep their state in")


def pytest_configure(config: pytest.Config) -> None:
    """Start what the stores need."""
    server = RedisServer() if config.getoption("--store") == "redis" else None
    config.stash[STORES] = Stores(server)
    if server:
        os.environ[SHARED] = server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it."""
    os.environ.pop(SHARED, None)
    config.stash[STORES].stop()


@pytest.fixture(scope="session")
def stores(pytestconfig: pytest.Config) -> Stores:
    """Makes the stores of this run."""
    return pytestconfig.stash[STORES]


@pytest.fixture(scope="session")
def the_spec() -> spec.Spec:
    """The project's own document; compiled once, since nothing changes it."""
    return spec.load(spec.bundled(), SCHEMA_RULE_IDS)


@pytest.fixture
def world(the_spec: spec.Spec, stores: Stores) -> Iterator[World]:
    """A fresh world with the default dataset, its clock standing at NOW."""
    made = World(the_spec, store=stores.store())
    made.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    made.set_clock(Clock(frozen_at=NOW))
    yield made
    made.store.close()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The Flask application over that world."""
    return create_app(world).test_client()


@pytest.fixture
def sender(client: FlaskClient) -> Sender:
    """Sends events to that world and looks at its log."""
    return Sender(client)


def require(there: bool, what: str) -> None:
    """Skip a test whose tool is not installed; fail it where CI_TOOLS_REQUIRED=1 promises every tool."""
    if there:
        return
    reason = f"not installed: {what} ({HOW})"
    if os.environ.get("CI_TOOLS_REQUIRED") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


class Running:
    """A server in a process of its own."""

    def __init__(self, url: str, process: subprocess.Popen[str], greeting: str) -> None:
        self.url = url
        found = re.search(r"trust +(\S+)", greeting)
        self.ca_file = found[1] if found else None
        self.process = process
        self.greeting = greeting
        self.host, self.port = "127.0.0.1", int(url.rsplit(":", 1)[1])

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON at a path."""
        return self.ask("GET", path, params=parameters).json()

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Any request, by somebody who trusts it."""
        return requests.request(method, self.url + path, timeout=30, verify=self.ca_file or True, **options)


def start_server(
    *arguments: str,
    environment: dict[str, str] | None = None,
    folder: str | None = None,
    silent: bool = False,
    errors: Path | None = None,
) -> Running:
    """Start `mock-capi serve --port 0` and wait for its greeting; what a silent one complains of is thrown away.

    With `errors` it is written to that file.
    """
    shared = os.environ.get(SHARED) if not {"--store", "--journal"} & set(arguments) else None
    store = ["--store", f"{shared}?name={uuid4()}"] if shared else []
    command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0", *store, *arguments]
    with errors.open("wb") if errors else nullcontext(subprocess.DEVNULL if silent else None) as complaints:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=complaints, text=True, env=environment, cwd=folder
        )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "curl" in line:
            break
    found = re.search(r"https?://\S+", "".join(lines))
    assert found, f"the server did not start: {lines}"
    return Running(found[0], process, "".join(lines))


def stop_server(running: Running) -> None:
    """End it, whatever state it is in."""
    running.process.terminate()
    try:
        running.process.wait(10)
    except subprocess.TimeoutExpired:
        running.process.kill()
        running.process.wait(10)
    if running.process.stdout:
        running.process.stdout.close()


@pytest.fixture(scope="session")
def https_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Another such server, which speaks HTTPS."""
    running = start_server("--tls", "--tls-ca", str(tmp_path_factory.mktemp("https") / "ca.pem"))
    yield running
    stop_server(running)


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Running]:
    """One server for all tests that need a real one and clean up behind themselves, or use their own dataset."""
    running = start_server()
    yield running
    stop_server(running)


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for the tests of what is shared, whatever the other mocks of the run keep their state in."""
    require(RedisServer.is_installed(), "redis-server")
    server = RedisServer()
    yield server
    server.stop()
