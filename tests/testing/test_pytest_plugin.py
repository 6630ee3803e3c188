"""The plugin, as suites use it: alone, in parallel, and sixteen suites at once on one server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from mock_capi.testing import MockCapi
from tests.docs.blocks import ALL
from tests.testing import isolation
from tests.testing.inner import Inner
from tests.web.wire import DEADLINE

SUITES = 16
SENDER = next(block.text for block in ALL if block.file == "shop.py")
"""The recipes' own."""
FRESH = """
import pytest
from shop import purchase, send

@pytest.mark.parametrize("number", range(4))
def test_a_dataset_of_its_own(mock_capi, mock_capi_server, number):
    assert mock_capi.submissions() == [] == list(mock_capi.faults)
    assert mock_capi.url == mock_capi_server.url
    assert mock_capi.data_set_id != mock_capi_server.data_set_id
    mock_capi.clock.set(number)
    mock_capi.faults.status(503, times=2)
    assert send(mock_capi, purchase(mock_capi)) == 503
    assert send(mock_capi_server, purchase(mock_capi_server)) == 200
"""


@pytest.fixture
def fresh(inner: Inner) -> Inner:
    """A suite whose tests would fail if they met anything of each other."""
    return inner.write(shop=SENDER, test_fresh=FRESH)


def test_each_test_has_a_dataset_of_its_own(fresh: Inner) -> None:
    """On one server for the session, in which nothing of the last test is left."""
    fresh.run().assert_outcomes(passed=4)


def test_it_is_there_once_it_is_installed(inner: Inner) -> None:
    """The entry point registers it."""
    found = inner.without("PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD").run(
        "--fixtures", "-p", "no:schemathesis", "-p", "no:hypothesispytest"
    )
    found.stdout.fnmatch_lines(["mock_capi_server*session scope*", "mock_capi *"])


def test_each_worker_has_a_server_of_its_own(inner: Inner) -> None:
    """With pytest -n, unless they are told of one."""
    tests = """
        import pytest
        from pathlib import Path

        @pytest.mark.parametrize("number", range(4))
        def test_where(mock_capi, worker_id, number):
            Path(worker_id).write_text(mock_capi.url)
    """
    inner.write(test_where=tests.replace("\n        ", "\n")).run("-n", "2").assert_outcomes(passed=4)
    assert (inner.folder / "gw0").read_text() != (inner.folder / "gw1").read_text()


def test_sixteen_suites_share_a_server_and_never_meet(fresh: Inner, shared_url: str) -> None:
    """Each finds only its own log, clock, faults and readings, in every phase of all the others; nothing stays."""
    before = status_of(shared_url)
    with MockCapi.attach(shared_url) as meeting:
        place = {"URL": shared_url, "ID": meeting.data_set_id, "KEY": meeting.api_key, "SUITES": str(SUITES)}
        fresh.set(MOCK_CAPI_URL=shared_url, **{f"MEETING_{name}": value for name, value in place.items()})
        fresh.write(test_isolation=Path(isolation.__file__).read_text())
        told = fresh.run("-n", str(SUITES), "--dist", "each")
        told.assert_outcomes(passed=SUITES * 5)
        assert len(meeting.submissions()) == SUITES * 5
    after = status_of(shared_url)
    assert (after["datasets"], after["faults"], after["log"]) == (before["datasets"], before["faults"], before["log"])


def status_of(url: str) -> Any:
    """How a server stands, but for what moves by itself."""
    status = requests.get(f"{url}/_inspect/status", timeout=DEADLINE).json()
    for dataset in status["datasets"]:
        del dataset["clock"]["now"], dataset["clock"]["iso"]
    return status


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "nonsense://"])
def test_a_server_that_does_not_answer_is_told(fresh: Inner, free_port: int, url: str) -> None:
    """One line says which variable and why, and there is no traceback."""
    told = fresh.set(MOCK_CAPI_URL=url.format(port=free_port)).run()
    told.assert_outcomes(errors=4)
    told.stdout.fnmatch_lines([f"mock_capi_server: MOCK_CAPI_URL={url.format(port=free_port)}: *"])
    told.stdout.no_fnmatch_line("*Traceback*")
    told.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_failure_shows_the_test_and_not_the_kit(inner: Inner) -> None:
    """What pytest prints ends in the line of the test, and in the message."""
    tests = "def test_nothing_came(mock_capi):\n    mock_capi.assert_received(timeout=0, late=True)\n"
    told = inner.write(test_failing=tests).run()
    told.assert_outcomes(failed=1)
    told.stdout.fnmatch_lines(
        ["E *Expected at least 1 event, but none matched:", "E *late=True", "test_failing.py:2: *"]
    )
    told.stdout.no_fnmatch_line("*assertions.py*")


def test_freezegun_and_the_fixtures(inner: Inner) -> None:
    """A frozen test sees its server at the frozen time, the next test does not."""
    tests = """
import time
import freezegun
from shop import purchase, send

@freezegun.freeze_time("2030-01-01")
def test_frozen(mock_capi):
    assert send(mock_capi, purchase(mock_capi)) == 200
    assert mock_capi.assert_received(1)[0].body["timestamp"] == time.time() == mock_capi.clock.now

def test_not_frozen(mock_capi):
    assert send(mock_capi, purchase(mock_capi)) == 200
    assert mock_capi.clock.now < 1_890_000_000
"""
    inner.write(shop=SENDER, test_frozen=tests).run().assert_outcomes(passed=2)
