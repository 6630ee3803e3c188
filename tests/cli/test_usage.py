"""The command `mock-capi`, as far as it needs no server: usage errors, help, and the list of readings."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from mock_capi import __version__
from mock_capi.cli import main
from mock_capi.readings import READINGS, Readings
from mock_capi.settings import OPTIONS


def run(*arguments: str, **environment: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, arguments, env=environment)


def test_the_readings_are_listed() -> None:
    """Every reading stands there with its default first, its alternatives and its section of the guide."""
    result = run("readings")
    assert result.exit_code == 0
    defaults = Readings().as_dict()
    for reading in READINGS:
        assert f"{reading.name} = {defaults[reading.name]}  (or " in result.output
        assert f"guide {reading.metadata['guide']})" in result.output
        assert reading.metadata["about"] in result.output


def test_the_readings_are_listed_as_json() -> None:
    """The same for programs; each first alternative is the default."""
    rows = json.loads(run("readings", "--json").output)
    defaults = {name: str(value) for name, value in Readings().as_dict().items()}
    assert {row["name"]: row["alternatives"][0] for row in rows} == defaults
    assert all(len(row["alternatives"]) > 1 and row["guide"] and row["about"] for row in rows)


def test_help_names_every_option_and_its_variable() -> None:
    """Whoever asks finds all flags with their environment twins and defaults."""
    shown = " ".join(run("serve", "--help").output.split())
    for option in OPTIONS:
        assert option.flag in shown
        assert f"env: {option.variable}" in shown


def test_the_version_is_told() -> None:
    """--version prints name and version."""
    assert run("--version").output == f"mock-capi, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["serve", "--prot", "1"], ["serve", "--port"], ["serve", "extra"], ["surve"], ["ready", "--timeout", "-1"]],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    """Unknown commands, options and arguments end with 2 and say why."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (["serve", "--port", "x"], {}, "--port: must be a whole number"),
        (["serve"], {"MOCK_CAPI_PORT": "x"}, "MOCK_CAPI_PORT: must be a whole number"),
        (["serve"], {"MOCK_CAPI_PROT": "1"}, "the nearest is MOCK_CAPI_PORT"),
        (["ready"], {"MOCK_CAPI_PROT": "1"}, "the nearest is MOCK_CAPI_PORT"),
        (["ready"], {"MOCK_CAPI_PORT": "x"}, "MOCK_CAPI_PORT: must be a whole number"),
        (["serve", "--readings", "authorization=x"], {}, "--readings: authorization: must be one of"),
        (["serve", "--datasets", "a=1,b=1"], {}, "belongs to another dataset"),
        (["serve", "--spec", "/no/such/file"], {}, "/no/such/file"),
    ],
)
def test_wrong_configuration_is_exit_code_2(arguments: list[str], environment: dict[str, str], word: str) -> None:
    """One line on stderr that names what is wrong, and nothing on stdout."""
    result = run(*arguments, **environment)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("mock-capi: ")
    assert word in result.stderr
    assert result.stderr.count("\n") == 1
