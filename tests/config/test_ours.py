"""Datasets, readings and the admin token: their forms in a file, their agreement with the code, and their masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_capi.config.checking import check
from mock_capi.config.ours import DATASETS_KIND, READINGS_KIND, TOKEN_KIND
from mock_capi.readings import READINGS, ReadingError, alternatives
from mock_capi.readings import check as check_reading
from mock_capi.world import Dataset

WORDS = sorted({word for reading in READINGS for word in alternatives(reading) if not word.isdigit()})


def takes(checked: Callable[[], object]) -> bool:
    """Whether a check goes well."""
    try:
        checked()
    except ValueError:
        return False
    return True


@given(name=st.sampled_from([reading.name for reading in READINGS]), value=st.integers() | st.sampled_from(WORDS))
@settings(max_examples=300, deadline=None)
def test_the_schema_takes_the_readings_that_the_code_takes(name: str, value: Any) -> None:
    """Every one, and no other."""
    assert takes(lambda: check({name: value}, READINGS_KIND.schema)) == takes(lambda: check_reading(name, value))


def test_a_dataset_is_a_key_or_a_table() -> None:
    """The table may have readings of its own."""
    plain = {"a": "k1", "b": {"api_key": "k2"}, "c": {"api_key": "k3", "readings": {"hash_case": "any"}}}
    check(plain, DATASETS_KIND.schema)
    expected = (Dataset("a", "k1"), Dataset("b", "k2"), Dataset("c", "k3", {"hash_case": "any"}))
    assert DATASETS_KIND.value(plain) == expected


def test_a_datasets_readings_are_checked() -> None:
    """What JSON Schema lets pass as whole is no reading all the same."""
    plain = {"a": {"api_key": "k", "readings": {"max_body_bytes": 300.0}}}
    check(plain, DATASETS_KIND.schema)
    with pytest.raises(ReadingError, match="max_body_bytes"):
        DATASETS_KIND.value(plain)


def test_of_the_same_reading_the_last_text_wins() -> None:
    """And spaces around the parts do not count."""
    assert READINGS_KIND.parse(" opt_out = reject , opt_out=suppress ,") == {"opt_out": "suppress"}


@pytest.mark.parametrize(
    ("kind", "plain", "masked"),
    [
        (DATASETS_KIND, {"a": "key-number-1"}, {"a": "ke****"}),
        (
            DATASETS_KIND,
            {"a": {"api_key": "short", "readings": {"opt_out": "reject"}}},
            {"a": {"api_key": "****", "readings": {"opt_out": "reject"}}},
        ),
        (TOKEN_KIND, "token-of-some-length", "to****"),
        (TOKEN_KIND, "", ""),
        (READINGS_KIND, {"opt_out": "reject"}, {"opt_out": "reject"}),
    ],
)
def test_secrets_are_masked(kind: Any, plain: Any, masked: Any) -> None:
    """As everywhere, and nothing else is."""
    assert kind.mask(plain) == masked
