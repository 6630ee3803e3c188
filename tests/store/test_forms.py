"""What is written of submissions and of what stands is read back as it was."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from mock_capi.clock import Clock
from mock_capi.model import Fault
from mock_capi.personas import persona
from mock_capi.standing import Dataset, Standing
from mock_capi.store import forms
from mock_capi.world import World
from tests.senders import Sender, event

ANNA = persona({"email": "anna@example.com", "ip": "203.0.113.9", "phone": "+14155550123"}, "Anna", "shop")
FULL = (
    Standing()
    .with_dataset(Dataset("shop", "key-1", {"window_edge": "reject"}))
    .with_dataset(Dataset("app", "schlüssel"))
    .with_clock(Clock(offset=-5.5), None)
    .with_clock(Clock(frozen_at=1.0), "app")
    .with_faults([Fault("one", "status", 503, retry_after=2), Fault("two", "delay", probability=0.5, seed=7, thrown=3)])
    .with_person(ANNA)
)


def test_a_submission_is_read_as_it_was_written(sender: Sender, world: World) -> None:
    """Of every kind: accepted, late, with consent, twice in a batch, refused, unreadable, met by a fault."""
    sender.one(event())
    sender.one(event(timestamp=event()["timestamp"] - 8 * 86_400, privacy={"us_privacy_string": "1YYN"}))
    sender.batch([event(custom_data={"transaction_id": "ä"})] * 2)
    sender.batch([event(), event(value=5), "nothing"])
    sender.client.post("/v1/events", data=b'{"timestamp": \xff', headers={"Authorization": "Bearer test-key"})
    sender.client.get("/v1/schema/events")
    world.arm(Fault("a fault", "drop_after_store"), Fault("another", "status"))
    with pytest.raises(ConnectionResetError):
        sender.one(event())
    sender.one(event())
    log = world.ledger.snapshot()
    assert len(log) == 8
    assert [forms.read(forms.write(submission)) for submission in log] == list(log)


def test_what_stands_is_read_as_it_was_written() -> None:
    """All of it, in its order."""
    read = forms.changed(Standing(), forms.differences(Standing(), FULL))
    assert read == FULL
    assert list(read.datasets) == ["shop", "app"]
    assert read.people[ANNA.id].hashes == ANNA.hashes


@pytest.mark.parametrize(
    ("after", "parts"),
    [
        (FULL, set()),
        (FULL.with_clock(None, "app"), {"dataset:app"}),
        (replace(FULL, clock=Clock()), {"clock"}),
        (FULL.without_faults(FULL.faults[:1]), {"faults"}),
        (FULL.without_dataset("shop"), {"dataset:shop", "order"}),
        (FULL.without_people({ANNA.id}), {f"person:{ANNA.id}", "order"}),
        (FULL.with_dataset(Dataset("new", "key-3")), {"dataset:new", "order"}),
    ],
)
def test_only_what_has_changed_is_written(after: Standing, parts: set[str]) -> None:
    """And whoever has the one before has the one after by it."""
    differences = forms.differences(FULL, after)
    assert differences.keys() == parts
    assert forms.changed(FULL, differences) == after


def test_nothing_that_a_person_was_registered_with_is_written() -> None:
    """Only hashes are."""
    written = b"".join(filter(None, forms.differences(Standing(), FULL).values())).lower()
    assert not any(secret in written for secret in (b"anna@", b"203.0.113.9", b"4155550123"))


@pytest.mark.parametrize("line", [b"", b"{", b"5", b"{}", b'{"id": "x"}', b"[]"])
def test_what_is_no_submission_is_refused(line: bytes) -> None:
    """By one of the exceptions that are promised."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        forms.read(line)


def test_a_line_is_a_line(sender: Sender, world: World) -> None:
    """No line break stands in what is written, so that a file of lines can be read."""
    sender.client.post("/v1/events", data=b"a\nb\r\n\xe2\x80\xa8", headers={"Authorization": "Bearer test-key"})
    written = forms.write(world.ledger.snapshot()[0])
    assert b"\n" not in written
    assert orjson.loads(written)["verdict"]["body"] == "a\nb\r\n\u2028"
