"""The kinds of options: what a text is read as, what becomes of it, and what it may not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_capi.config.kinds import NAMES, PATH, SWITCH, TEXT, Kind, choice, whole
from mock_capi.config.option import Option
from mock_capi.config.sources import SettingsError, of_text, value_of
from mock_capi.settings import OPTIONS


def read(kind: Kind, text: str) -> Any:
    """The setting that a flag's text becomes."""
    option = Option("some_option", "", "", kind, "")
    return value_of(option, of_text(option, text, "flag", option.flag))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (whole(0, 9), "7", 7),
        (TEXT, "a b", "a b"),
        (SWITCH, "true", True),
        (SWITCH, "False", False),
        (choice("json", "text"), "text", "text"),
        (PATH, "/a/b", Path("/a/b")),
        (PATH, "b", Path.cwd() / "b"),
        (PATH, "", None),
        (NAMES, " A.example , b.example. ,", frozenset({"a.example", "b.example"})),
        (NAMES, "", frozenset()),
    ],
)
def test_a_text_becomes_a_setting(kind: Kind, text: str, value: Any) -> None:
    """As flags and variables give it; a relative path is relative to where one is."""
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (whole(1, 9), "0", "must be a whole number from 1 to 9"),
        (whole(1, 9), "seven", "must be a whole number from 1 to 9"),
        (TEXT, " ", "must be a text and must not be empty"),
        (TEXT, "a\x00", "must be printable"),
        (SWITCH, "1", "must be true or false"),
        (SWITCH, "", "must be true or false"),
        (choice("json", "text"), "jsn", 'must be one of json, text, did you mean "json"?'),
        (choice("json", "text"), "xml", "must be one of json, text"),
        (PATH, "a\x00", "must be a path"),
        (NAMES, "a:80", "must be names only, without scheme and port"),
    ],
)
def test_a_wrong_text_is_told_the_rule(kind: Kind, text: str, rule: str) -> None:
    """After the flag that gave it."""
    with pytest.raises(SettingsError) as caught:
        read(kind, text)
    assert str(caught.value) == f"--some-option: {rule}"


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
def test_every_default_is_one_that_could_be_given(option: Option) -> None:
    """A default is not checked at the start, so it is here."""
    assert of_text(option, option.default, "flag", option.flag).plain == option.kind.parse(option.default)
