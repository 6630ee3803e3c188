"""The wrong servers: each can be built, and of a sample each is noticed. `python -m tests.mutants` tries all."""

from __future__ import annotations

import pytest

from mock_capi.harness.cases import load_all, load_bases
from tests.mutants.table import BY_CASES, Mutant, load
from tests.mutants.trial import attempt

MUTANTS = load()
SAMPLE = [mutant for mutant in MUTANTS if mutant.by == BY_CASES][::80]


def test_there_are_enough() -> None:
    """Each with an id of its own."""
    assert len({mutant.id for mutant in MUTANTS}) == len(MUTANTS) >= 120


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_a_wrong_server_can_be_built(mutant: Mutant) -> None:
    """Its text stands exactly once in its file, and changes it."""
    assert mutant.patched()
    assert mutant.old != mutant.new


@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.id)
def test_a_wrong_server_is_noticed(mutant: Mutant) -> None:
    """By a case that is about what is wrong with it."""
    assert attempt(mutant, load_all(), load_bases()).rightly
