"""action.yml: its step run as GitHub runs it, and the workflow that uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.conftest import require
from tests.examples.jobs import BESIDE_PYTHON, SECONDS, Workspace, filled, recipe
from tests.senders import event
from tests.tables import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
[STEP] = ACTION["runs"]["steps"]
STEPS: list[dict[str, Any]] = recipe("github-action.yml")["jobs"]["sender"]["steps"]
FILES = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")
INSTALLED = f"""#!/bin/sh
mkdir -p "$3/bin"
ln -s {BESIDE_PYTHON}/mock-capi "$3/bin/mock-capi"
ln -s /bin/true "$3/bin/pip"
"""
"""A python whose new environments have mock-capi: to install it takes seconds."""


class Runner:
    """What a runner of GitHub's gives to an action and takes from it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in FILES:
            (folder / name).touch()

    def _environment(self) -> dict[str, str]:
        files = {name: str(self._folder / name) for name in FILES}
        places = {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(self._folder)}
        return {name: text for name, text in os.environ.items() if not name.startswith("MOCK_CAPI_")} | files | places

    def told(self, file: str) -> list[str]:
        """The lines that the action has written to one of the runner's files."""
        return (self._folder / file).read_text().splitlines()

    def pairs(self, file: str) -> dict[str, str]:
        """The same as names and values."""
        return dict(line.split("=", 1) for line in self.told(file))

    @contextmanager
    def action(self, **given: str) -> Iterator[subprocess.CompletedProcess[str]]:
        """The action's step with these inputs. What it leaves running is ended at the end, as after a job."""
        inputs = {f"inputs.{name}": given.get(name, stated["default"]) for name, stated in ACTION["inputs"].items()}
        environment = {name: filled(text, inputs) for name, text in STEP["env"].items()}
        command = [STEP["shell"], "-e", "-o", "pipefail", "-c", STEP["run"]]
        step = subprocess.Popen(
            command,
            env=self._environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            shown, complained = step.communicate(timeout=SECONDS)
            yield subprocess.CompletedProcess(command, step.returncode, shown, complained)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(step.pid, signal.SIGTERM)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner, and what it keeps."""
    return Runner(tmp_path)


@pytest.fixture
def installed(tmp_path: Path) -> str:
    """What to give for python, where the installation is not what is looked at."""
    (tmp_path / "installed").write_text(INSTALLED)
    (tmp_path / "installed").chmod(0o755)
    return str(tmp_path / "installed")


@pytest.fixture
def wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip install what was downloaded before, and ask nobody."""
    folder = Path(os.environ.get("CI_DOWNLOADS", "")).resolve() / "wheels"
    require(folder.exists() and sys.version_info[:2] == (3, 11), "wheels for Python 3.11")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))


def test_later_steps_are_told_where_the_mock_is(runner: Runner, installed: str) -> None:
    """Their environment and the outputs lead to a server that takes an event, and their PATH to its command alone."""
    with runner.action(python=installed) as done:
        assert done.returncode == 0, done.stderr
        found, outputs = runner.pairs("GITHUB_ENV"), runner.pairs("GITHUB_OUTPUT")
        sent = event(timestamp=int(time.time()), data_set_id=found["MOCK_CAPI_DATA_SET_ID"])
        headers = {"Authorization": f"Bearer {found['MOCK_CAPI_API_KEY']}"}
        answer = requests.post(f"{found['MOCK_CAPI_URL']}/v1/events", json=sent, headers=headers, timeout=10)
        assert answer.json()["status"] == "RECEIVED"
    assert {filled(stated["value"], _step(outputs)) for stated in ACTION["outputs"].values()} == set(found.values())
    [path] = runner.told("GITHUB_PATH")
    assert [command.name for command in Path(path).iterdir()] == ["mock-capi"]


def _step(outputs: dict[str, str]) -> dict[str, str]:
    return {f"steps.{STEP['id']}.outputs.{name}": value for name, value in outputs.items()}


@pytest.mark.usefixtures("wheels")
def test_the_workflow_that_uses_it_passes(runner: Runner, workspace: Workspace) -> None:
    """It is installed from this checkout with the workflow's inputs; the sender sends, and the report is written."""
    [used] = [step for step in STEPS if "mock-capi@" in step.get("uses", "")]
    with runner.action(**used["with"]) as started:
        assert started.returncode == 0, started.stderr
        [path] = runner.told("GITHUB_PATH")
        (workspace.folder / "bin" / "mock-capi").symlink_to(Path(path) / "mock-capi")
        done = workspace.run([step["run"] for step in STEPS if "run" in step], **runner.pairs("GITHUB_ENV"))
        assert done.returncode == 0, done.stderr
        status = requests.get(f"{runner.pairs('GITHUB_ENV')['MOCK_CAPI_URL']}/_inspect/status", timeout=10).json()
    assert status["readings"]["authorization"] == "either"
    [uploaded] = [step["with"]["path"] for step in STEPS if "upload-artifact" in step.get("uses", "")]
    assert (workspace.folder / uploaded).exists()


def test_a_mock_that_does_not_start_fails_the_step_with_its_reason(runner: Runner, installed: str) -> None:
    """Nothing is told to later steps."""
    with runner.action(python=installed, readings="authorization=x") as done:
        assert done.returncode == 1
        assert "MOCK_CAPI_READINGS: authorization: must be one of" in done.stderr
    assert runner.told("GITHUB_ENV") == []
