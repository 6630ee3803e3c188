"""What the tests of clients share: a dataset of each test's own, the clients, and what becomes of a missing one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Running, require
from tests.web.wire import Account, open_account

HERE = Path(__file__).parent


@pytest.fixture
def account(shared_server: Running) -> Account:
    """A fresh dataset on the shared server."""
    return open_account(shared_server)


def command(name: str) -> str:
    """Where a command is; daemons are where only root looks."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    require(found is not None, name)
    return str(found)


@pytest.fixture
def curl() -> str:
    """The command curl."""
    return command("curl")


@pytest.fixture(scope="session")
def java_sender(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The program for Java, compiled once, and what runs it."""
    folder = tmp_path_factory.mktemp("java")
    compiler = [command("javac"), "-encoding", "UTF-8", "-d", str(folder), str(HERE / "Sender.java")]
    subprocess.run(compiler, check=True, timeout=120)
    return [command("java"), "-cp", str(folder), "Sender"]


@pytest.fixture(scope="session")
def syslog_ng() -> str:
    """The command syslog-ng, with the module that Debian has in a package of its own."""
    found = command("syslog-ng")
    modules = subprocess.run([found, "--module-registry"], capture_output=True, text=True, check=True, timeout=60)
    require("Module: http\n" in modules.stdout, "syslog-ng-mod-http")
    return found


@pytest.fixture
def node() -> str:
    """The command node."""
    return command("node")


@pytest.fixture(scope="session")
def node_programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs for node, beside the packages that the folder CLIENTS_NODE_MODULES has, if it is set.

    A program finds packages only in a folder above its own, and the checkout stays free of them.
    """
    folder = tmp_path_factory.mktemp("node")
    for program in (HERE / "node").glob("*.mjs"):
        shutil.copy(program, folder)
    installed = os.environ.get("CLIENTS_NODE_MODULES")
    if installed:
        (folder / "node_modules").symlink_to(Path(installed).resolve() / "node_modules")
    return folder
