"""`mock-capi config`: what `serve` would start with, in three forms, and the schema of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.settings import OPTIONS, resolve
from tests.tables import EXAMPLE, ROOT, schema


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(*arguments: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["config", *arguments], env=environment)


def test_it_shows_what_serve_would_start_with(folder: Path) -> None:
    """By the same flags, variables and file."""
    (folder / "mock-capi.toml").write_text("threads = 3\nport = 4\n")
    result = config("--log-events", "7", MOCK_CAPI_PORT="5")
    assert result.exit_code == 0
    shown = [line.split() for line in result.output.splitlines()]
    assert shown[0] == ["config", "mock-capi.toml"]
    assert ["port", "5", "MOCK_CAPI_PORT"] in shown
    assert ["threads", "3", "mock-capi.toml:1"] in shown
    assert ["log_events", "7", "--log-events"] in shown
    assert ["host", "127.0.0.1", "default"] in shown


def test_json_is_for_programs() -> None:
    """Every option with its value in the form of the file."""
    rows = json.loads(config("--config", str(EXAMPLE), "--format", "json").output)
    assert rows["config"] == str(EXAMPLE)
    assert {row["name"]: row["value"] for row in rows["options"]}["log_events"] == 20_000
    assert [row["name"] for row in rows["options"]] == [option.name for option in OPTIONS]


def test_toml_can_be_used_as_the_file(folder: Path) -> None:
    """With its secrets it gives the very same settings."""
    arguments = ("--admin-token", "secret", "--port", "0", "--format", "toml", "--show-secrets")
    (folder / "mock-capi.toml").write_text(config("--config", str(EXAMPLE), *arguments).output)
    made, expected = resolve({}, {}), resolve({"config": str(EXAMPLE), "admin_token": "secret", "port": "0"}, {})
    assert [getattr(made, option.name) for option in OPTIONS] == [getattr(expected, option.name) for option in OPTIONS]
    assert made.admin_token == "secret"


@pytest.mark.parametrize("form", ["text", "json", "toml"])
def test_secrets_are_masked(form: str) -> None:
    """Unless they are asked for."""
    arguments = ("--format", form, "--datasets", "a=secret-key", "--admin-token", "secret-token")
    assert "secret-" not in config(*arguments).output
    shown = config(*arguments, "--show-secrets").output
    assert "secret-key" in shown
    assert "secret-token" in shown


def test_the_schema_is_printed_whatever_the_file_holds(folder: Path) -> None:
    """Whoever wants to know what is wrong with it may need the schema."""
    (folder / "mock-capi.toml").write_text("prot = 1\n")
    assert (config("--schema").exit_code, config("--schema").output) == (0, schema())


def test_the_docs_error_is_what_is_said(folder: Path) -> None:
    """To the letter."""
    (folder / "mock-capi.toml").write_text('#\nport = "9090"\n')
    assert f"```text\n{config().stderr}```" in (ROOT / "docs" / "options.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        ((), "prot = 1", "mock-capi.toml:1: prot: is not known; the nearest is port"),
        (("--port", "x"), "", "--port: must be a whole number from 0 to 65535"),
        (("--datasets", "a=1,b=1"), "", "--datasets: b: the api_key belongs to another dataset; each needs its own"),
        (("--spec", "/no/such"), "", "--spec: cannot read /no/such: No such file or directory"),
        (("--config", "none.toml"), "", "--config: cannot read none.toml: No such file or directory"),
    ],
)
def test_a_bad_configuration_is_exit_code_2(folder: Path, arguments: tuple[str, ...], text: str, said: str) -> None:
    """One line that says what `serve` would say, and nothing on standard output."""
    (folder / "mock-capi.toml").write_text(text)
    result = config(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"mock-capi: {said}\n")
    assert CliRunner().invoke(main, ["serve", *arguments]).stderr == result.stderr
