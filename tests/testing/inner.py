"""pytest within pytest: suites in a folder of their own, run by a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


class Inner:
    """A folder with suites. The plugins installed beside ours stay out of it, since starting them takes seconds."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in os.environ if name.startswith("MOCK_CAPI_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("PYTEST_PLUGINS", "mock_capi.pytest_plugin,xdist.plugin")
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        self._pytester = pytester
        self._monkeypatch = monkeypatch

    @property
    def folder(self) -> Path:
        return self._pytester.path

    def set(self, **environment: str) -> Inner:
        """Set variables for what is run."""
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)
        return self

    def without(self, *names: str) -> Inner:
        """Take variables away."""
        for name in names:
            self._monkeypatch.delenv(name)
        return self

    def write(self, **files: str) -> Inner:
        """Write modules."""
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(text)
        return self

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest over the folder."""
        return self._pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments, timeout=120)
