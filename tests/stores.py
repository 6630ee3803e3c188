"""Where the mocks of a test run keep their state: in memory, or with --store=redis in a Redis that it starts."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from uuid import uuid4

import redis

from mock_capi.ledger import Ledger
from mock_capi.store import Memory, Store
from mock_capi.store.shared import Shared


class RedisServer:
    """A Redis of this run's own, on a socket in a folder of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mock-capi-redis-")
        socket = Path(self._folder.name) / "redis.sock"
        command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", self._folder.name]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "eady to accept connections" in line:
                break
        self.url = f"unix://{socket}"

    @staticmethod
    def is_installed() -> bool:
        """Whether there is one to start."""
        return shutil.which("redis-server") is not None

    def fresh(self) -> str:
        """The URL of a store that nobody has used."""
        return f"{self.url}?name={uuid4()}"

    def client(self) -> redis.Redis:
        """For looking at what is kept."""
        return redis.Redis.from_url(self.url)

    def stop(self) -> None:
        """End it, with all that it holds."""
        self.process.kill()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        self._folder.cleanup()


class Stores:
    """Makes the stores of one run."""

    def __init__(self, server: RedisServer | None = None) -> None:
        self.server = server
        self._shared: list[Shared] = []

    def store(self, ledger: Ledger | None = None) -> Store:
        """A fresh one, with that log."""
        if self.server is None:
            return Memory(ledger)
        self._shared.append(Shared(self.server.url, str(uuid4()), {}, ledger or Ledger()))
        return self._shared[-1]

    def stop(self) -> None:
        """Close them all, and what they are in."""
        for store in self._shared:
            store.close()
        if self.server:
            self.server.stop()
