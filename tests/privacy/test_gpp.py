"""GPP strings: headers, sections, and exact faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi.privacy import GppError, decode_gpp

US_NATIONAL = "DBABLA~BVQqAAAAAgA.QA"


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("DBABM", (2,)),
        ("DBABMA", (2,)),
        ("DBABT", (6,)),
        ("DBABL", (7,)),
        ("DBABLA", (7,)),
        ("DBABBg", (8,)),
        ("DBABEw", (16,)),
        ("DBABAY", (21,)),
        ("DBABSYA", (27,)),
        ("DBACNYA", (2, 6)),
    ],
)
def test_headers_are_decoded(header: str, ids: tuple[int, ...]) -> None:
    """Both paddings that are in use (IAB GPP, header encoding)."""
    text = "~".join([header, *("1YNN" if number == 6 else "B" * 40 for number in ids)])
    assert decode_gpp(text).section_ids == ids


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", "string"),
        ("DBABLA", "section_count", "header"),
        ("DBABLA~BVQqAAAAAgA~BVQqAAAAAgA", "section_count", "header"),
        ("DBABLA~", "empty_section", "section 7 (usnat)"),
        ("DBABLA~BVQqAAAAAgA.", "empty_section", "section 7 (usnat), sub-section 2"),
        ("DBABLA~BVQ", "truncated", "section 7 (usnat)"),
        ("DBABLA~BVQqAAAAAg=", "alphabet", "section 7 (usnat)"),
        ("DBABLA~BVQqAAAA gA", "alphabet", "section 7 (usnat)"),
        ("DBABT~1ynn", "us_privacy", "section 6 (uspv1)"),
        ("DBA~BVQqAAAAAgA", "truncated", "header"),
        ("DBAA~BVQqAAAAAgA", "no_sections", "header"),
        ("DCABLA~BVQqAAAAAgA", "header", "header"),
        ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "header", "header"),
        ("DBABMA~...", "empty_section", "section 2 (tcfeuv2)"),
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
    with pytest.raises(GppError, match="more sections than the 1"):
        decode_gpp(f"{header}~BVQqAAAAAgA")


@given(st.text(max_size=60) | st.text(alphabet="DBALMACVQqgA~._-", max_size=60).map(lambda text: f"DB{text}"))
def test_no_string_raises_anything_else(text: str) -> None:
    """Whatever is sent, it is decoded or refused with the one exception."""
    try:
        decoded = len(decode_gpp(text).section_ids)
    except GppError as error:
        decoded = len(error.code) + len(error.place)
    assert decoded > 0
