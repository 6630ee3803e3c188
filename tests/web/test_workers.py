"""Several processes that serve as one: whoever of them answers, and whatever becomes of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from mock_capi.clock import real_time
from mock_capi.world import DEFAULT_KEY
from tests.conftest import Running, start_server, stop_server
from tests.senders import event
from tests.stores import RedisServer

HEADERS = {"Authorization": f"Bearer {DEFAULT_KEY}"}


@pytest.fixture
def running(redis_server: RedisServer) -> Iterator[Running]:
    """Three processes on one port."""
    server = start_server("--store", redis_server.fresh(), "--workers", "3")
    yield server
    stop_server(server)


def workers_of(running: Running) -> list[int]:
    """The processes that serve."""
    pid = running.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def send(url: str) -> str | None:
    """One event over a connection of its own; its submission_id, or None where nobody answered."""
    try:
        body = event(timestamp=int(real_time()))
        response = requests.post(f"{url}/v1/events", json=body, headers=HEADERS, timeout=30)
    except requests.ConnectionError:
        return None
    assert response.status_code == 200
    return str(response.json()["submission_id"])


def test_a_killed_worker_loses_nothing_that_was_answered(running: Running) -> None:
    """Every event that was answered 200 is in the log, once; and another worker takes its place."""
    before = workers_of(running)
    with ThreadPoolExecutor(6) as threads:
        sent = [threads.submit(send, running.url) for _ in range(120)]
        sent[40].result()
        os.kill(before[0], signal.SIGKILL)
        answered = [found for future in sent if (found := future.result())]
        answered += filter(None, threads.map(send, [running.url] * 30))
    assert len(answered) >= 140
    logged = [item["id"] for item in running.get("/_inspect", limit=1000)["submissions"]]
    assert len(logged) == len(set(logged))
    assert set(answered) <= set(logged)
    assert before[0] not in workers_of(running)


def test_whatever_is_steered_holds_for_all_workers(running: Running) -> None:
    """Faults are met as often as they say, and the clock stands for everybody."""
    requests.post(f"{running.url}/_control/faults", json={"kind": "status", "status": 503, "times": 5}, timeout=30)
    requests.put(f"{running.url}/_control/clock", json={"now": 1_800_000_000, "frozen": True}, timeout=30)
    answers = [requests.post(f"{running.url}/v1/events", json=event(), headers=HEADERS, timeout=30) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [503] * 5 + [200] * 15
    assert {answer.json()["received_at"] for answer in answers[5:]} == {"2027-01-15T08:00:00Z"}


def test_a_signal_ends_all_of_them(running: Running) -> None:
    """With nobody left behind, and exit code 0."""
    children = workers_of(running)
    assert len(children) == 3
    running.process.terminate()
    assert running.process.wait(10) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_several_workers_need_a_store() -> None:
    """A log in each process would show a part of what was sent, so it is a mistake."""
    command = [sys.executable, "-m", "mock_capi", "serve", "--workers", "2"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert found.returncode == 2
    assert "--workers: several processes need --store" in found.stderr
