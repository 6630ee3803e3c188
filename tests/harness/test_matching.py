"""Differences are found, and shown with both sides."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.harness.matching import contains, equal, lacks, remarks, says, shown

REMARK = {"code": "A", "pointer": "/x", "event": 0, "message": "is wrong", "guide": "7.1", "documented": False}


@pytest.mark.parametrize(("expected", "got"), [(1, True), (1, 1.0), (None, False), ("a", "b"), ([1], (1,))])
def test_equal_values_have_equal_types(expected: Any, got: Any) -> None:
    """1 is not true."""
    assert len(list(equal("it", expected, got))) == 1


@pytest.mark.parametrize(
    ("expected", "got", "places"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["it.a.b"]),
        ({"a": 1, "b": 2}, {}, ["it.a", "it.b"]),
        ({"a": {"b": 1}}, {"a": None}, ["it.a"]),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}, ["it.a"]),
    ],
)
def test_a_mapping_contains_what_is_named(expected: Any, got: Any, places: list[str]) -> None:
    """Names that are not named may be there; lists are whole."""
    assert [found.what for found in contains("it", expected, got)] == places


@pytest.mark.parametrize(
    ("expected", "places"),
    [
        (["A"], []),
        ([{"code": "A", "pointer": "/x", "message": ["is", "wrong"]}], []),
        ([{"code": "A", "pointer": "/y"}], ["it[0].pointer"]),
        ([{"code": "A", "message": "right"}], ["it[0].message"]),
        ([], ["it"]),
        (["A", "B"], ["it"]),
        (["B"], ["it"]),
    ],
)
def test_remarks_are_all_there_in_order(expected: Any, places: list[str]) -> None:
    """By code first, then by what is said of each."""
    assert [found.what for found in remarks("it", expected, [REMARK])] == places


def test_texts_are_looked_for() -> None:
    """Every part of what is expected, nothing of what is not; the latter is not repeated."""
    assert [found.expected for found in says("it", ["a", "z"], "abc")] == ["...z..."]
    (found,) = lacks("it", ["secret"], "a secret")
    assert "secret" not in "".join(found)
    assert list(lacks("it", ["secret"], "nothing")) == []


def test_long_values_are_cut() -> None:
    """A report is for reading."""
    assert len(shown("x" * 10_000)) < 400
