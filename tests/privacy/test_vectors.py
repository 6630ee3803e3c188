"""GPP strings that others wrote: decoded as they were meant, or refused where they are wrong."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mock_capi.privacy import GppError, decode_gpp, encode_gpp
from mock_capi.privacy.layouts import LAYOUTS, USP_ID
from tests.privacy.vectors import ACCEPTED, HERE, INVALID, ORIGIN, PACKAGE


def named(vector: dict[str, Any]) -> str:
    """What a vector is called among the tests."""
    return vector["what"].replace(" ", "-") if "what" in vector else "+".join(vector["sections"])


def opted_out(opt_outs: dict[str, bool]) -> list[str]:
    """The names of those that are set."""
    return [name for name, is_set in opt_outs.items() if is_set]


@pytest.mark.parametrize("vector", PACKAGE, ids=named)
def test_a_string_of_the_package_is_decoded_as_it_was_meant(vector: dict[str, Any]) -> None:
    """The same sections with the same fields, by their names in the specification."""
    decoded = decode_gpp(vector["gpp_string"]).to_dict()
    assert decoded["section_ids"] == vector["section_ids"]
    assert decoded["sections"] == vector["sections"]


@pytest.mark.parametrize("vector", PACKAGE, ids=named)
def test_the_opt_outs_of_a_string_are_those_of_its_fields(vector: dict[str, Any]) -> None:
    """Section by section and together, with Global Privacy Control and without."""
    decoded = decode_gpp(vector["gpp_string"]).to_dict()
    by_section = {prefix: opted_out(found) for prefix, found in decoded["opt_out_by_section"].items()}
    assert by_section == vector["opt_out_by_section"]
    assert set(opted_out(decoded["opt_out"])) == {name for names in by_section.values() for name in names}
    assert opted_out(decoded["opt_out_fields_only"]) == vector["opt_out_fields_only"]


@pytest.mark.parametrize("vector", PACKAGE, ids=named)
def test_the_encoder_writes_what_the_package_writes(vector: dict[str, Any]) -> None:
    """To the character, in its padding; in the specification's the fields are the same."""
    sections = {str(section.prefix): section.fields for section in decode_gpp(vector["gpp_string"]).sections}
    assert encode_gpp(sections, padding="bytes") == vector["gpp_string"]
    for section in decode_gpp(encode_gpp(sections)).sections:
        assert sections[str(section.prefix)].items() <= section.fields.items()


def test_every_section_and_both_states_of_its_sub_section_are_covered() -> None:
    """A section that is added needs vectors too."""
    ids = {number for vector in PACKAGE for number in vector["section_ids"]}
    assert ids == {USP_ID, *(layout.id for layout in LAYOUTS)} == {2, *range(5, 28)}
    sections = [(prefix, fields) for vector in PACKAGE for prefix, fields in vector["sections"].items()]
    assert {fields["Version"] for prefix, fields in sections if prefix == "usnat"} == {1, 2}
    assert {fields.get("Gpc") for prefix, fields in sections if prefix == "usca"} == {None, True, False}
    assert len([vector for vector in PACKAGE if len(vector["section_ids"]) > 1]) > 30


def test_the_vectors_say_where_they_come_from() -> None:
    """The package of that name and version is the one that make.mjs uses; the rest makes them the same again."""
    assert json.loads((HERE / "package.json").read_text())["dependencies"] == {ORIGIN["origin"]: ORIGIN["version"]}
    assert f"SEED = {ORIGIN['seed']};" in (HERE / "make.mjs").read_text()
    assert (ORIGIN["licence"], ORIGIN["regenerate"]) == ("Apache-2.0", "npm install --no-package-lock && npm run make")


@pytest.mark.parametrize("vector", INVALID, ids=named)
def test_an_invalid_string_is_refused_with_code_and_place(vector: dict[str, Any]) -> None:
    """The message starts with the place and repeats no part of the string."""
    text = vector["gpp_string"]
    with pytest.raises(GppError) as caught:
        decode_gpp(text)
    assert (caught.value.code, caught.value.place) == (vector["code"], vector["place"])
    assert str(caught.value).startswith(f"{vector['place']} ")
    assert [part for part in re.split("[~.]", text) if len(part) > 5 and part in str(caught.value)] == []


def test_every_kind_of_fault_is_covered() -> None:
    """A code that is added needs a vector too; those left out are not found in a string, or are no string."""
    sources = "".join(path.read_text() for path in (HERE.parents[2] / "mock_capi" / "privacy").glob("*.py"))
    codes = set(re.findall(r"(?:GppError|fault)\(\s*\"(\w+)\"", sources)) | {"not_service_specific"}
    encoding_only = {"padding", "unknown_section", "unknown_field"}
    assert codes - encoding_only - {"not_a_string"} == {vector["code"] for vector in INVALID}


@pytest.mark.parametrize("vector", ACCEPTED, ids=named)
def test_what_is_open_or_usual_is_accepted(vector: dict[str, Any]) -> None:
    """With these sections, and these fields among others."""
    decoded = decode_gpp(vector["gpp_string"]).to_dict()
    assert decoded["section_ids"] == vector["section_ids"]
    for prefix, fields in vector["fields"].items():
        assert {name: decoded["sections"][prefix].get(name) for name in fields} == fields


@pytest.mark.parametrize("text", [None, 7, True, b"DBABL~BVlogAhWBg", ["DBABL"], {}])
def test_what_is_no_string_is_refused_too(text: Any) -> None:
    """With the same exception."""
    with pytest.raises(GppError, match=r"^string is not a string$"):
        decode_gpp(text)
