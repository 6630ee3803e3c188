"""`mock-capi gpp`: consent strings explained, refused with their fault, and made."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.privacy import decode_gpp
from mock_capi.privacy.encode import PREFIXES


def run(*arguments: str, sent: str | bytes = "") -> Result:
    """Run the command in this process, with something on its standard input."""
    return CliRunner().invoke(main, ["gpp", *arguments], input=sent)


def made(*words: str) -> str:
    """What --make prints."""
    result = run("--make", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.strip()


def test_a_string_is_put_in_words() -> None:
    """Field, value, meaning, and what it all comes to."""
    result = run(made("usnat", "sale_opt_out=1", "gpc=true", "usva"))
    assert result.exit_code == 0
    rows = {tuple(line.split(maxsplit=2)) for line in result.stdout.splitlines()}
    assert {
        ("SaleOptOut", "1", "opted out"),
        ("Gpc", "true", "yes"),
        ("SharingOptOutNotice", "1", "given"),
        ("sale", "yes,", "by usnat.SaleOptOut"),
        ("sharing", "yes,", "by usnat.Gpc"),
    } <= rows
    assert "usva (9, Virginia)" in result.stdout


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_section_can_be_made_and_explained(prefix: str) -> None:
    """Each field of it has its line."""
    text = made(prefix)
    (section,) = decode_gpp(text).sections
    shown = run(text)
    assert shown.exit_code == 0
    assert [name for name in section.fields if f"  {name} " not in shown.stdout] == []


def test_an_invalid_string_ends_with_1_and_its_fault() -> None:
    """For people and for programs; the string itself is not repeated."""
    wrong = made("usva")[:-1]
    told = run(wrong)
    assert told.exit_code == 1
    assert told.stdout == (
        "Not a valid GPP string (truncated). usva.MspaOptOutOptionMode is cut off; there are only 6 characters.\n"
    )
    result = run("--json", wrong)
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "valid": False,
        "code": "truncated",
        "place": "usva.MspaOptOutOptionMode",
        "message": "is cut off; there are only 6 characters",
    }


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_strings_are_read_from_standard_input(arguments: tuple[str, ...]) -> None:
    """One on each line, with any line ending; one that is wrong makes the exit code 1."""
    good = made("usca", "sharing_opt_out=1")
    result = run("--json", *arguments, sent=f"{good}\r\n{good}x!\n{good}")
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["valid"] for answer in answers] == [True, False, True]
    assert answers[0]["opt_out"] == {"sale": False, "sharing": True, "targeted_advertising": False}
    assert answers[0]["sections"]["usca"]["SharingOptOut"] == 1


def test_bytes_that_are_no_text_are_a_fault_like_any_other() -> None:
    """No traceback, whatever is piped in."""
    result = run(sent=b"DBABL~\xff\xfe\n")
    assert result.exit_code == 1
    assert "(alphabet)" in result.stdout


def test_both_paddings_say_the_same() -> None:
    """The specification's, and that of the IAB's libraries."""
    words = ("usnat", "sale_opt_out=1", "tcfeuv2", "vendor_consent=1-3,9")
    minimal, padded = made(*words), made(*words, "--padding", "bytes")
    assert len(minimal) < len(padded)
    for prefix in ("usnat", "tcfeuv2"):
        said = [decode_gpp(text).to_dict()["sections"][prefix] for text in (minimal, padded)]
        assert said[0] == said[1]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("usco", "SensitiveDataProcessing=0,1,2,0,0,0,1"), "SensitiveDataProcessing", [0, 1, 2, 0, 0, 0, 1]),
        (("usnat", "version=1"), "Version", 1),
        (("usca", "sale-opt-out=1"), "SaleOptOut", 1),
        (("usca", "gpc=YES"), "Gpc", True),
        (("usmt", "gpc=0"), "Gpc", False),
        (("tcfeuv2", "vendor_consent=1-3,9"), "VendorConsent", [1, 2, 3, 9]),
        (("tcfeuv2", "consent_language=de"), "ConsentLanguage", "DE"),
        (("tcfeuv2", "created=2025-03-04T05:06:07.8Z"), "Created", "2025-03-04T05:06:07.800Z"),
        (("tcfeuv2", "pub_restrictions=7/1/73-75;8/0/9"), "PubRestrictions",
         [{"key": 7, "type": 1, "ids": [73, 74, 75]}, {"key": 8, "type": 0, "ids": [9]}]),
        (("uspv1", "opt_out_sale=Y"), "OptOutSale", "Y"),
        (("usin", "SensitiveDataProcessing=1,1,1,1,0,0,0,2"), "SensitiveDataProcessing", [1, 1, 1, 1, 0, 0, 0, 2]),
    ],
)  # fmt: skip
def test_values_are_typed_as_people_write_them(words: tuple[str, ...], field: str, value: object) -> None:
    """Names in any style; numbers, flags, lists, letters, times and restrictions."""
    assert decode_gpp(made(*words)).to_dict()["sections"][words[0]][field] == value


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "at least one section. Sections: uspv1, tcfeuv2"),
        (("sale_opt_out=1",), "sale_opt_out needs a section before it"),
        (("usnatt",), "usnatt is not a section; the nearest is usnat."),
        (("usnat", "usnat"), "usnat is named twice"),
        (("usnat", "sale_opt=1"), "usnat.sale_opt is not a field of this section; the nearest is SaleOptOut"),
        (("usnat", "sale_opt_out=3"), "usnat.SaleOptOut must be 0 (not applicable), 1 (opted out) or 2"),
        (("usnat", "sale_opt_out=x"), "usnat.sale_opt_out cannot have this value"),
        (("usnat", "gpc=maybe"), "usnat.gpc cannot have this value"),
        (("usnat", "version=3"), "usnat.Version must be 1 or 2"),
        (("usca", "sensitive_data_processing=1,2"), "usca.SensitiveDataProcessing must be 9 numbers"),
        (("tcfeuv2", "is_service_specific=false"), "tcfeuv2.IsServiceSpecific must be true"),
        (("tcfeuv2", "vendor_consent=1-70000"), "tcfeuv2.vendor_consent cannot have this value"),
        (("tcfeuv2", "vendor_consent=5-1"), "tcfeuv2.vendor_consent cannot have this value"),
        (("tcfeuv2", "vendor_consent=1-2-3"), "tcfeuv2.vendor_consent cannot have this value"),
        (("tcfeuv2", f"vendor_consent={','.join(map(str, range(1, 65000, 20)))}"), "string would be longer than 4096"),
        (("tcfeuv2", "pub_restrictions=64/1/3"), "restrictions of purposes from 0 to 63 and types from 0 to 3"),
        (("tcfeuv2", "pub_restrictions=7/4/3"), "restrictions of purposes from 0 to 63 and types from 0 to 3"),
        (("tcfeuv2", "pub_restrictions=7/1"), "tcfeuv2.pub_restrictions cannot have this value"),
        (("tcfeuv2", "custom_purposes_consent=1"), "must be empty, since NumCustomPurposes is 0"),
        (("tcfeuv2", "created=yesterday"), "tcfeuv2.Created must be a time in ISO 8601"),
        (("tcfcav1", "vendor_express_consent=1"), "tcfcav1.VendorExpressConsent must be empty"),
        (("uspv1", "opt_out_sale=-"), "uspv1 must be 1---, or"),
    ],
)
def test_what_cannot_be_made_is_wrong_usage(words: tuple[str, ...], told: str) -> None:
    """Exit code 2, one line that says what is possible, and nothing to be taken for a string."""
    result = run("--make", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("sent", ["\0", "DBABL~\x1b[31m", "x" * 100_000, "\ud800", "~" * 5000, "日本"])
def test_no_input_is_repeated(sent: str) -> None:
    """Neither control characters nor megabytes come back; each input is one line of answer."""
    result = run(sent=sent.encode(errors="surrogatepass"))
    assert result.exit_code == 1
    assert re.fullmatch(r"Not a valid GPP string \(\w+\)\. [ -~]{1,150}\.\n", result.stdout)


def test_nothing_at_all_is_wrong_usage() -> None:
    """A pipe that brought nothing is told apart from an empty string."""
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no string on standard input" in result.stderr
    assert run("").exit_code == 1
