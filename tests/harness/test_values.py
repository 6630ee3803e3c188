"""The words with a dollar, and raw texts that come through to the wire as they are."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from mock_capi.harness.values import UNKNOWN_DATASET, Account, Stage, WordError, as_text, numbered, resolve, span


@pytest.fixture
def stage() -> Stage:
    """At 1,000,000.9 s, with one dataset."""
    return Stage(1_000_000.9, Account("own-id", "own-key"))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("-30d1s", -2_592_001), ("+5m", 300), ("5m1s", 301), ("1d2h3m4s", 93_784)],
)
def test_spans_are_seconds(text: str, seconds: int) -> None:
    """Days, hours, minutes, seconds; the sign is that of the whole."""
    assert span(text) == seconds


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ({"$time": "-1s"}, 999_999),
        ({"$millis": "0s"}, 1_000_000_000),
        ({"$iso": "0s"}, "1970-01-12T13:46:40Z"),
        ({"$sha256": "a"}, sha256(b"a").hexdigest()),
        ({"$repeat": ["ab", 3]}, "ababab"),
        ({"$nest": 2}, {"a": {"a": 0}}),
        ({"$data_set": "own"}, "own-id"),
        ({"$data_set": "unknown"}, UNKNOWN_DATASET),
        ({"$pii": "a@example.com"}, "a@example.com"),
        ({"$event_id": "before.0"}, "the event_id of before.0"),
        ([{"a": {"$time": "0s"}}, 1, None], [{"a": 1_000_000}, 1, None]),
    ],
)
def test_words_are_put_in_place(stage: Stage, word: Any, value: Any) -> None:
    """Wherever they stand in a value."""
    assert resolve(word, stage) == value


@pytest.mark.parametrize("word", [{"$tiem": "0s"}, {"$time": "tomorrow"}, {"$time": ""}, {"$data_set": "second"}])
def test_words_that_do_not_exist_are_refused(stage: Stage, word: Any) -> None:
    """A misspelt word is not sent as an object."""
    with pytest.raises(WordError):
        resolve(word, stage)


def test_raw_text_reaches_the_wire_as_it_is(stage: Stage) -> None:
    """Numbers that Python would write differently, and what is no JSON at all."""
    value = resolve({"a": {"$raw": "1.0"}, "b": {"$raw": "NaN"}, "c": "é"}, stage)
    assert as_text(value, stage) == '{"a":1.0,"b":NaN,"c":"é"}'


def test_personal_data_is_remembered(stage: Stage) -> None:
    """To be looked for in log and answer."""
    assert resolve({"a": {"$pii": "a@example.com"}, "b": {"$api_key": "own"}}, stage)["b"] == "own-key"
    assert stage.secrets == ["a@example.com", "own-key"]


def test_copies_are_numbered() -> None:
    """Only in strings."""
    assert numbered({"a": ["txn-{n}", 1]}, 7) == {"a": ["txn-7", 1]}
