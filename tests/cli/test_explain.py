"""`mock-capi explain` and docs/codes.md: every code, from the catalogue, the rules and the contracts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from mock_capi.catalogue import ADVISORIES, ERRORS
from mock_capi.cli import main
from mock_capi.harness.cases import load_all, load_bases
from mock_capi.manual.pages import LISTED, Manual
from mock_capi.manual.writing import as_json, text
from tests import codes

MANUAL, BASES = Manual(load_all()), load_bases()
NAMES = [code.name for code in (*ERRORS, *ADVISORIES)]


def explain(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.mark.parametrize("name", NAMES)
def test_every_code_has_a_whole_page(name: str) -> None:
    """What, why, what to do, the section, and a contract case on either side."""
    page = MANUAL.page(name)
    assert page.broken
    assert page.kept
    told = as_json(page, BASES)
    assert len(told["examples"]) == 2
    assert told["examples"][0]["request"] != told["examples"][1]["request"] or page.broken.raw != page.kept.raw
    shown = "\n".join(text(page, BASES))
    for part in (page.code.meaning, page.code.remedy, *(rule.about for rule in page.rules), *page.readings):
        assert part in shown


def test_the_page_of_a_code() -> None:
    """As it is printed."""
    result = explain("MISSING_CURRENCY_CODE")
    assert result.exit_code == 0
    head, refused, accepted = result.output.split("\n\n")[0], *result.output.split("\n\n")[2:]
    assert head.splitlines() == [
        "MISSING_CURRENCY_CODE (status 400)",
        "  There is a value without currency_code.",
        "  What to do: Send both.",
        "  Guide section 7.1; the name of the code is mock-capi's.",
    ]
    assert "A value has a currency_code. (currency_code.required)" in result.output
    assert refused.startswith("Refused with 400 (currency.missing):\n  POST /v1/events\n")
    assert '"currency_code"' not in refused
    assert accepted.startswith("Accepted without it (currency.with_value):\n")
    assert '"currency_code": "USD"' in accepted


def test_names_are_taken_as_people_type_them() -> None:
    """In any case, with dashes."""
    assert explain("missing-identifier").output == explain("MISSING_IDENTIFIER").output
    assert "the guide names this code" in explain("missing_identifier").output


def test_a_code_that_hangs_on_readings_names_them() -> None:
    """With what they decide."""
    assert "partner_id_alone: An event with partner_id as its only id." in explain("MISSING_IDENTIFIER").output
    assert "opt_out: " in explain("OPTED_OUT").output


def test_a_typing_error_gets_the_nearest_code() -> None:
    """Exit code 2."""
    result = explain("MISING_IDENTIFIER")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'did you mean "MISSING_IDENTIFIER"?' in result.stderr


def test_all_codes_are_listed() -> None:
    """With what they say; those of the mock's own trees too, which have pages without examples."""
    listed = explain().output
    assert [line.split()[0] for line in listed.splitlines()] == [code.name for code in LISTED]
    assert [row["name"] for row in json.loads(explain("--json").output)] == [code.name for code in LISTED]
    assert [name for name in ("CONFLICT", "WAIT_UNMET") if explain(name).exit_code] == []


def test_a_page_as_json() -> None:
    """For programs."""
    page = json.loads(explain("TIMESTAMP_TOO_OLD", "--json").output)
    assert (page["status"], page["guide"], page["documented"]) == (400, "3.2", False)
    assert list(page["readings"]) == ["window_edge"]


def test_the_reference_is_up_to_date() -> None:
    """`python -m tests.codes` writes it; every code has its anchor."""
    shown = codes.PAGE.read_text()
    assert shown == codes.written()
    assert [name for name in NAMES if f"\n## {name}\n" not in shown or f"(#{name.lower()})" not in shown] == []
