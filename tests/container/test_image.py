"""The image as its builder made it, and a container of it: read-only, without rights, configured by environment."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
import requests

from mock_capi import __version__
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY
from tests.container.building import DOCKERFILE, START_INTERVAL, Builder, Image
from tests.container.running import Container, run, running
from tests.senders import event
from tests.tables import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE = "opt/mock-capi/lib/python3.11/site-packages/mock_capi"
HEALTHY_SECONDS = 5.0
"""How long a check may take, as the Dockerfile has it."""


def files_below(folder: Path) -> set[str]:
    """The files in a folder, without what Python keeps of them."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if "__pycache__" not in path.parts}


def healthy(container: Container) -> bool:
    """What an engine makes of the image's health check."""
    kind, *command = container.image.config["Healthcheck"]["Test"]
    assert kind == "CMD"
    return container.execute(*command).returncode == 0


def test_the_builder_gets_what_the_wheel_is_made_of_and_nothing_more(builder: Builder, tmp_path: Path) -> None:
    """What .dockerignore lets through are the wheel's files, what describes it, and the README that goes with that."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        taken = {name for name in wheel.namelist() if ".dist-info/" not in name}
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source, target in included.items():
        taken = {re.sub(rf"^{re.escape(target)}(?=/|$)", source, name) for name in taken}
    context = builder.build("context", ROOT, "FROM scratch\nCOPY . /\n").root
    assert {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()} == taken | {
        "pyproject.toml",
        PROJECT["project"]["readme"],
    }


def test_the_flag_that_old_builders_do_not_know_is_there_once() -> None:
    """What the tests build differs from the Dockerfile by this alone."""
    assert DOCKERFILE.read_text().count(START_INTERVAL) == 1


def test_the_image_tells_an_engine_all_it_must_know(image: Image) -> None:
    """No shell between engine and server, a user by number that is not root, the port, the end, the health."""
    config = image.config
    assert (config["Entrypoint"], config["Cmd"]) == (["mock-capi"], ["serve"])
    assert re.fullmatch(r"([1-9]\d+):\1", config["User"])
    assert config["ExposedPorts"] == {"8080/tcp": {}}
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "mock-capi", "ready"]
    assert config["Healthcheck"]["Timeout"] == HEALTHY_SECONDS * 1e9
    assert {name: value for name, value in image.environment.items() if name.startswith("MOCK_CAPI_")} == {
        "MOCK_CAPI_HOST": "0.0.0.0"  # noqa: S104 - what a container must listen on
    }


def test_the_labels_are_the_projects_own(image: Image) -> None:
    """Name, description, version and licence say what pyproject.toml says."""
    prefix = "org.opencontainers.image."
    given: dict[str, str] = image.config["Labels"]
    labels = {name.removeprefix(prefix): value for name, value in given.items() if name.startswith(prefix)}
    project = PROJECT["project"]
    assert labels == {
        "title": project["name"],
        "description": project["description"],
        "version": __version__,
        "licenses": project["license"],
    }


def test_the_image_holds_the_package_and_not_the_workshop(image: Image) -> None:
    """Every file of the package is there as it is here; neither the source nor pip of its own is."""
    names = files_below(ROOT / "mock_capi")
    assert names <= files_below(image.root / PACKAGE)
    assert [n for n in names if (image.root / PACKAGE / n).read_bytes() != (ROOT / "mock_capi" / n).read_bytes()] == []
    assert [name for name in ("source", "wheel", "opt/mock-capi/bin/pip") if (image.root / name).exists()] == []


@pytest.mark.parametrize("command", ["ready --timeout 0", "serve", "check /dev/null"])
def test_nothing_is_compiled_when_it_starts(image: Image, command: str) -> None:
    """Python finds all that a command loads compiled, its own library included; it could not keep what it compiles."""
    told = run(image, *command.split(), PYTHONVERBOSE="1", MOCK_CAPI_HOST="192.0.2.1").stderr
    assert told.count(".pyc'\n") > 100
    assert re.findall(r"^# code object from .*\.py$", told, re.MULTILINE) == []


def test_it_serves_read_only_without_rights_and_ends_when_told(image: Image, free_port: int) -> None:
    """As PID 1 of a container: healthy, an event is received, and SIGTERM ends it with exit code 0, before SIGKILL."""
    with running(image, MOCK_CAPI_PORT=str(free_port)) as container:
        assert container.first_line().endswith(f"listens on http://127.0.0.1:{free_port}")
        assert healthy(container)
        sent = event(timestamp=int(time.time()))
        headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
        answer = requests.post(f"http://127.0.0.1:{free_port}/v1/events", json=sent, headers=headers, timeout=10)
        assert answer.json()["status"] == "RECEIVED"
        os.kill(container.pid, signal.SIGTERM)
        assert container.process.wait(HEALTHY_SECONDS) == 0


def test_the_container_is_as_closed_as_is_claimed(image: Image, free_port: int) -> None:
    """In it the server is PID 1, its user the image's, without rights, and nothing can be written."""
    with running(image, MOCK_CAPI_PORT=str(free_port)) as container:
        container.first_line()
        status = container.execute("cat", "/proc/1/status").stdout
        assert re.findall(r"^(?:Uid|CapPrm|CapEff|NoNewPrivs):\t(\S+)", status, re.MULTILINE) == [
            image.config["User"].split(":")[0],
            "0" * 16,
            "0" * 16,
            "1",
        ]
        assert "Read-only file system" in container.execute("touch", "/tmp/x").stderr  # noqa: S108 - the container's
        assert container.execute("cat", "/proc/1/cmdline").stdout.endswith("mock-capi\0serve\0")


