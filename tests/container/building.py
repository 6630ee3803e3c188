"""The image, built from the Dockerfile by buildah, which needs no engine and no service."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tables import ROOT

DOCKERFILE = ROOT / "Dockerfile"
START_INTERVAL = "--start-interval=500ms "
"""The one word of the Dockerfile that Debian's buildah is too old for: Docker 25 brought it."""


@dataclass(frozen=True)
class Image:
    """A built image: its file system, and what it tells an engine, in the words of Docker's image format."""

    root: Path
    config: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """What a container starts with."""
        return dict(pair.split("=", 1) for pair in self.config["Env"])


class Builder:
    """buildah, with a folder of its own for all that it stores."""

    def __init__(self, folder: Path) -> None:
        self._command = ["buildah", "--root", str(folder / "storage"), "--runroot", str(folder / "run")]

    def build(self, tag: str, context: Path, dockerfile: str) -> Image:
        """Build a Dockerfile's text and lay the result open; what fails is told in an AssertionError."""
        how = ["--isolation", "chroot", "--format", "docker", "--pull-never"]
        self._run("build", *how, "--tag", tag, "--file", "-", str(context), text=dockerfile)
        container = self._run("from", "--pull-never", tag).strip()
        told = json.loads(self._run("inspect", "--type", "image", tag))
        return Image(Path(self._run("mount", container).strip()), told["Docker"]["config"])

    def close(self) -> None:
        """Let go of what is mounted, so that the folder can be removed."""
        self._run("rm", "--all")
        self._run("rmi", "--all", "--force")

    def _run(self, *arguments: str, text: str = "") -> str:
        command = [*self._command, *arguments]
        done = subprocess.run(command, check=False, input=text, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"buildah {' '.join(arguments)}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout


def for_old_builders(dockerfile: str) -> str:
    """The Dockerfile without the flag that they do not know."""
    return re.sub(re.escape(START_INTERVAL), "", dockerfile)
