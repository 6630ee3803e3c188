"""One configuration for all commands: the server by it, and those that look for the server or judge as it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import requests
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.cli.configured import as_flag
from mock_capi.config.kinds import SWITCH
from mock_capi.config.option import Option
from mock_capi.testing.local import serving, world_of
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset
from tests.conftest import start_server, stop_server
from tests.senders import EMAIL, NOW, event
from tests.tables import ROOT

TOKEN = "token-of-the-file"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def configured(folder: Path) -> Iterator[Path]:
    """A server with a token, and a file that says where it is."""
    with serving(world_of(Dataset(DEFAULT_DATASET, DEFAULT_KEY), {}), admin_token=TOKEN) as url:
        file = folder / "mock-capi.toml"
        file.write_text(f'port = {url.rpartition(":")[2]}\nadmin_token = "{TOKEN}"\n')
        yield file


def run(*arguments: str, sent: str | None = None, **environment: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, arguments, input=sent, env=environment)


def test_the_server_starts_by_the_file(folder: Path) -> None:
    """Its greeting names it, and each dataset is judged by its own readings."""
    (folder / "mock-capi.toml").write_text(
        '[datasets]\nstrict = "k1"\nlax = { api_key = "k2", readings = { hash_case = "any" } }\n'
    )
    running = start_server(folder=str(folder))
    try:
        assert "  config   mock-capi.toml\n" in running.greeting
        statuses = []
        for name, key in (("strict", "k1"), ("lax", "k2")):
            now = requests.get(f"{running.url}/_control/clock", timeout=10).json()["now"]
            sent = event(data_set_id=name, timestamp=int(now), identifiers={"email_sha256": EMAIL.upper()})
            headers = {"Authorization": f"Bearer {key}"}
            answer = requests.post(f"{running.url}/v1/events", json=sent, headers=headers, timeout=10)
            statuses.append(answer.status_code)
        assert statuses == [400, 200]
    finally:
        stop_server(running)


def test_ready_finds_the_server_by_the_file(configured: Path) -> None:
    """In the working directory, or named by flag or variable; a URL goes before it."""
    assert run("ready").exit_code == 0
    assert run("ready", MOCK_CAPI_URL="").exit_code == 0
    other = configured.rename("other.toml")
    assert run("ready", "--config", str(other)).exit_code == 0
    assert run("ready", MOCK_CAPI_CONFIG=str(other)).exit_code == 0
    assert run("ready", "--config", str(other), "--url", "http://127.0.0.1:1").exit_code == 1


def test_report_takes_the_token_from_the_file_too(configured: Path) -> None:
    """For the server of the file only: another one gets no token that is not its own."""
    assert run("report", "--format", "json").exit_code in (0, 1)
    url = f"http://127.0.0.1:{configured.read_text().split()[2]}"
    refused = run("report", "--url", url)
    assert (refused.exit_code, "token" in refused.stderr) == (2, True)
    assert run("report", "--url", url, "--admin-token", TOKEN).exit_code in (0, 1)


def test_a_broken_file_keeps_nobody_from_a_server_that_is_named(configured: Path) -> None:
    """Nothing of the file is asked for then."""
    url = f"http://127.0.0.1:{configured.read_text().split()[2]}"
    configured.write_text("prot = 1\n")
    assert run("ready", "--url", url).exit_code == 0
    assert run("ready").stderr == "mock-capi: mock-capi.toml:1: prot: is not known; the nearest is port\n"


@pytest.mark.parametrize("command", ["check", "convert"])
def test_events_are_judged_by_the_readings_of_the_file(folder: Path, command: str) -> None:
    """As the server would; flag and variable win as they do there."""
    sent = json.dumps(event(identifiers={"email_sha256": EMAIL.upper()}))
    arguments = (command, "--now", str(NOW))
    assert run(*arguments, sent=sent).exit_code == 1
    (folder / "mock-capi.toml").write_text('[readings]\nhash_case = "any"\n')
    assert run(*arguments, sent=sent).exit_code == 0
    assert run(*arguments, "--readings", "", sent=sent).exit_code == 1
    assert run(*arguments, sent=sent, MOCK_CAPI_READINGS="").exit_code == 1
    assert run(*arguments, "--config", "", sent=sent).exit_code == 1


def test_a_datasets_events_are_judged_by_its_own_readings(folder: Path) -> None:
    """Where --data-set-id says whose they are."""
    (folder / "mock-capi.toml").write_text('[datasets]\na = { api_key = "k", readings = { hash_case = "any" } }\n')
    sent = json.dumps(event(data_set_id="a", identifiers={"email_sha256": EMAIL.upper()}))
    assert run("check", "--now", str(NOW), "--data-set-id", "a", sent=sent).exit_code == 0
    assert run("check", "--now", str(NOW), sent=sent).exit_code == 1


def test_events_are_judged_by_the_document_of_the_file(folder: Path) -> None:
    """The spec is an option like the readings, relative to the file."""
    (folder / "mock-capi.toml").write_text('spec = "other.yaml"\n')
    said = f"mock-capi.toml:1: spec: cannot read {folder}/other.yaml: No such file or directory"
    assert run("check", sent="{}").stderr == f"mock-capi: {said}\n"
    text = (ROOT / "openapi.yaml").read_text()
    (folder / "other.yaml").write_text(text.replace("            - purchase\n", "            - rental\n"))
    sent = json.dumps(event(event_type="rental"))
    assert run("check", "--now", str(NOW), sent=sent).exit_code == 0
    assert run("check", "--now", str(NOW), "--spec", "", sent=sent).exit_code == 1


@pytest.mark.parametrize(("arguments", "given"), [([], None), (["--quiet-log"], "true"), (["--no-quiet-log"], "false")])
def test_a_switch_stands_alone(arguments: list[str], given: str | None) -> None:
    """As a flag it has no value; with no- before it it is off, whatever variable and file say."""
    seen = []

    @click.command()
    @as_flag(Option("quiet_log", "", "false", SWITCH, "Say less."))
    def command(quiet_log: str | None) -> None:
        seen.append(quiet_log)

    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert seen == [given]
    assert "[env: MOCK_CAPI_QUIET_LOG; default: false]" in " ".join(
        CliRunner().invoke(command, ["--help"]).output.split()
    )
