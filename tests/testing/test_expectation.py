"""Comparing events: what counts as the same, and how differences are written."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest

from mock_capi.testing.expectation import any_of, differences, stored_unless_told


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}]}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({"a": 1.0}, {"a": 1}),
        ({"a": None}, {"a": None}),
        ({"a": True}, {"a": True}),
        ({"a": ANY}, {"a": False}),
        ({"a": pytest.approx(0.3)}, {"a": 0.1 + 0.2}),
    ],
)
def test_the_same(expected: Any, actual: Any) -> None:
    """Objects may have more than is expected, at any depth."""
    assert list(differences(expected, actual)) == []


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        ({"a": 1}, {"a": 2}, ["a: expected 1, got 2"]),
        ({"a": 1}, {}, ["a: expected 1, got nothing"]),
        ({"a": None}, {}, ["a: expected None, got nothing"]),
        ({"a": ANY}, {}, ["a: expected <ANY>, got nothing"]),
        ({"a": 1}, {"a": True}, ["a: expected 1, got True"]),
        ({"a": True}, {"a": 1}, ["a: expected True, got 1"]),
        ({"a": "1"}, {"a": 1}, ["a: expected '1', got 1"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 2}}, ["a.b: expected 1, got 2", "a.c: expected 2, got nothing"]),
        ({"a": {"b": 1}}, {"a": "b"}, ["a: expected {'b': 1}, got 'b'"]),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["a[1]: expected 2, got 3"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a: expected [1], got [1, 2]"]),
        ({"a": ["b"]}, {"a": "b"}, ["a: expected ['b'], got 'b'"]),
    ],
)
def test_different(expected: Any, actual: Any, told: list[str]) -> None:
    """Each place is told once, the innermost."""
    assert list(map(str, differences(expected, actual))) == told


def test_names_of_filters_are_asked_of_the_server() -> None:
    """All others are fields, limit and order among them."""
    found = any_of({"event_type": "purchase", "late": True, "value": 1, "order": "A-1"})
    assert found.filters == {"event_type": "purchase", "late": True}
    assert found.fields == {"value": 1, "order": "A-1"}


@pytest.mark.parametrize("told", [{"outcome": "rejected"}, {"status": 400}, {"error_code": "MISSING_FIELD"}])
def test_only_stored_events_count_unless_the_verdict_is_spoken_of(told: dict[str, Any]) -> None:
    """A refused event is not taken for a received one by accident."""
    assert stored_unless_told({"value": 1}).filters == {"outcome": "stored"}
    assert stored_unless_told(told).filters == told
