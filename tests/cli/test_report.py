"""`mock-capi report`: formats, exit codes, and failures on purpose."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main, report
from mock_capi.testing import MockCapi
from tests.examples import sending
from tests.senders import EMAIL


@pytest.fixture
def capi() -> Iterator[MockCapi]:
    """A mock in this process."""
    with MockCapi() as made:
        yield made


def run(capi: MockCapi, *arguments: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["report", "--url", capi.url, *arguments], env=environment)


def send(capi: MockCapi, **fields: object) -> None:
    """Send an event."""
    usual = {"data_set_id": capi.data_set_id, "timestamp": int(capi.clock.now), "event_type": "purchase"}
    body = json.dumps({**usual, "identifiers": {"email_sha256": EMAIL}, **fields}).encode()
    try:
        urlopen(Request(f"{capi.url}/v1/events", body, capi.headers)).close()  # noqa: S310 - a mock's address
    except HTTPError as error:
        error.close()


@pytest.mark.parametrize(
    ("fields", "arguments", "code"),
    [
        ({}, [], 0),
        ({"value": 1}, [], 1),
        ({"surprise": 1}, [], 0),
        ({"surprise": 1}, ["--fail-on", "advisory"], 1),
        ({}, ["--fail-on", "advisory"], 0),
        ({}, ["--fail-on", "not-exercised"], 1),
        ({}, ["--fail-on", "failed"], 0),
    ],
)
def test_the_exit_code_tells(capi: MockCapi, fields: dict[str, object], arguments: list[str], code: int) -> None:
    """1 where something failed, and for whatever else it is asked to be."""
    send(capi, **fields)
    assert run(capi, *arguments).exit_code == code


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("text", "Go-live report: all datasets"), ("json", "{"), ("junit", "<?xml"), ("html", "<!doctype html>")],
)
def test_it_is_written_in_every_format(capi: MockCapi, tmp_path: Path, form: str, beginning: str) -> None:
    """To standard output, or to a file; then the outcome stands on standard output."""
    send(capi)
    assert run(capi, "--format", form).output.startswith(beginning)
    written = tmp_path / "report"
    result = run(capi, "--format", form, "--output", str(written))
    assert result.output.startswith("Nothing failed.")
    assert written.read_text(encoding="utf-8").startswith(beginning)


def test_it_is_about_one_dataset_and_a_period(capi: MockCapi) -> None:
    """By options, and the dataset by its variable too."""
    other = capi.dataset(data_set_id="other")
    send(other, value=1)
    assert run(capi).exit_code == 1
    assert run(capi, "--data-set-id", capi.data_set_id).exit_code == 0
    assert run(capi, MOCK_CAPI_DATA_SET_ID="other").exit_code == 1
    assert run(capi, "--until", "2020-01-01T00:00:00Z").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", "http://127.0.0.1:9"], "no mock-capi answers"),
        (["--since", "yesterday"], "since "),
        (["--output", "/no/such/folder/report"], "--output: "),
    ],
)
def test_what_cannot_be_is_exit_code_2(capi: MockCapi, arguments: list[str], words: str) -> None:
    """One line on stderr."""
    result = run(capi, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_the_token_is_sent() -> None:
    """Without it the server tells nothing."""
    with MockCapi(admin_token="s3cret") as capi:
        assert run(capi).exit_code == 2
        assert run(capi, "--admin-token", "s3cret").exit_code == 0


def test_retries_are_exercised(capi: MockCapi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command arms the failures, waits until the sender has met them all, and reports on what came since."""
    monkeypatch.setattr(report, "SETTLED_SECONDS", 0.2)
    results: list[Result] = []
    asking = threading.Thread(target=lambda: results.append(run(capi, "--exercise", "retries", "--format", "json")))
    asking.start()
    while asking.is_alive() and not len(capi.faults):
        pass
    orders = sending.orders_in(tmp_path, 150)
    settings = {"BATCH_SIZE": 10, "TIMEOUT_SECONDS": 0.5}
    assert sending.run(capi, [sys.executable, "python/no_retry.py"], orders, **settings).code == 0
    asking.join()
    [result] = results
    assert (result.exit_code, len(capi.faults)) == (1, 0)
    found = json.loads(result.stdout)
    assert {item["id"] for item in found["items"] if item["status"] == "failed"} == {"retry.500", "checklist.retries"}
    assert found["faults"]["met"] == 9
    assert "meet 9 failures" in result.stderr


def test_failures_that_nobody_met_are_taken_away(capi: MockCapi) -> None:
    """At the timeout the report is on what there is."""
    result = run(capi, "--exercise", "retries", "--timeout", "0.05")
    assert (result.exit_code, len(capi.faults)) == (0, 0)
    assert "9 of the failures were not met in time." in result.stderr


def test_an_exercise_is_of_one_dataset(capi: MockCapi) -> None:
    """Which one must be said where there are several."""
    capi.dataset(data_set_id="other")
    result = run(capi, "--exercise", "retries")
    assert (result.exit_code, "--data-set-id" in result.stderr) == (2, True)
