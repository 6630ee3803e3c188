"""What stands on a mock: each change makes another value, of one dataset or of all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mock_capi.clock import Clock
from mock_capi.model import Fault
from mock_capi.personas import MOST_PERSONAS, PersonaError, persona
from mock_capi.standing import MOST_DATASETS, MOST_FAULTS, ArmingError, Dataset, ProvisioningError, Standing

BEFORE = Standing().with_dataset(Dataset("shop", "key-1")).with_dataset(Dataset("app", "key-2"))
ALL = persona({"email": "all@example.com"}, "All")
OWN = persona({"email": "own@example.com"}, "Own", "shop")
FAULTS = (Fault("one", "status"), Fault("two", "delay", data_set_id="shop"))


def test_nothing_changes_the_value_that_is_there() -> None:
    """Whoever holds on to what stood before still sees that."""
    BEFORE.with_faults(FAULTS).with_person(ALL).with_clock(Clock(frozen_at=1.0), "shop").without_dataset("app")
    assert (list(BEFORE.datasets), BEFORE.faults, dict(BEFORE.people)) == (["shop", "app"], (), {})
    assert BEFORE.clock_of("shop").is_real


def test_people_are_everybodys_or_a_datasets() -> None:
    """One goes by the id."""
    standing = BEFORE.with_person(ALL).with_person(OWN)
    assert [person.label for person in standing.people_of()] == ["All", "Own"]
    assert [person.label for person in standing.people_of("shop")] == ["Own"]
    assert standing.without_people({ALL.id}).people_of() == (OWN,)


def test_there_may_not_be_too_many_people() -> None:
    """Each takes about 100 KB."""
    full = replace(BEFORE, people={str(number): ALL for number in range(MOST_PERSONAS)})
    with pytest.raises(PersonaError, match="no more may be"):
        full.with_person(OWN)


def test_a_datasets_reset_leaves_the_others_alone() -> None:
    """Clock, faults and people of the one go back; everybody's stay."""
    standing = BEFORE.with_clock(Clock(frozen_at=9.0), None).with_clock(Clock(frozen_at=1.0), "shop")
    standing = standing.with_faults(FAULTS).with_person(ALL).with_person(OWN).reset("shop")
    assert standing.clock_of("shop") == Clock(frozen_at=9.0)
    assert (standing.faults, standing.people_of()) == (FAULTS[:1], (ALL,))


def test_a_whole_reset_leaves_the_datasets() -> None:
    """With nothing else set up."""
    standing = BEFORE.with_clock(Clock(frozen_at=1.0), "app").with_faults(FAULTS).with_person(OWN)
    assert standing.reset(None) == BEFORE


def test_there_may_not_be_too_many_faults() -> None:
    """Every request looks at each."""
    full = BEFORE.with_faults(Fault(str(number), "status") for number in range(MOST_FAULTS))
    with pytest.raises(ArmingError, match="disarm some"):
        full.with_faults(FAULTS[:1])
    assert full.without_faults(full.faults[1:]).faults == full.faults[:1]


def test_there_may_not_be_too_many_datasets() -> None:
    """One that is there may still get other readings."""
    full = replace(
        BEFORE, datasets={str(number): Dataset(str(number), f"key-{number}") for number in range(MOST_DATASETS)}
    )
    with pytest.raises(ProvisioningError, match="delete some"):
        full.with_dataset(Dataset("shop", "key-of-the-shop"))
    assert full.with_dataset(Dataset("7", "key-7", {"hash_case": "any"})).datasets["7"].readings
