"""Jobs of the CI recipes, run as their CI would: their commands, in a shell, with their variables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.tables import ROOT

RECIPES = ROOT / "examples" / "ci"
SECONDS = 120
BESIDE_PYTHON = str(Path(sys.executable).parent)
"""Where mock-capi is, and what else the test environment installed."""


def recipe(name: str) -> dict[str, Any]:
    """A recipe as its CI reads it."""
    return yaml.safe_load((RECIPES / name).read_text())  # type: ignore[no-any-return]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its `${{ expressions }}` replaced; one that is not among the values is a KeyError."""
    return re.sub(r"\$\{\{ *(.+?) *\}\}", lambda found: values[found[1]], text)


class Workspace:
    """A folder with the examples in it, and commands that stand for what a job would reach outside of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "examples").symlink_to(ROOT / "examples")
        (folder / "bin").mkdir()
        (folder / "bin" / "python").symlink_to(sys.executable)
        self.stand_in("pip", "exit 0  # what the sender needs is installed")

    def stand_in(self, name: str, script: str) -> None:
        """A command that does this instead."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, commands: Iterable[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a job's commands one after the other, until one fails."""
        given = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MOCK_CAPI_")},
            "PATH": f"{self.folder / 'bin'}:{BESIDE_PYTHON}:{os.environ.get('PATH', os.defpath)}",
            **environment,
        }
        command = ["bash", "-e", "-o", "pipefail", "-c", "\n".join(commands)]
        how: dict[str, Any] = {"capture_output": True, "text": True, "timeout": SECONDS}
        return subprocess.run(command, check=False, cwd=self.folder, env=given, **how)
