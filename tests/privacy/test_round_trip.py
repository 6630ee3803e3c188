"""What is encoded is decoded as it was, whatever the sections and their fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi.privacy import GppError, Ids, decode_gpp, encode_gpp
from mock_capi.privacy.bits import joined, spans_bits, text_of
from mock_capi.privacy.encode import PADDINGS, Padding
from mock_capi.privacy.layouts import BY_ID, USP_ID
from tests.privacy.drawn import PATIENT, Drawn, sections

# What the newest sections' own header says is not for the caller to give.
OWN_HEADER = {"Version", "SubSections"}


def fields_in(text: str) -> Drawn:
    """The fields of each section, but for those of a header of its own."""
    found: Drawn = {}
    for number, prefix, fields in decode_gpp(text).sections:
        left_out = OWN_HEADER if number in BY_ID and BY_ID[number].own_header else set()
        found[str(prefix)] = {name: value for name, value in fields.items() if name not in left_out}
    return found


@pytest.mark.parametrize("padding", PADDINGS)
@PATIENT
@given(drawn=sections())
def test_what_is_encoded_is_decoded_as_it_was(padding: Padding, drawn: Drawn) -> None:
    """Every field of every section; and encoded again it is the same string."""
    text = encode_gpp(drawn, padding=padding)
    found = fields_in(text)
    assert found == drawn
    assert encode_gpp(found, padding=padding) == text


@pytest.mark.parametrize("multiple", [6, 8])
@pytest.mark.parametrize("grouped", [True, False])
@PATIENT
@given(numbers=st.sets(st.integers(1, 50) | st.integers(1, 10**6), min_size=1, max_size=40))
def test_a_header_lists_any_ids(multiple: int, grouped: bool, numbers: set[int]) -> None:
    """Neighbours as a group or one by one, in both paddings; sections that nobody has defined among them."""
    listed = sorted(numbers - BY_ID.keys() - {USP_ID}) or [28]
    spans = [(number, number) for number in listed]
    ids = joined(spans) if grouped else Ids(tuple(spans))
    header = text_of(f"{3:06b}{1:06b}{spans_bits(ids)}", multiple)
    assert decode_gpp("~".join([header, *["BA.Q"] * len(listed)])).section_ids == tuple(listed)


def test_a_core_that_would_be_taken_for_a_header_is_not_written() -> None:
    """MspaVersion stands where the newest sections' own header, which the libraries leave out, has the section's id."""
    assert fields_in(encode_gpp({"usmd": {"MspaVersion": 24}}))["usmd"]["MspaVersion"] == 24
    with pytest.raises(GppError, match=r"^usmd\.MspaVersion must be another number than 24"):
        encode_gpp({"usmd": {"MspaVersion": 24}}, padding="bytes")
