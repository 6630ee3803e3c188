"""A container as an engine starts it, put together from the kernel's parts by util-linux.

It has the image's file system, read-only, with /dev and /proc; processes and mounts of its own; the image's user and no
rights beyond; and the machine's network. What it lacks are limits on memory and CPU, and a seccomp filter.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.container.building import Image

SECONDS = 20
_READ_ONLY = """
set -e
mkdir -p "$1/dev" "$1/proc"
mount --rbind "$1" "$1"
mount --rbind /dev "$1/dev"
mount -o remount,bind,ro "$1"
shift
exec "$@"
"""


class Container:
    """A container that runs."""

    def __init__(self, image: Image, outer: subprocess.Popen[str], environment: dict[str, str]) -> None:
        self.image = image
        self.process = outer
        """Ends when the container does, with its exit code."""
        self._environment = environment

    def first_line(self) -> str:
        """What it says first, as soon as it does."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    @property
    def pid(self) -> int:
        """Its PID 1, by the machine's count."""
        [found] = _children(self.process.pid)
        return found

    def execute(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as `docker exec` and health checks do."""
        inside = ["--mount", "--pid", "--root", "--wd", *_as(self.image.config["User"])]
        entering = ["nsenter", "--target", str(self.pid), *inside, "--", *command]
        return _finished(entering, self._environment)


@contextmanager
def running(image: Image, *command: str, **environment: str) -> Iterator[Container]:
    """A container of an image, with another command than its own if one is given, until the block ends."""
    given = image.environment | environment
    outer = subprocess.Popen(_starting(image, command), env=given, stdout=subprocess.PIPE, text=True)
    try:
        yield Container(image, outer, given)
    finally:
        if outer.poll() is None:
            for pid in _children(outer.pid):  # its end is that of all in there
                os.kill(pid, signal.SIGKILL)
            outer.kill()
        outer.wait(SECONDS)
        assert outer.stdout is not None
        outer.stdout.close()


def run(image: Image, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a container to its end."""
    return _finished(_starting(image, command), image.environment | environment)


def _starting(image: Image, command: Sequence[str]) -> list[str]:
    config = image.config
    mounting = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _READ_ONLY, "sh", str(image.root)]
    inside = ["--pid", "--fork", "--mount-proc", "--root", str(image.root), *_as(config["User"])]
    isolating = ["setpriv", "--no-new-privs", "unshare", *inside]
    return [*mounting, *isolating, "--", *(config["Entrypoint"] or []), *(command or config["Cmd"])]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _as(user: str) -> list[str]:
    uid, gid = (user or "0:0").split(":")
    return ["--setgid", gid, "--setuid", uid]


def _finished(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    given: dict[str, Any] = {"env": environment, "capture_output": True, "text": True, "timeout": SECONDS}
    return subprocess.run(command, check=False, **given)
