"""Who is told what happens to the log."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mock_capi.ledger import Ledger
from mock_capi.model import Submission
from mock_capi.spec import Spec
from mock_capi.store import Memory
from mock_capi.watch import TooManyError
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import Sender, event


class Diary:
    """A watcher that writes down what it is told."""

    def __init__(self, data_set_id: str | None = None) -> None:
        self._data_set_id = data_set_id
        self.told: list[str] = []

    @property
    def data_set_id(self) -> str | None:
        return self._data_set_id

    def start(self, log: Sequence[Submission]) -> None:
        self.told.append(f"start {len(log)}")

    def recorded(self, submission: Submission) -> None:
        self.told.append(f"recorded {submission.verdict.data_set_id}")

    def forgotten(self, gone: Sequence[Submission], *, own: bool) -> None:
        self.told.append(f"forgotten {len(gone)} {'own' if own else 'others'}")

    def closed(self) -> None:
        self.told.append("closed")


def sender_of(ledger: Ledger, the_spec: Spec) -> Sender:
    """A sender for two datasets over a log."""
    world = World(the_spec, store=Memory(ledger))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY, {"future_tolerance_seconds": "off"}))
    world.provision(Dataset("other", "other-key", {"future_tolerance_seconds": "off"}))
    return Sender(create_app(world).test_client())


def test_each_is_told_of_its_own_dataset(the_spec: Spec) -> None:
    """Of all of them where it names none; of a request with an unknown key only then."""
    ledger = Ledger()
    sender = sender_of(ledger, the_spec)
    sender.one(event())
    own, every = Diary("other"), Diary()
    with ledger.watched_by(own), ledger.watched_by(every):
        sender.one(event())
        sender.one(event(data_set_id="other"), key="other-key")
        sender.one(event(), key="nobodys-key")
        ledger.clear(DEFAULT_DATASET)
        ledger.clear("other")
        ledger.clear()
    sender.one(event(data_set_id="other"), key="other-key")
    assert own.told == ["start 1", "recorded other", "forgotten 1 own", "forgotten 1 own"]
    assert every.told == [
        "start 1",
        *(f"recorded {name}" for name in (DEFAULT_DATASET, "other", None)),
        *("forgotten 2 others", "forgotten 1 others", "forgotten 1 own"),
    ]


def test_no_more_than_so_many_may_watch() -> None:
    """One that ends makes room for another."""
    ledger = Ledger(max_watchers=1)
    with ledger.watched_by(Diary()):
        with pytest.raises(TooManyError, match="1 waits and streams are open"), ledger.watched_by(Diary()):
            pass
        assert ledger.watchers == 1
    with ledger.watched_by(Diary("any")):
        assert ledger.watchers == 1
    assert ledger.watchers == 0


def test_at_the_end_everybody_is_told() -> None:
    """Those who come later as well."""
    ledger = Ledger()
    early, late = Diary("any"), Diary()
    with ledger.watched_by(early):
        ledger.close()
    with ledger.watched_by(late):
        pass
    assert (early.told, late.told) == (["start 0", "closed"], ["closed", "start 0"])
