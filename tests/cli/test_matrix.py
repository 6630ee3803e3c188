"""`mock-capi matrix`: small programs as clients, each broken by the readings that it does not allow for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.testing import MockCapi
from tests.conftest import Running
from tests.examples.sending import SENDERS, orders_in
from tests.web.wire import eventually

HEAD = """
import json, os, sys, time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

url, key, dataset = (os.environ["MOCK_CAPI_" + name] for name in ("URL", "API_KEY", "DATA_SET_ID"))

def send(path="/v1/events", method="POST", headers=None, **changes):
    event = {"data_set_id": dataset, "timestamp": int(time.time()), "event_type": "search"}
    event |= {"identifiers": {"email_sha256": "0" * 64}} | changes
    headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"} if headers is None else headers
    body = json.dumps(event).encode() if method == "POST" else None
    try:
        return urlopen(Request(url + path, body, headers, method=method)).status
    except HTTPError as error:
        return error.code
"""
Client = Callable[[str], tuple[str, ...]]


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """Makes the command of a client that does what a few lines say."""

    def made(code: str) -> tuple[str, ...]:
        script = tmp_path / "client.py"
        script.write_text(HEAD + code)
        return (sys.executable, str(script))

    return made


def run(*arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, ["matrix", *arguments])


def effects(result: Result) -> dict[str, list[str]]:
    """The alternatives by what they do, from --json."""
    found: dict[str, list[str]] = {}
    for tried in json.loads(result.stdout)["runs"]:
        found.setdefault(tried["effect"], []).append(f"{tried['reading']}={tried['value']}")
    return found


def ids_on(server: Running) -> list[str]:
    """The datasets there are."""
    return [dataset["data_set_id"] for dataset in server.get("/_control/datasets")["datasets"]]


def test_a_careful_client_is_not_broken(client: Client) -> None:
    """Exit code 0, and no question is left but for the key's form, to which it listens."""
    code = """
bare = {"Authorization": key, "Content-Type": "application/json"}
sys.exit(200 not in (send(), send(headers=bare)))
"""
    result = run("--jobs", "2", *client(code))
    assert result.exit_code == 0, result.output
    assert "0 of 19 alternative readings break it.\n" in result.output
    assert "authorization=raw, authorization=either" in result.output
    assert "questions" not in result.output


def test_what_breaks_it_becomes_questions(client: Client) -> None:
    """Each with the guide's section; what it notices and what it never meets is told apart."""
    result = run(
        "--json", "--only", "unknown_fields", "--only", "hash_case", *client("sys.exit(send(page='x') != 200)")
    )
    assert result.exit_code == 1
    assert effects(result) == {"breaks": ["unknown_fields=reject"], "same": ["hash_case=any"]}
    [asked] = json.loads(result.stdout)["questions"]
    assert asked["question"].startswith("Are fields that the guide does not list ignored")
    assert (asked["guide"], asked["breaks_under"]) == ("4.1", ["reject"])


def test_other_verdicts_are_noticed(client: Client) -> None:
    """Where it passes all the same, but what it sent is answered otherwise."""
    result = run("--json", "--only", "null_fields", *client("send(source=None)"))
    assert effects(result) == {"matters": ["null_fields=absent"]}
    assert result.exit_code == 0


def test_requests_without_a_key_are_read_as_the_variant_says(client: Client) -> None:
    """Each run has a server of its own."""
    result = run("--only", "schema_auth", *client("sys.exit(send('/v1/schema/events', 'GET', {}) != 403)"))
    assert result.exit_code == 1
    assert "schema_auth=open                     exit code 1\n" in result.output
    assert "1. Does GET /v1/schema/events need the API key? (guide 2)\n" in result.output


def test_numbers_have_alternatives_too(client: Client) -> None:
    """A body over 1 MB, and clocks that differ by a minute."""
    code = """
big = send(custom_data={"text": "x" * 1_100_000})
ahead = send(timestamp=int(time.time()) + 60)
sys.exit((big, ahead) != (200, 200))
"""
    result = run("--json", "--only", "max_body_bytes", "--only", "future_tolerance_seconds", *client(code))
    assert effects(result)["breaks"] == ["max_body_bytes=1000000", "future_tolerance_seconds=0"]


def test_what_the_client_clears_counts_as_well(client: Client) -> None:
    """Suites that empty the log behind themselves are told of no less."""
    code = """
send(page="x")
urlopen(Request(url + "/_control/reset", b"{}"))
"""
    assert effects(run("--json", "--only", "unknown_fields", *client(code))) == {"matters": ["unknown_fields=reject"]}