@pytest.mark.parametrize("variable", ["MOCK_CAPI_PORT", "PORT"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - a container's
def test_the_health_check_finds_the_server_where_the_environment_put_it(
    image: Image, free_port: int, variable: str, host: str
) -> None:
    """On all addresses of either kind, with either variable for the port, without an argument."""
    with running(image, **{variable: str(free_port), "MOCK_CAPI_HOST": host}) as container:
        assert container.first_line().endswith(f":{free_port}")
        assert healthy(container)


def test_a_container_without_a_server_is_not_healthy(image: Image, free_port: int) -> None:
    """The check fails with exit code 1, as engines ask for."""
    assert run(image, "ready", MOCK_CAPI_PORT=str(free_port)).returncode == 1


def test_wrong_configuration_ends_the_container_with_a_reason(image: Image) -> None:
    """`docker logs` shows what is wrong with the environment."""
    done = run(image, MOCK_CAPI_PROT="9090")
    assert done.returncode == 2
    assert "the nearest is MOCK_CAPI_PORT" in done.stderr


def test_datasets_and_readings_come_from_the_environment(image: Image, free_port: int) -> None:
    """A service container takes no arguments."""
    given = {"MOCK_CAPI_DATASETS": "shop=key-1", "MOCK_CAPI_READINGS": "authorization=raw"}
    with running(image, MOCK_CAPI_PORT=str(free_port), **given) as container:
        container.first_line()
        sent = event(timestamp=int(time.time()), data_set_id="shop")
        url = f"http://127.0.0.1:{free_port}/v1/events"
        assert requests.post(url, json=sent, headers={"Authorization": "key-1"}, timeout=10).status_code == 200


def test_the_other_commands_run_in_the_image_too(image: Image, free_port: int) -> None:
    """`docker exec` asks for the go-live report, `docker run` checks a file."""
    with running(image, MOCK_CAPI_PORT=str(free_port)) as container:
        container.first_line()
        report = container.execute("mock-capi", "report", "--format", "json")
        assert (report.returncode, json.loads(report.stdout)["counts"]["failed"]) == (0, 0)
    assert run(image, "check", "/etc/pip.conf").returncode == 1
    assert DEFAULT_DATASET in run(image, "serve", "--help").stdout
