"""Whether something has its form: every way in which it may not, in words and with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mock_capi.config.checking import FormError, check, closest
from mock_capi.config.schema import schema_of
from mock_capi.settings import OPTIONS

SCHEMA = schema_of(OPTIONS)


@pytest.mark.parametrize(
    ("document", "place", "rule", "example"),
    [
        ({"prot": 1}, ("prot",), "is not known; the nearest is port", None),
        ({"log-events": 1}, ("log-events",), "is not known; the nearest is log_events", None),
        ({"port": "80"}, ("port",), "must be a whole number from 0 to 65535", 8080),
        ({"port": True}, ("port",), "must be a whole number from 0 to 65535", 8080),
        ({"port": float("nan")}, ("port",), "must be a whole number from 0 to 65535", 8080),
        ({"port": 10**40}, ("port",), "must be a whole number from 0 to 65535", 8080),
        ({"port": date(2026, 1, 1)}, ("port",), "must be a whole number from 0 to 65535", 8080),
        ({"admin_token": 5}, ("admin_token",), "must be a text", "a long random text"),
        ({"allowed_hosts": "a"}, ("allowed_hosts",), "must be a list of texts", ["mock.example.com"]),
        ({"allowed_hosts": ["a", 5]}, ("allowed_hosts", 1), "must be a text", None),
        (
            {"datasets": []},
            ("datasets",),
            "must be a table of at least one dataset, each id = key",
            {"shop": "key-1"},
        ),
        (
            {"datasets": {"a": 5}},
            ("datasets", "a"),
            "must be an API key, or a table with api_key and readings",
            "key-1",
        ),
        (
            {"datasets": {"a": {}}},
            ("datasets", "a"),
            "needs api_key",
            {"api_key": "key-1", "readings": {"authorization": "either"}},
        ),
        (
            {"datasets": {"a": {"apikey": "k"}}},
            ("datasets", "a", "apikey"),
            "is not known; the nearest is api_key",
            None,
        ),
        (
            {"datasets": {"a": {"api_key": "k", "readings": {"hash_cse": "any"}}}},
            ("datasets", "a", "readings", "hash_cse"),
            "is not known; the nearest is hash_case",
            None,
        ),
        (
            {"readings": {"authorization": "beerer"}},
            ("readings", "authorization"),
            'must be one of bearer, raw, either, did you mean "bearer"?',
            None,
        ),
        (
            {"readings": {"foreign_dataset": 404}},
            ("readings", "foreign_dataset"),
            "must be one of 403, 400",
            "403",
        ),
        (
            {"readings": {"future_tolerance_seconds": False}},
            ("readings", "future_tolerance_seconds"),
            "must be a whole number or off",
            300,
        ),
    ],
    ids=repr,
)
def test_what_does_not_have_its_form(document: Any, place: Any, rule: str, example: Any) -> None:
    """The first thing that is wrong is told, with the right form where the rule does not name it."""
    with pytest.raises(FormError) as caught:
        check(document, SCHEMA)
    assert (caught.value.place, str(caught.value), caught.value.example) == (place, rule, example)


def test_every_node_says_what_must_hold() -> None:
    """No message can lack its rule."""
    nodes, silent = [*SCHEMA["properties"].values()], []
    while nodes:
        node = nodes.pop()
        silent += [] if "errorMessage" in node else [node]
        nodes += node.get("properties", {}).values()
        nodes += [below for name in ("items", "additionalProperties") if isinstance(below := node.get(name), dict)]
    assert silent == []


def test_the_closest_name_is_told_however_far() -> None:
    """There is always one."""
    assert closest("prot", ["host", "port"]) == "port"
    assert closest("zzz", ["host"]) == "host"
