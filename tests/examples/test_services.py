"""The recipes with a service container: their commands, with a server where the container would be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from mock_capi.settings import check_environment, resolve
from tests.conftest import Running, start_server, stop_server
from tests.examples.jobs import Workspace, filled, recipe

GITHUB = recipe("github-service.yml")["jobs"]["sender"]
GITLAB = recipe("gitlab-ci.yml")["conversion-events"]


@contextmanager
def service(environment: dict[str, str]) -> Iterator[Running]:
    """The server that the container would be."""
    running = start_server(environment=os.environ | environment)
    try:
        yield running
    finally:
        stop_server(running)


@pytest.mark.parametrize(
    ("container", "job", "host"),
    [
        (GITHUB["services"]["mock"]["env"], GITHUB["env"], "localhost"),
        (GITLAB["services"][0]["variables"], GITLAB["variables"], GITLAB["services"][0]["alias"]),
    ],
    ids=["github", "gitlab"],
)
def test_container_and_job_agree(container: dict[str, str], job: dict[str, str], host: str) -> None:
    """All variables are known, the dataset and key of the job are the container's, and the URL leads to it."""
    settings = resolve({}, container)
    assert [(dataset.id, dataset.api_key) for dataset in settings.datasets] == [
        (job["MOCK_CAPI_DATA_SET_ID"], job["MOCK_CAPI_API_KEY"])
    ]
    check_environment(job)
    url = urlsplit(job["MOCK_CAPI_URL"])
    assert (url.hostname, url.port) == (host, settings.port)


def test_the_github_job_passes(workspace: Workspace) -> None:
    """The sender sends, and `docker exec` asks the image for the report."""
    with service(GITHUB["services"]["mock"]["env"]) as running:
        workspace.stand_in("docker", 'shift 2; unset MOCK_CAPI_URL; MOCK_CAPI_PORT=$INSIDE exec "$@"')
        commands = [filled(step["run"], {"job.services.mock.id": "0123"}) for step in GITHUB["steps"] if "run" in step]
        environment = {**GITHUB["env"], "MOCK_CAPI_URL": running.url, "INSIDE": str(running.port)}
        done = workspace.run(commands, **environment)
        assert done.returncode == 0, done.stderr
        assert "Nothing failed. 49 passed" in done.stdout


def test_the_gitlab_job_passes_and_keeps_what_it_says_it_keeps(workspace: Workspace) -> None:
    """The sender sends, and the artifacts are there."""
    kept: dict[str, Any] = GITLAB["artifacts"]
    with service(GITLAB["services"][0]["variables"]) as running:
        commands = [line for part in ("before_script", "script", "after_script") for line in GITLAB[part]]
        done = workspace.run(commands, **{**GITLAB["variables"], "MOCK_CAPI_URL": running.url})
    assert done.returncode == 0, done.stderr
    names = [*kept["paths"], kept["reports"]["junit"]]
    assert [(workspace.folder / name).read_text()[:5] for name in names] == ["<!doc", "<?xml"]
