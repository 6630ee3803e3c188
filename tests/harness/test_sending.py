"""A case's words become exactly one request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_capi.harness.sending import WRONG_KEY, build
from mock_capi.harness.values import Account, Stage, WordError

BASES = {"minimal": {"a": 1, "ids": {"x": 1}}}


def made(**asked: Any) -> Any:
    """The request that these words ask for."""
    return build(asked, BASES, Stage(0, Account("own-id", "own-key"), Account("other", "other-key")), "agent")


def test_a_patch_changes_a_copy_of_its_base() -> None:
    """The base stays as it is."""
    assert json.loads(made(set={"ids.y": 2, "b.c": 3}, remove=["a"]).body) == {"ids": {"x": 1, "y": 2}, "b": {"c": 3}}
    assert BASES == {"minimal": {"a": 1, "ids": {"x": 1}}}


def test_removing_what_is_not_there_is_a_mistake() -> None:
    """A case that removes nothing tests nothing."""
    with pytest.raises(WordError, match="nowhere is not in the event"):
        made(remove=["nowhere"])


def test_a_batch_is_patches_copies_and_anything() -> None:
    """Each in its turn, copies numbered."""
    request = made(batch=[{"times": 2, "set": {"a": "n{n}"}}, {"event": 5}])
    assert (request.method, request.path) == ("POST", "/v1/events/batch")
    assert [event if event == 5 else event["a"] for event in json.loads(request.body)] == ["n0", "n1", 5]
    assert request.events == tuple(json.loads(request.body))


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        ({"body": "{,}"}, b"{,}"),
        ({"base64": "//4="}, b"\xff\xfe"),
        ({"json": [1]}, b"[1]"),
        ({"body": "{}", "pad": 5}, b"{}   "),
        ({"endpoint": "schema"}, b""),
        ({"body": ""}, b""),
    ],
)
def test_a_body_is_sent_as_it_stands(asked: Any, body: bytes) -> None:
    """Text, bytes, JSON, padding, nothing."""
    assert made(**asked).body == body


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({}, "Bearer own-key"),
        ({"key": "second"}, "Bearer other-key"),
        ({"key": "wrong"}, f"Bearer {WRONG_KEY}"),
        ({"key": "none"}, None),
        ({"authorization": None}, None),
        ({"authorization": "{key}"}, "own-key"),
        ({"headers": {"Authorization": "Basic x"}}, "Basic x"),
    ],
)
def test_the_key_goes_where_it_is_said(asked: Any, sent: str | None) -> None:
    """Four keys, one template."""
    assert made(**asked).headers.get("Authorization") == sent


def test_headers_can_be_set_and_left_out() -> None:
    """null leaves one out."""
    headers = made(headers={"Content-Type": None, "Accept": "*/*"}).headers
    assert headers == {"User-Agent": "agent", "Authorization": "Bearer own-key", "Accept": "*/*"}


def test_method_and_path_can_be_any() -> None:
    """Also those that do not exist."""
    request = made(endpoint="schema", method="PUT", path="/v1/x?y=1")
    assert (request.method, request.path) == ("PUT", "/v1/x?y=1")
