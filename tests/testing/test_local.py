"""A server in this process: it starts, stops without a trace, and leaves the process as it was."""

from __future__ import annotations

import gc
import resource
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from mock_capi.testing import MockCapi, MockCapiError
from tests.testing.sending import made, post, send
from tests.web.wire import DEADLINE, eventually


def address_of(capi: MockCapi) -> tuple[str, int]:
    """Where its server listens."""
    host, port = capi.url.removeprefix("http://").split(":")
    return host, int(port)


def descriptors() -> int:
    """How many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_it_is_ready_at_once() -> None:
    """The first request after the start is answered; the dataset is the one that serve starts with."""
    with MockCapi() as capi:
        assert send(capi).json()["status"] == "RECEIVED"
        assert (capi.data_set_id, capi.api_key) == ("00000000-0000-4000-8000-000000000001", "test-key")


def test_its_options_are_those_that_were_given(free_port: int) -> None:
    """Readings, names and the port, which an admin token may guard."""
    options = {"data_set_id": "shop", "api_key": "shop-key", "port": free_port, "admin_token": "secret"}
    with MockCapi(readings={"unknown_fields": "reject"}, **options) as capi:  # type: ignore[arg-type]
        assert (capi.data_set_id, capi.api_key, capi.url) == ("shop", "shop-key", f"http://127.0.0.1:{free_port}")
        assert send(capi, surprise=1).json()["error_code"] == "INVALID_FIELD"
        assert len(capi.events()) == 1
        assert requests.get(f"{capi.url}/_inspect", timeout=DEADLINE).status_code == 401


def test_the_headers_are_those_that_its_readings_want() -> None:
    """A key without Bearer where the mock wants it bare, also for another dataset there."""
    with MockCapi(readings={"authorization": "raw"}) as capi, capi.dataset() as other:
        assert capi.headers == {"Authorization": "test-key", "Content-Type": "application/json"}
        assert send(capi).status_code == send(other).status_code == 200


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"readings": {"authorisation": "raw"}}, 'did you mean "authorization"?'),
        ({"data_set_id": " "}, "data_set_id must be 1 to 512 printable characters"),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(options: dict[str, object], words: str) -> None:
    """The message is the server's own, and nothing is left running."""
    before = threading.active_count()
    with pytest.raises(MockCapiError, match=words.replace("?", r"\?")):
        MockCapi(**options).start()  # type: ignore[arg-type]
    assert threading.active_count() == before


def test_a_port_in_use_is_told(capi: MockCapi) -> None:
    """It is not shared in silence."""
    with pytest.raises(MockCapiError, match="is in use"):
        MockCapi(port=address_of(capi)[1]).start()


def test_two_run_side_by_side() -> None:
    """Each has a log, clock and faults of its own, though their datasets have the same name."""
    with MockCapi() as one, MockCapi() as two:
        one.clock.set(0)
        one.faults.status(503)
        assert send(one).status_code == 503
        assert send(two).status_code == 200
        assert (len(one.events(outcome="stored")), len(two.events())) == (0, 1)
        assert two.clock.now > 0


def test_one_after_another_on_one_port(free_port: int) -> None:
    """The port is free as soon as it has stopped, and nothing of the last one is there."""
    for _ in range(5):
        with MockCapi(port=free_port) as capi:
            assert send(capi).status_code == 200
            assert len(capi.submissions()) == 1


def test_it_may_start_again() -> None:
    """A MockCapi that was stopped starts anew; stopping or starting twice does nothing more."""
    capi = MockCapi().start().start()
    send(capi)
    capi.stop()
    capi.stop()
    with capi:
        assert capi.submissions() == []


def test_nothing_is_left_when_it_has_stopped() -> None:
    """Port, threads and descriptors are as before, those of /_inspect included."""
    MockCapi().start().stop()
    threads, files = set(threading.enumerate()), descriptors()
    with MockCapi() as capi, requests.Session() as session:
        address = address_of(capi)
        session.post(f"{capi.url}/v1/events", json=made(capi), headers=capi.headers, timeout=DEADLINE)
        assert len(capi.submissions()) == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    for thread in set(threading.enumerate()) - threads:
        thread.join(DEADLINE)
    assert set(threading.enumerate()) == threads
    assert eventually(lambda: descriptors() <= files)


def test_the_process_stays_as_it_was() -> None:
    """What serve does to a process of its own is not done to a test's."""

    def settings() -> tuple[object, ...]:
        return gc.get_threshold(), gc.get_freeze_count(), resource.getrlimit(resource.RLIMIT_NOFILE), gc.isenabled()

    before = settings()
    with MockCapi() as capi:
        send(capi)
        assert settings() == before
    assert settings() == before


def test_waits_end_with_the_server() -> None:
    """Whoever waits is told."""
    with ThreadPoolExecutor() as pool, ExitStack() as ending:
        capi = ending.enter_context(MockCapi())
        waiting = pool.submit(capi.wait_for, 1, timeout=600)
        assert capi.submissions() == []
        ending.close()
        assert isinstance(waiting.exception(DEADLINE), MockCapiError)


def test_a_request_that_never_ends_does_not_keep_it() -> None:
    """A sender that is left waiting is cut off."""
    with ThreadPoolExecutor() as pool:
        with MockCapi() as capi:
            capi.faults.timeout()
            sending = pool.submit(post, capi, made(capi), timeout=None)
            capi.wait_for(1, of="submissions")
        assert isinstance(sending.exception(DEADLINE), requests.ConnectionError)


def test_one_that_was_forgotten_does_not_keep_the_interpreter() -> None:
    """The process ends, with exit code 0 and without a word."""
    code = "from mock_capi.testing import MockCapi; MockCapi().start().clock.freeze()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_used_from_many_threads(capi: MockCapi) -> None:
    """Eight threads with a dataset each send, wait and look at once."""

    def work(number: int) -> list[float]:
        with capi.dataset() as own:
            for _ in range(10):
                send(own, value=number, currency_code="USD", timestamp=int(time.time()))
            return [event.body["value"] for event in own.assert_received(10)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [[number] * 10 for number in range(8)]


def test_before_its_start_it_says_so() -> None:
    """Nothing can be asked of it then."""
    with pytest.raises(MockCapiError, match="use it in a with block"):
        _ = MockCapi().url


def test_attaching_needs_no_server_here() -> None:
    """Neither the kit nor the plugin loads the server, Flask or a client's library before one is started."""
    code = "import sys, mock_capi.testing, mock_capi.pytest_plugin; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"flask", "granian", "uvloop", "requests", "jsonschema_rs"}.isdisjoint(loaded)
