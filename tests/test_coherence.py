"""The README, the command's help, openapi.yaml, the rule table and the catalogue say the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from mock_capi import catalogue
from mock_capi.cli import COMMANDS, main
from mock_capi.gate import REQUEST_RULES
from mock_capi.readings import READINGS
from mock_capi.rules import BY_ID, EVENT_RULES, SCHEMA_RULES
from mock_capi.settings import OPTIONS
from mock_capi.spec import Spec
from mock_capi.world import DEFAULT_DATASET
from tests.conftest import Running
from tests.tables import ALL_RULES, PAGES, README, ROOT, filled, tables

TEXT = README.read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
# Found by the log when it compares submissions, and by the server about itself: no rule of an event.
OUTSIDE_THE_TABLE = {"DUPLICATE_EVENT", "INTERNAL_ERROR"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_those_of_the_code(page: Path) -> None:
    """Nobody has to keep them by hand; `python -m tests.tables` writes them."""
    assert filled(page.read_text()) == page.read_text()


def test_every_table_has_a_page() -> None:
    """None of them can be lost."""
    text = "".join(page.read_text() for page in PAGES)
    assert [name for name in tables() if f"<!-- {name}: begin -->" not in text] == []


def test_every_code_has_a_rule_and_every_rule_knows_its_codes() -> None:
    """Nothing in the catalogue is out of reach, and no rule finds what the catalogue lacks."""
    found = {code for rule in ALL_RULES for code in rule.codes}
    assert found | OUTSIDE_THE_TABLE == {code.name for code in (*catalogue.ERRORS, *catalogue.ADVISORIES)}


def test_rule_ids_are_unique() -> None:
    """An id names one row."""
    assert len({rule.id for rule in ALL_RULES}) == len(ALL_RULES)
    assert set(BY_ID) <= {rule.id for rule in ALL_RULES}


def test_the_error_codes_of_the_document_are_those_of_the_catalogue(the_spec: Spec) -> None:
    """openapi.yaml lists every code that can be answered, in the order of the checks."""
    listed = the_spec.document["components"]["schemas"]["Error"]["properties"]["error_code"]["enum"]
    assert listed == [code.name for code in catalogue.ERRORS]


def test_the_statuses_of_the_document_are_those_of_the_catalogue(the_spec: Spec) -> None:
    """Every status that a code can have stands in openapi.yaml, and no other but 200."""
    stated = {
        int(status)
        for item in the_spec.document["paths"].values()
        for op in item.values()
        for status in op["responses"]
    }
    known = {code.status for code in catalogue.ERRORS} | {code.http_status for code in catalogue.ERRORS}
    assert stated == known - {None} | {200}


def test_the_document_names_every_schema_rule(the_spec: Spec) -> None:
    """A schema rule that openapi.yaml never names would be dead."""
    text = json.dumps(the_spec.document["components"]["schemas"]["Event"])
    assert [rule.id for rule in SCHEMA_RULES if f'"{rule.id}"' not in text] == []


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: str(reading.name))
def test_every_reading_is_named_where_it_works(reading: object, the_spec: Spec) -> None:
    """A reading has an overlay in openapi.yaml or is asked for in the code that it changes."""
    name = str(reading.name)  # type: ignore[attr-defined]
    sources = [path.read_text() for path in (ROOT / "mock_capi").rglob("*.py") if path.name != "readings.py"]
    overlays = the_spec.document["components"]["schemas"]["Event"]["x-readings"]
    assert name in overlays or any(f"readings.{name}" in source for source in sources)


@pytest.mark.parametrize("rule", [*REQUEST_RULES, *SCHEMA_RULES, *EVENT_RULES], ids=lambda rule: rule.id)
def test_every_rule_cites_a_section_of_the_guide(rule: object) -> None:
    """Sections are numbers such as 4.2; a dash says that the guide is silent."""
    assert re.fullmatch(r"[1-9]\d?(\.\d)?|-", rule.guide)  # type: ignore[attr-defined]


def test_the_help_names_every_option_and_its_variable() -> None:
    """`mock-capi serve --help` is complete."""
    shown = CliRunner().invoke(main, ["serve", "--help"]).output
    assert [o.name for o in OPTIONS if o.flag not in shown or o.variable not in shown.replace("\n", "")] == []


def test_the_readme_names_every_command() -> None:
    """No command is hidden."""
    assert [name for name in COMMANDS if f"`mock-capi {name}`" not in TEXT] == []


def test_ci_runs_the_readmes_test_command() -> None:
    """What newcomers are told to run is what is run."""
    command = next(block.strip() for kind, block in BLOCKS if kind == "sh" and "pytest" in block)
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


def test_the_readmes_refusal_is_what_is_answered(shared_server: Running) -> None:
    """The message in the README is the server's own."""
    shown = json.loads(next(block for kind, block in BLOCKS if kind == "json" and "MISSING_CURRENCY_CODE" in block))
    event = {"data_set_id": DEFAULT_DATASET, "timestamp": int(time.time()), "event_type": "purchase", "value": 1}
    event |= {"identifiers": {"email_sha256": "0" * 64}}
    headers = {"Authorization": "Bearer test-key"}
    assert requests.post(f"{shared_server.url}/v1/events", json=event, headers=headers, timeout=10).json() == shown


def test_python_m_is_the_same_command() -> None:
    """`python -m mock_capi` and `mock-capi` are one."""
    shown = subprocess.run([sys.executable, "-m", "mock_capi", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("mock-capi")


def test_the_threat_model_names_tests_that_there_are() -> None:
    """What is said to be shown is shown by a file, or a test in it, of this project."""
    page = (ROOT / "docs" / "threat-model.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page))
    assert len(named) > 15
    assert [file for file, _ in named if not (ROOT / file).exists()] == []
    assert [test for file, test in named if test and f"def {test}(" not in (ROOT / file).read_text()] == []
