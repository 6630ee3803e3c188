"""The world: datasets with their keys, clocks of their own, and what happens when judging fails."""

from __future__ import annotations

from weakref import ref

import pytest

import mock_capi.world
from mock_capi.clock import Clock
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, ProvisioningError, World
from tests.senders import NOW, Sender, event


@pytest.mark.parametrize("key", ["k", "key-2", "schlüssel", "ключ", "鍵-1", "a=b,c", "Bearer of news"])
def test_a_key_opens_its_own_dataset(world: World, key: str) -> None:
    """Keys of any characters are told apart, non-ASCII ones too."""
    world.provision(Dataset("other", key))
    assert world.occasion({"Authorization": f"Bearer {key}"}).data_set_id == "other"
    for wrong in (key + "x", key[:-1], key.swapcase() if key.swapcase() != key else "-"):
        assert world.occasion({"Authorization": f"Bearer {wrong}"}).data_set_id is None


@pytest.mark.parametrize("key", ["test-key", "schlüssel", "ключ"])
def test_a_key_works_over_http_headers(world: World, sender: Sender, key: str) -> None:
    """UTF-8 in the header, as clients send it."""
    if key != DEFAULT_KEY:
        world.provision(Dataset("other", key))
    sent = {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
    dataset = DEFAULT_DATASET if key == DEFAULT_KEY else "other"
    assert sender.one(event(data_set_id=dataset), headers=sent).status_code == 200


def test_the_same_dataset_can_be_provisioned_again(world: World) -> None:
    """With the same key its readings change and its clock stays."""
    world.set_clock(Clock(frozen_at=1.0), DEFAULT_DATASET)
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY, {"window_edge": "reject"}))
    assert world.readings_of(world.datasets[DEFAULT_DATASET]).window_edge == "reject"
    assert world.clock_of(DEFAULT_DATASET).now() == 1.0


@pytest.mark.parametrize(
    ("dataset", "conflict"),
    [
        (Dataset(DEFAULT_DATASET, "another-key"), True),
        (Dataset("another", DEFAULT_KEY), True),
        (Dataset("", "k"), False),
        (Dataset("a", ""), False),
        (Dataset("a", " k"), False),
        (Dataset("a", "k\n"), False),
        (Dataset("a" * 513, "k"), False),
    ],
)
def test_what_cannot_be_provisioned_is_said(world: World, dataset: Dataset, conflict: bool) -> None:
    """Guide 1.2: a key has one dataset, a dataset one key; and names that headers can carry."""
    with pytest.raises(ProvisioningError) as caught:
        world.provision(dataset)
    assert caught.value.conflict is conflict
    assert list(world.datasets) == [DEFAULT_DATASET]


def test_a_withdrawn_dataset_is_unknown_and_its_key_free(world: World, sender: Sender) -> None:
    """Its submissions stay in the log."""
    sender.one(event())
    world.withdraw(DEFAULT_DATASET)
    assert sender.one(event()).get_json()["error_code"] == "INVALID_API_KEY"
    assert len(sender.log()) == 2
    world.provision(Dataset("another", DEFAULT_KEY))
    assert sender.one(event(data_set_id="another")).status_code == 200


def test_clocks_are_each_datasets_own(world: World) -> None:
    """One dataset's clock moves alone; setting everyone's ends that."""
    world.provision(Dataset("other", "other-key"))
    world.set_clock(Clock(frozen_at=5.0), "other")
    assert (world.clock_of("other").now(), world.clock_of(DEFAULT_DATASET).now()) == (5.0, NOW)
    world.set_clock(Clock(frozen_at=9.0))
    assert (world.clock_of("other").now(), world.clock_of(DEFAULT_DATASET).now()) == (9.0, 9.0)


def test_a_failure_while_judging_is_answered_and_recorded(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guide 8.3: 500 in the envelope, and the log has it."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(mock_capi.world, "examine", broken)
    response = sender.one(event())
    assert response.status_code == 500
    assert response.get_json().keys() == {"status", "error_code", "message"}
    assert response.get_json()["error_code"] == "INTERNAL_ERROR"
    assert "secret detail" not in response.text
    assert sender.last()["status"] == 500


def test_what_events_were_judged_with_goes_with_its_dataset(world: World) -> None:
    """Datasets come and go with readings of their own, and leave nothing behind."""
    headers = {"Authorization": "Bearer another-key"}
    world.provision(Dataset("another", "another-key", {"max_body_bytes": 4711}))
    judge = ref(world.occasion(headers).judge)
    assert judge() is not None
    world.withdraw("another")
    world.occasion(headers)
    assert judge() is None
