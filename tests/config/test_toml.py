"""TOML as it is written here is what the parser of Python reads."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_capi.config.toml import document, dotted, inline

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.integers(-(2**63), 2**63 - 1) | st.booleans(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=8,
)


@given(path=st.lists(TEXTS, min_size=1, max_size=4))
def test_a_place_is_a_key(path: list[str]) -> None:
    """Whatever characters a key has, the place can be pasted into a file."""
    found: Any = tomllib.loads(f"{dotted(tuple(path))} = 1")
    for step in path:
        found = found[step]
    assert found == 1


def test_an_index_stands_in_brackets() -> None:
    """Keys have none, so these are for people."""
    assert dotted(("hosts", 1)) == "hosts[1]"


@given(value=VALUES)
def test_a_value_is_read_as_it_was(value: Any) -> None:
    """On one line."""
    assert "\n" not in inline(value)
    assert tomllib.loads(f"a = {inline(value)}") == {"a": value}


@given(plain=st.dictionaries(TEXTS, VALUES, max_size=5))
def test_a_document_is_read_as_it_was(plain: dict[str, Any]) -> None:
    """And the keys of each table in the same order."""
    found = tomllib.loads(document(plain))
    assert found == plain
    tables = [name for name, value in plain.items() if isinstance(value, dict)]
    assert [list(found[name]) for name in tables] == [list(plain[name]) for name in tables]
