"""What a terminal may get."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi.terminal import harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größe 😀 §5.2", "größe 😀 §5.2"),
        ("\x1b[31mred\x1b[0m", r"\u001b[31mred\u001b[0m"),
        ("\x1b]0;title\x07", r"\u001b]0;title\u0007"),
        ("\x9b31m", r"\u009b31m"),
        ("one\ntwo\r\tthree\x7f", r"one\ntwo\r\tthree\u007f"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("\U000e0041", r"\udb40\udc41"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_cannot_be_printed_is_spelled_out(text: str, shown: str) -> None:
    """Everything else stays as it is."""
    assert harmless(text) == shown


@given(st.text())
def test_it_can_always_be_printed(text: str) -> None:
    """On one line."""
    assert harmless(text).isprintable()


@given(st.text() | st.dictionaries(st.text(), st.text()))
def test_json_stays_the_same_json(value: object) -> None:
    """What is escaped there is escaped as JSON has it."""
    assert json.loads(harmless(json.dumps(value, ensure_ascii=False))) == value
