"""The generated pages say what the code says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate import commands, http, python, readings, rules
from docs.generate.document import document, places_of
from docs.generate.markdown import table
from docs.generate.pages import below, write
from docs.generate.schemas import described, fields_of, type_of
from mock_capi import privacy, testing
from mock_capi.catalogue import CODES
from mock_capi.cli import COMMANDS
from mock_capi.harness.cases import load_all, load_bases
from mock_capi.manual.pages import ALL_RULES, Manual
from mock_capi.readings import READINGS, alternatives
from mock_capi.rules import SCHEMA_RULES
from mock_capi.verdicts.questions import QUESTIONS
from tests.tables import ROOT

INSPECTION = yaml.safe_load((ROOT / "mock_capi" / "web" / "inspection.yaml").read_text())


@pytest.fixture(scope="module")
def manual() -> Manual:
    """Over the project's own cases."""
    return Manual(load_all())


@pytest.fixture(scope="module")
def rulebook(manual: Manual) -> dict[str, str]:
    """Each rule's page."""
    return dict(rules.pages(manual, load_bases()))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: str(rule.id))
def test_the_page_of_a_rule_is_whole(rulebook: dict[str, str], rule: Any) -> None:
    """What must hold, every code with its remedy, a request on either side, and cases."""
    text = rulebook[rule.id]
    assert rule.about in text
    assert [name for name in rule.codes if f"## Broken: `{name}`" not in text or CODES[name].remedy not in text] == []
    assert '"message": ' in text
    assert "## Kept\n\n```text\n" in text
    assert "| Case |" in text


def test_a_rules_example_is_its_own(rulebook: dict[str, str]) -> None:
    """Rules that share a code show what they themselves found, as the server answers it."""
    assert "privacy.us_privacy_string: opts out (of sale); do not send" in rulebook["us_privacy_string.opt_out"]
    assert "identifiers.ip: is the SHA-256 of" in rulebook["ip.telling"]
    assert "is a decimal number, must be an integer" in rulebook["gpp_sid.form"]
    assert "currency_code: is required with value" in rulebook["currency_code.required"]


@pytest.mark.parametrize("rule", SCHEMA_RULES, ids=lambda rule: str(rule.id))
def test_a_rule_of_the_schema_is_found_in_it(rule: Any) -> None:
    """With the keywords that it stands beside."""
    assert [place for place, keywords in places_of(rule.id) if keywords]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: str(reading.name))
def test_the_page_of_a_reading_is_whole(manual: Manual, reading: Any) -> None:
    """What it decides, its values, the question, cases under more than one value."""
    text = dict(readings.pages(manual))[reading.name]
    assert QUESTIONS[reading.name] in text
    assert [value for value in alternatives(reading) if value not in text] == []
    assert f"`{reading.name}=" in text
    assert f"--readings {reading.name}=" in text


@pytest.mark.parametrize("described_document", [document(), INSPECTION], ids=["events", "inspection"])
def test_every_operation_and_schema_is_described(described_document: Any) -> None:
    """With what it takes and answers."""
    text = http.page_of(described_document, "Title", "Introduction")
    for path, item in described_document["paths"].items():
        for method in http.METHODS:
            assert method not in item or f"### `{method.upper()} {path}`" in text
    assert [name for name in described_document["components"]["schemas"] if f"### {name}\n" not in text] == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Event"}}, "array of [Event](#event)"),
        ({"enum": ["a", 1, None]}, "`a` or `1` or `null`"),
        ({"enum": list("abcdefghijklm")}, "one of 13 values"),
        ({"const": True}, "`true`"),
        ({"anyOf": [{"const": "off"}, {"type": "integer"}]}, "`off` or integer"),
        ({"allOf": [{"$ref": "#/components/schemas/Count"}]}, "[Count](#count)"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({}, "any value"),
    ],
)
def test_a_type_in_words(schema: Any, words: str) -> None:
    """Whatever form a schema has."""
    assert type_of(schema) == words


def test_a_field_in_words() -> None:
    """Its limits, its default, the guide's section; fields inside it by dotted names, long enumerations behind."""
    inner = {"type": "string", "minLength": 1, "maxLength": 9, "x-guide": "4.1", "default": "x"}
    schema = {"required": ["a"], "properties": {"a": {"type": "object", "properties": {"b": inner}}}}
    assert described(inner) == "(at most 9 characters; not empty; default `x`; guide 4.1)"
    assert "| `a` | object, required |" in fields_of(schema)
    assert "| `a.b` | string |" in fields_of(schema)
    assert "`currency_code` is one of `AED`," in fields_of(document()["components"]["schemas"]["Event"])


def test_every_command_is_described() -> None:
    """By its own help."""
    text = commands.page_of_all()
    assert [name for name in COMMANDS if f"## `mock-capi {name}`" not in text] == []
    assert "--readings NAME=VALUE,..." in text


def test_everything_that_is_exported_is_described() -> None:
    """And the fixtures."""
    text = python.page_of_all()
    exported = [f"mock_capi.testing.{name}" for name in testing.__all__]
    exported += [f"mock_capi.privacy.{name}" for name in privacy.__all__]
    assert [name for name in exported if f":: {name}\n" not in text] == []
    assert "`mock_capi_server`\n: A mock for the whole session" in text


def test_pages_are_written_where_they_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are no more go, and those that are as they were keep their time, so that Sphinx leaves them alone."""
    monkeypatch.setattr("docs.generate.pages.all_pages", lambda: iter([("rules/a", "A"), ("b", "B")]))
    (tmp_path / "old.md").write_text("old")
    (tmp_path / "b.md").write_text("B")
    before = (tmp_path / "b.md").stat().st_mtime_ns
    write(tmp_path)
    assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.md")} == {"rules/a.md", "b.md"}
    assert (tmp_path / "b.md").stat().st_mtime_ns == before


def test_rules_and_readings_get_their_pages_below_them() -> None:
    """In the order of the checks."""
    assert "reference/rules/request.path\nreference/rules/request.method\n" in below("rules")
    assert "reference/readings/authorization\n" in below("readings")
    assert below("codes") == ""


def test_a_cell_keeps_its_place_in_a_table() -> None:
    """Bars and line breaks in it end neither the cell nor the row."""
    assert table(["A"], [["x|y\nz"]]).splitlines()[-1] == "| x\\|y z |"
    assert table(["A"], []) == ""
