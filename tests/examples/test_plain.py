"""examples/ci/plain.sh: a mock for the time of a command, in any CI that has a shell."""

from __future__ import annotations

import subprocess
from xml.etree import ElementTree

import pytest
import requests

from tests.examples.jobs import BESIDE_PYTHON, Workspace

SENDERS = "python examples/senders/python"
ORDERS = "python examples/senders/orders.py 1200"


def beside_a_mock(workspace: Workspace, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command by the script; where the mock was is written to the file `url`."""
    told = f"sh -c 'echo $MOCK_CAPI_URL >url; {command}'"
    return workspace.run([f"examples/ci/plain.sh {told}"], **environment)


def assert_gone(workspace: Workspace) -> None:
    """The mock has ended, and what the script kept is removed."""
    url = (workspace.folder / "url").read_text().strip()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/livez", timeout=10)
    assert list((workspace.folder / "tmp").iterdir()) == []


@pytest.fixture(autouse=True)
def temporary(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where mktemp makes its folders."""
    (workspace.folder / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(workspace.folder / "tmp"))


def test_a_sender_that_is_right_passes(workspace: Workspace) -> None:
    """Exit code 0, a page and a JUnit file; nothing is left running."""
    done = beside_a_mock(workspace, f"{ORDERS} | {SENDERS}/send.py", REPORTS="kept/reports")
    assert done.returncode == 0, done.stderr
    kept = workspace.folder / "kept" / "reports"
    assert "purchase" in (kept / "go-live.html").read_text()
    suites = ElementTree.parse(kept / "go-live.xml").getroot()  # noqa: S314 - the project's own file
    assert {suite.get("failures") for suite in suites} == {"0"}
    assert_gone(workspace)


def test_a_sender_that_is_wrong_fails_by_the_report(workspace: Workspace) -> None:
    """It is content with itself, so the go-live report has the exit code."""
    done = beside_a_mock(workspace, f"{ORDERS} | {SENDERS}/milliseconds.py")
    assert done.returncode == 1
    assert "items failed" in done.stdout
    assert_gone(workspace)


def test_the_exit_code_of_tests_that_fail_is_kept(workspace: Workspace) -> None:
    """And the report is written all the same."""
    done = beside_a_mock(workspace, "exit 7")
    assert done.returncode == 7
    assert (workspace.folder / "reports" / "go-live.xml").exists()
    assert_gone(workspace)


def test_a_mock_that_does_not_start_ends_it(workspace: Workspace) -> None:
    """The server's own message is the last word, and the command is not run."""
    done = beside_a_mock(workspace, "exit 0", MOCK_CAPI_READINGS="authorization=x")
    assert done.returncode == 2
    assert done.stderr.startswith("mock-capi: MOCK_CAPI_READINGS: ")
    assert not (workspace.folder / "url").exists()


def test_a_missing_command_is_told(workspace: Workspace) -> None:
    """Without arguments the script says how it is used; without mock-capi, what to set."""
    usage = workspace.run(["examples/ci/plain.sh"])
    assert (usage.returncode, usage.stderr) == (2, "usage: plain.sh COMMAND [ARGUMENT...]\n")
    elsewhere = ":".join(part for part in ["/usr/bin", "/bin"] if part != BESIDE_PYTHON)
    missing = workspace.run([f"PATH={elsewhere} examples/ci/plain.sh true"])
    assert missing.returncode == 2
    assert "INSTALL: mock-capi is not installed" in missing.stderr
