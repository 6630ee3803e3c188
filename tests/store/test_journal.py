"""The log in a file: what was answered is there at the next start, whatever ended the last one."""

from __future__ import annotations

import logging
import os
import signal
import stat
import threading
from pathlib import Path

import pytest
import requests

from mock_capi.clock import Clock
from mock_capi.ledger import Ledger
from mock_capi.spec import Spec
from mock_capi.store import StoreError
from mock_capi.store.journal import Journal
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.conftest import start_server, stop_server
from tests.senders import NOW, Sender, event


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "log.ndjson"


def begun(the_spec: Spec, path: Path, **limits: int) -> World:
    """A mock with that journal, as after a start."""
    world = World(the_spec, store=Journal(path, Ledger(**limits)))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    world.set_clock(Clock(frozen_at=NOW))
    return world


def ended(world: World) -> None:
    """What the end of its process does."""
    assert isinstance(world.store, Journal)
    os.close(world.store._file)


def sender_of(world: World) -> Sender:
    """Sends to it."""
    return Sender(create_app(world).test_client())


def test_the_log_is_there_after_a_start(the_spec: Spec, path: Path) -> None:
    """All of it, duplicates known, in the order it came; and it goes on from there."""
    before = begun(the_spec, path)
    sender_of(before).one(event())
    sender_of(before).batch([event(event_type="search"), event(value=5)])
    ended(before)
    after = begun(the_spec, path)
    assert after.ledger.snapshot() == before.ledger.snapshot()
    sender = sender_of(after)
    assert sender.one(event()).headers["X-Mock-Capi-Advisories"] == "DUPLICATE_EVENT"
    sequences = [item.sequence for item in after.ledger.snapshot()]
    assert sequences == sorted(set(sequences))
    assert len(path.read_bytes().splitlines()) == 3


def test_what_was_cleared_stays_cleared(the_spec: Spec, path: Path) -> None:
    """One dataset's, or all."""
    before = begun(the_spec, path)
    before.provision(Dataset("other", "other-key"))
    sender_of(before).one(event())
    sender_of(before).one(event(data_set_id="other"), headers={"Authorization": "Bearer other-key"})
    before.reset(DEFAULT_DATASET)
    ended(before)
    after = begun(the_spec, path)
    assert [item.verdict.data_set_id for item in after.ledger.snapshot()] == ["other"]
    after.clear_log()
    ended(after)
    assert begun(the_spec, path).ledger.snapshot() == ()


def test_the_limits_hold(the_spec: Spec, path: Path) -> None:
    """What has to go at the start is counted."""
    before = begun(the_spec, path)
    for _ in range(5):
        sender_of(before).one(event())
    ended(before)
    after = begun(the_spec, path, max_events=2)
    assert (len(after.ledger.snapshot()), after.ledger.evicted()) == (2, (3, 3))


@pytest.mark.parametrize("cut", [1, 2, 300])
def test_a_torn_last_line_is_left_out_and_told(
    the_spec: Spec, path: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    """And written over by what comes next."""
    before = begun(the_spec, path)
    for _ in range(2):
        sender_of(before).one(event())
    ended(before)
    path.write_bytes(path.read_bytes()[:-cut])
    with caplog.at_level(logging.WARNING):
        after = begun(the_spec, path)
    assert "its last line was cut off" in caplog.text
    assert after.ledger.snapshot() == before.ledger.snapshot()[:1]
    sender_of(after).one(event())
    ended(after)
    assert len(begun(the_spec, path).ledger.snapshot()) == 2


@pytest.mark.parametrize("line", [b"{}\n", b"nothing\n", b'{"cleared":5}\n', b"\n", b"\xff\n"])
def test_another_file_is_refused(path: Path, line: bytes) -> None:
    """By the line, and it stays as it is."""
    path.write_bytes(line)
    with pytest.raises(StoreError, match=r"log\.ndjson:1 is no submission"):
        Journal(path, Ledger())
    assert path.read_bytes() == line


def test_two_servers_cannot_write_one_file(path: Path) -> None:
    """The second is told."""
    first = Journal(path, Ledger())
    with pytest.raises(StoreError, match="in use by another server"):
        Journal(path, Ledger())
    os.close(first._file)


def test_only_its_owner_may_read_it(path: Path) -> None:
    """Events are nobody else's business."""
    os.close(Journal(path, Ledger())._file)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_not_accepted(the_spec: Spec, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is a 500 for the sender, and neither the file nor the log has half of it."""
    world = begun(the_spec, path)
    sender = sender_of(world)
    sender.one(event())
    whole = path.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:100]))
    assert sender.one(event()).status_code == 500
    monkeypatch.undo()
    assert path.read_bytes() == whole
    assert len(world.ledger.snapshot()) == 1
    assert sender.one(event()).status_code == 200
    ended(world)


def test_a_file_that_cannot_be_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(StoreError, match="cannot be used"):
        Journal(tmp_path / "no" / "folder", Ledger())


@pytest.mark.parametrize("sync", [[], ["--journal-sync"]], ids=["kernel", "disk"])
def test_a_killed_server_loses_nothing_that_was_answered(path: Path, sync: list[str]) -> None:
    """Whatever it was doing at that moment."""
    running = start_server("--journal", str(path), *sync)
    answered: list[str] = []

    def send() -> None:
        headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
        with requests.Session() as session:
            while True:
                try:
                    found = session.post(f"{running.url}/v1/events", json=event(), headers=headers, timeout=10)
                except requests.ConnectionError:
                    return
                answered.append(found.json().get("submission_id", "refused"))
                enough.set() if len(answered) > 60 else None

    enough = threading.Event()
    requests.put(f"{running.url}/_control/clock", json={"now": NOW}, timeout=10)
    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert enough.wait(30)
    running.process.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    stop_server(running)
    again = start_server("--journal", str(path))
    logged = {item["id"] for item in again.get("/_inspect", limit=1000)["submissions"]}
    stop_server(again)
    assert "refused" not in answered
    assert set(answered) <= logged