def test_the_output_of_what_fails_is_shown_on_demand(client: Client) -> None:
    """Its last lines, with --verbose; in JSON always."""
    command = client("print('the answer was', send(page='x')); sys.exit(send(page='x') != 200)")
    plain, verbose = run("--only", "unknown_fields", *command), run("--verbose", "--only", "unknown_fields", *command)
    assert "the answer was" not in plain.output
    assert "      the answer was 400\n" in verbose.output


def test_a_run_that_does_not_end_is_ended(client: Client) -> None:
    """After --timeout, with what it has started; that counts as broken."""
    code = """
import subprocess
if send(page="x") != 200:
    print(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE).pid, flush=True)
    sys.stdin = os.fdopen(os.pipe()[0])
    input()
"""
    result = run("--json", "--timeout", "2", "--only", "unknown_fields", *client(code))
    [tried] = json.loads(result.stdout)["runs"]
    assert (tried["effect"], tried["exit_code"]) == ("breaks", None)
    child = Path("/proc") / tried["output"].strip() / "cmdline"
    eventually(lambda: not child.exists() or not child.read_bytes())


def test_junit_is_written(client: Client, tmp_path: Path) -> None:
    """One test for the defaults and one for each alternative."""
    file = tmp_path / "matrix.xml"
    code = "sys.exit(send(page='x') != 200)"
    assert run("--junit", str(file), "--only", "unknown_fields", *client(code)).exit_code == 1
    cases = {case.get("name"): case for case in ElementTree.parse(file).getroot().iter("testcase")}  # noqa: S314 - ours
    assert list(cases) == ["defaults", "unknown_fields=reject"]
    failure = cases["unknown_fields=reject"].find("failure")
    assert failure is not None
    assert "exit code 1. Are fields" in failure.get("message", "")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("print('oh no'); sys.exit(3)", "fails under the defaults already: exit code 3"),
        ("pass", "sent nothing to the mock"),
    ],
)
def test_without_a_baseline_there_is_no_matrix(client: Client, code: str, word: str) -> None:
    """Exit code 2, with what the command wrote."""
    result = run(*client(code))
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr
    assert ("oh no" in result.stderr) == ("oh no" in code)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "Missing argument 'COMMAND...'"),
        (["--jobs", "0", "true"], "--jobs"),
        (["--timeout", "0", "true"], "--timeout"),
        (["--only", "hash_cas", "true"], 'did you mean "hash_case"'),
        (["/no/such/command"], "/no/such/command cannot be run"),
        (["--url", "http://127.0.0.1:1", "true"], "no mock-capi answers"),
        (["--url", "ftp://x", "true"], "is not an http"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], word: str) -> None:
    """With the reason on stderr."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert word in result.stderr


def test_a_running_server_is_used(client: Client, shared_server: Running) -> None:
    """Each run has a dataset of its own there, which goes again; what that cannot cover is said."""
    with MockCapi(url=shared_server.url) as before:
        known = ids_on(shared_server)
        result = run("--url", shared_server.url, "--jobs", "2", *client("sys.exit(send(page='x') != 200)"))
        assert ids_on(shared_server) == known
        assert before.submissions() == []
    assert result.exit_code == 1
    assert "2 of 19 alternative readings break it:\n" in result.output
    assert result.output.endswith("each run has a server of its own.\n")


def test_a_pytest_suite_with_the_plugin_works(tmp_path: Path) -> None:
    """Its fixture takes the server that the run was given."""
    suite: Any = tmp_path / "test_sender.py"
    suite.write_text(f"""{HEAD}
def test_it(mock_capi):
    global dataset, key
    dataset, key = mock_capi.data_set_id, mock_capi.api_key
    assert mock_capi.url == url
    assert send(page="x") == 200
""")
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(suite))
    assert effects(run("--json", "--only", "unknown_fields", *command)) == {"breaks": ["unknown_fields=reject"]}


def test_the_right_sample_depends_on_one_reading(tmp_path: Path) -> None:
    """The Python sender sends Bearer, and would fail where the key must stand bare; nothing else matters."""
    program = str(SENDERS / "python" / "send.py")
    result = run("--json", "--jobs", "2", "--", sys.executable, program, str(orders_in(tmp_path, 10)))
    found = effects(result)
    assert (result.exit_code, found["breaks"]) == (1, ["authorization=raw"])
    assert {effect for effect, names in found.items() if names} == {"breaks", "same"}
