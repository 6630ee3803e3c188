"""The sources of settings: a row of a table that nobody knows is all that an option takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_capi.config.kinds import PATH, SWITCH, choice
from mock_capi.config.option import Option
from mock_capi.config.showing import as_text
from mock_capi.config.sources import SettingsError, checked_file, of_default, of_file, of_text, value_of

QUIET = Option("be_quiet", "", "false", SWITCH, "Say less.")
FORM = Option("form", "NAME", "text", choice("text", "json"), "How to write.")
FOLDER = Option("folder", "FOLDER", "", PATH, "Where to write.")
TABLE = (QUIET, FORM, FOLDER)


@pytest.mark.parametrize(
    ("option", "default", "text", "toml", "value"),
    [
        (QUIET, False, "true", "true", True),
        (FORM, "text", "json", '"json"', "json"),
        (FOLDER, None, "/a", '"/a"', Path("/a")),
    ],
)
def test_every_source_gives_the_same_setting(
    tmp_path: Path, option: Option, default: Any, text: str, toml: str, value: Any
) -> None:
    """From the row alone, and what it is given as is shown."""
    path = tmp_path / "a.toml"
    path.write_text(f"{option.name} = {toml}\n")
    file = checked_file(path, TABLE, "--config")
    assert value_of(option, of_default(option)) == default
    assert value_of(option, of_text(option, text, "flag", option.flag)) == value
    assert value_of(option, of_file(option, file)) == value
    shown = as_text([option], {option.name: of_file(option, file)}, path, secrets=False).splitlines()[1]
    assert shown.split() == [option.name, text, f"{path}:1"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('be_quiet = "true"', "1: be_quiet: must be true or false, as in be_quiet = false"),
        ('form = "xml"', "1: form: must be one of text, json"),
        ("form = true", '1: form: must be one of text, json, as in form = "text"'),
        ("folder = 5", '1: folder: must be a path, as in folder = "name.of.file"'),
        ("foldr = 5", "1: foldr: is not known; the nearest is folder"),
    ],
)
def test_a_wrong_file_is_told_from_the_rows(tmp_path: Path, toml: str, said: str) -> None:
    """Place, key, rule and remedy."""
    path = tmp_path / "a.toml"
    path.write_text(toml)
    with pytest.raises(SettingsError) as caught:
        checked_file(path, TABLE, "--config")
    assert str(caught.value) == f"{path}:{said}"
