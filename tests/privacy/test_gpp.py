"""GPP strings: headers, sections, and exact faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi.privacy import GppError, decode_gpp, encode_gpp
from mock_capi.privacy.encode import PADDINGS, PREFIXES, Padding

US_NATIONAL = "DBABLA~BVQqAAAAAgA.QA"


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_section_is_made_and_taken_apart(prefix: str, padding: Padding) -> None:
    """In both paddings that are in use, alone and beside another one."""
    other = "usca" if prefix == "usnat" else "usnat"
    for prefixes in ((prefix,), (prefix, other)):
        decoded = decode_gpp(encode_gpp({name: {} for name in prefixes}, padding=padding))
        assert {section.prefix for section in decoded.sections} == set(prefixes)
        assert not any(decoded.opt_out)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", "string"),
        ("DBABLA", "section_count", "header"),
        ("DBABLA~BVQqAAAAAgA~BVQqAAAAAgA", "section_count", "header"),
        ("DBABLA~", "empty_section", "usnat"),
        ("DBABLA~BVQqAAAAAgA.", "empty_section", "usnat"),
        ("DBABLA~BVQ", "truncated", "usnat.SaleOptOut"),
        ("DBABLA~BVQqAAAAAg=", "alphabet", "usnat"),
        ("DBABLA~BVQqAAAA gA", "alphabet", "usnat"),
        ("DBABT~1ynn", "us_privacy", "uspv1"),
        ("DBA~BVQqAAAAAgA", "truncated", "header"),
        ("DBAA~BVQqAAAAAgA", "no_sections", "header"),
        ("DCABLA~BVQqAAAAAgA", "header_version", "header"),
        ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "header_type", "header"),
        ("DBABMA~...", "empty_section", "tcfeuv2"),
        ("D" * 5000, "too_long", "string"),
    ],
)
def test_faults_are_placed(text: str, code: str, place: str) -> None:
    """The exception says what is wrong and where, and never quotes the string."""
    with pytest.raises(GppError) as caught:
        decode_gpp(text)
    assert (caught.value.code, caught.value.place) == (code, place)
    assert len(text) < 6 or text not in str(caught.value)


def test_a_header_that_announces_a_billion_ids_is_refused_at_once() -> None:
    """The group is never unfolded."""
    bits = f"{3:06b}{1:06b}{1:012b}" + "1" + "11" + "0" * 42 + "11"
    header = "".join(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[int(bits[at : at + 6].ljust(6, "0"), 2)]
        for at in range(0, len(bits), 6)
    )
    with pytest.raises(GppError, match="header"):
        decode_gpp(f"{header}~BVQqAAAAAgA")


@given(st.text(max_size=60) | st.text(alphabet="DBALMACVQqgA~._-", max_size=60).map(lambda text: f"DB{text}"))
def test_no_string_raises_anything_else(text: str) -> None:
    """Whatever is sent, it is decoded or refused with the one exception."""
    try:
        decoded = len(decode_gpp(text).section_ids)
    except GppError as error:
        decoded = len(error.code) + len(error.place)
    assert decoded > 0
