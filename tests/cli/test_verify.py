"""`mock-capi verify`: it passes a right server, fails a wrong one, says what it left out, and shows no key."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.harness.cases import load_all
from mock_capi.world import DEFAULT_DATASET
from tests.conftest import Running, start_server, stop_server
from tests.harness.naive import agree, serving

KEY = "a-secret-key-that-nobody-may-see"
CASES = load_all()


def verify(url: str, *options: str) -> Result:
    """Run the command."""
    account = ("--api-key", KEY, "--data-set-id", DEFAULT_DATASET)
    return CliRunner().invoke(main, ["verify", "--base-url", url, *account, *options])


def test_our_own_server_passes(shared_server: Running) -> None:
    """Every case but those for servers with other readings, which are named."""
    result = verify(shared_server.url)
    special = sum("server_readings" in case.raw for case in CASES)
    assert result.output.splitlines()[-1] == f"{len(CASES) - special} passed, 0 failed, {special} skipped"
    assert "needs a server started with" in result.output
    assert result.exit_code == 0


def test_a_server_that_agrees_to_everything_fails() -> None:
    """As a foreign one; only the guide's cases run, and those that expect a refusal name it."""
    with serving(agree) as url:
        result = verify(url, "--rate", "100000")
    refusals = [case for case in CASES if case.basis == "guide" and not case.needs and case.expect["status"] != 200]
    assert result.exit_code == 1
    assert [
        case.id for case in refusals if f"FAILED {case.id} " not in result.output and "server_readings" not in case.raw
    ] == []
    assert "needs a settable clock" in result.output


def test_a_foreign_server_is_compared_by_what_the_guide_publishes() -> None:
    """The status, and MISSING_IDENTIFIER; no other code, and no wording."""

    def refuse(*_: object) -> tuple[int, object]:
        return 400, {"status": "error", "error_code": "SOMETHING_ELSE", "message": "no"}

    with serving(refuse) as url:
        shown = json.loads(verify(url, "--rate", "100000", "--json").output)
    wrong = {case["id"]: [found["what"] for found in case["differences"]] for case in shown["cases"]}
    for case in CASES:
        if case.id in wrong and not case.needs and case.expect["status"] == 400 and "server_readings" not in case.raw:
            assert wrong[case.id] == (["error_code"] if case.expect["code"] == "MISSING_IDENTIFIER" else [])


def test_the_options_choose_cases(shared_server: Running) -> None:
    """By id, file or subject; and by what they rest on."""
    only = json.loads(verify(shared_server.url, "--json", "--only", "timestamp.*").output)
    assert only["cases"]
    assert all("timestamp.age" in case["subject"] or case["id"].startswith("timestamp.") for case in only["cases"][:1])
    guide = json.loads(verify(shared_server.url, "--json", "--basis", "guide").output)
    assert {case["basis"] for case in guide["cases"]} == {"guide"}


def test_a_choice_of_nothing_is_a_mistake(shared_server: Running) -> None:
    """An empty run would pass."""
    result = verify(shared_server.url, "--only", "no.such.case")
    assert (result.exit_code, "no case fits" in result.output) == (2, True)


def test_junit_goes_to_a_file(shared_server: Running, tmp_path: Path) -> None:
    """With as many cases as were run."""
    verify(shared_server.url, "--only", "timestamps", "--junit", str(tmp_path / "cases.xml"))
    (suite,) = ElementTree.parse(tmp_path / "cases.xml").getroot()  # noqa: S314 - our own
    assert int(suite.get("tests", "0")) == len(suite) > 0


def test_a_dry_run_prints_curl_commands_and_sends_nothing() -> None:
    """Without any server, with variables for the keys."""
    result = verify("http://nobody.invalid", "--dry-run", "--only", "timestamp.too_old")
    assert result.exit_code == 0
    assert "curl -sS http://nobody.invalid/v1/events" in result.output
    assert '"$API_KEY"' in result.output


def test_every_case_can_be_planned() -> None:
    """A dry run of all of them says nothing of keys."""
    result = verify("http://nobody.invalid", "--dry-run")
    assert (result.exit_code, result.output.count("\n# ") + 1) == (0, len(CASES))


@pytest.mark.parametrize("options", [("--dry-run",), ("--json",), ()])
def test_no_key_is_ever_printed(options: tuple[str, ...]) -> None:
    """Not even where the server sends it back."""

    def echo(_method: str, _path: str, headers: dict[str, str], _body: bytes) -> tuple[int, object]:
        return 400, {"status": "error", "error_code": headers.get("Authorization"), "message": str(headers)}

    with serving(echo) as url:
        result = verify(url, "--only", "identifiers", "--rate", "100000", *options)
    assert KEY not in result.output


def test_a_server_that_is_not_there_is_no_failed_check() -> None:
    """Exit code 2: nothing was verified."""
    result = verify("http://127.0.0.1:1")
    assert (result.exit_code, "127.0.0.1:1" in result.output) == (2, True)


def test_a_foreign_server_needs_a_key_and_a_dataset() -> None:
    """There is nothing to send otherwise."""
    with serving(agree) as url:
        result = CliRunner().invoke(main, ["verify", "--base-url", url])
    assert (result.exit_code, "--api-key and --data-set-id are needed" in result.output) == (2, True)


def test_an_admin_token_is_needed_where_one_is_set() -> None:
    """And not mistaken for a foreign server."""
    server = start_server("--admin-token", "the-token")
    try:
        assert verify(server.url, "--only", "timestamp.too_old").exit_code == 2
        assert verify(server.url, "--only", "timestamp.too_old", "--admin-token", "the-token").exit_code == 0
    finally:
        stop_server(server)


def test_a_broken_case_file_is_a_usage_error(shared_server: Running, tmp_path: Path) -> None:
    """Named with its file."""
    (tmp_path / "mine.yaml").write_text("about: x")
    result = verify(shared_server.url, "--contracts", str(tmp_path))
    assert (result.exit_code, "mine.yaml: 'cases' is a required property" in result.output) == (2, True)
