"""The JSON Schema of the file: what editors are told is what the start holds to."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from mock_capi.config.option import Option
from mock_capi.config.schema import schema_of, written
from mock_capi.settings import OPTIONS
from tests.config.drawn import plain
from tests.tables import EXAMPLE, SCHEMA, schema


def test_the_schema_beside_the_readme_is_the_one_in_force() -> None:
    """`python -m tests.tables` writes it."""
    assert SCHEMA.read_text() == schema() == written(schema_of(OPTIONS))


def test_the_example_names_the_schema_and_keeps_it() -> None:
    """Editors find it from there."""
    first = EXAMPLE.read_text().partition("\n")[0]
    named = EXAMPLE.parent / first.removeprefix("#:schema ")
    Draft7Validator(json.loads(named.read_text())).validate(tomllib.loads(EXAMPLE.read_text()))


def test_the_schema_is_one() -> None:
    """Of the draft that editors know."""
    Draft7Validator.check_schema(schema_of(OPTIONS))


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
def test_the_schema_explains_every_option(option: Option) -> None:
    """By the words of the help, and with the default where there is one."""
    node = schema_of(OPTIONS)["properties"][option.name]
    assert node["description"] == option.about
    assert ("default" in node) == bool(option.default)
    for example in (*node.get("examples", ()), *([node["default"]] if "default" in node else [])):
        Draft7Validator(node).validate(example)


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_what_is_drawn_for_the_other_tests_keeps_the_schema(data: st.DataObject) -> None:
    """Another validator than the server's says so."""
    document = {option.name: data.draw(plain(option)) for option in OPTIONS}
    Draft7Validator(schema_of(OPTIONS)).validate(document)
