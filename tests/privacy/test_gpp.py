"""GPP strings of every section by default."""

from __future__ import annotations

import pytest

from mock_capi.privacy import decode_gpp, encode_gpp
from mock_capi.privacy.encode import PADDINGS, PREFIXES, Padding


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_section_is_made_and_taken_apart(prefix: str, padding: Padding) -> None:
    """In both paddings that are in use, alone and beside another one."""
    other = "usca" if prefix == "usnat" else "usnat"
    for prefixes in ((prefix,), (prefix, other)):
        decoded = decode_gpp(encode_gpp({name: {} for name in prefixes}, padding=padding))
        assert {section.prefix for section in decoded.sections} == set(prefixes)
        assert not any(decoded.opt_out)
