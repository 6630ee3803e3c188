"""Long texts in pieces: nothing is lost at a cut, and what is found is what a search of the whole finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_capi import pii
from mock_capi.pii.masking import _LONGEST_LOOKED_THROUGH
from mock_capi.pii.pieces import _STRETCH, ENOUGH, found, pieces
from mock_capi.pii.shapes import EMAIL, IPV4, IPV6, PHONE, is_ipv6, spelled_out
from tests.test_pii import EMAILS, PHONES, PIECES
from tests.test_pii import IPV4 as ADDRESSES
from tests.test_pii import IPV6 as LONG_ADDRESSES

SHAPES = [*EMAILS, *ADDRESSES, *LONG_ADDRESSES, *PHONES]
# As long as a piece is at least, so that every text is cut somewhere among what follows.
FILLERS = st.sampled_from(["a " * (ENOUGH // 2), "1 " * (ENOUGH // 2), "x" * ENOUGH, "." * ENOUGH, '","' * ENOUGH])
LONG_TEXTS = st.lists(st.one_of(FILLERS, PIECES, st.sampled_from(SHAPES)), min_size=2, max_size=30).map("".join)
bounded = settings(max_examples=150, derandomize=True, deadline=None, database=None)


def masked_whole(text: str) -> str:
    """What masking comes to without any cut."""
    plain = spelled_out(text)
    masked = masked_shapes(plain)
    return masked if masked != plain else masked_shapes(text)


def masked_shapes(text: str) -> str:
    """The same of a text without escapes."""
    text = EMAIL.sub("[masked e-mail]", text)
    text = IPV4.sub("[masked IPv4]", text)
    text = IPV6.sub(lambda match: "[masked IPv6]" if is_ipv6(match[0]) else match[0], text)
    return PHONE.sub("[masked phone]", text)


@bounded
@given(LONG_TEXTS)
def test_a_cut_changes_nothing(text: str) -> None:
    """Pieces make up the text again, and masked one by one they are what the whole would be."""
    assert "".join(pieces(text)) == text
    if max(map(len, pieces(text))) <= _LONGEST_LOOKED_THROUGH:
        assert pii.mask_text(text) == masked_whole(text)
        assert (pii.shape_of(text) is None) == (masked_whole(text) == text)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("end", ["", " ", ".", "z", "9"])
def test_a_shape_at_the_edge_of_a_stretch(shape: str, end: str) -> None:
    """What begins in one stretch and ends in the next is found, and nothing that would not be found in the whole."""
    for before in (_STRETCH - len(shape) - 1, _STRETCH - len(shape) // 2, _STRETCH - 1, _STRETCH):
        text = "/" * before + shape + end + "/" * 1000
        for pattern in (EMAIL, IPV4, IPV6, PHONE):
            assert bool(set(found(pattern, text))) == bool(pattern.search(text))


@pytest.mark.parametrize("shape", SHAPES)
def test_what_goes_on_without_a_break(shape: str) -> None:
    """A shape in it is found; of the text nothing is kept, whether there is one or only a hint of it."""
    for inside in (shape, "+1"):
        text = f"{'x' * _LONGEST_LOOKED_THROUGH}/{inside}/{'x' * _LONGEST_LOOKED_THROUGH}"
        assert pii.shape_of(text) == (pii.shape_of(shape) if inside is shape else None)
        assert re.fullmatch(r"\[masked text, [0-9]+ characters\]", pii.mask_text(text))


def test_only_what_is_suspect_is_masked() -> None:
    """A long text beside an address stays as it is."""
    text = "A plain sentence. " * ENOUGH
    assert pii.mask_text(f"{text}jane@example.com {text}") == f"{text}[masked e-mail] {text}"
