"""The US Privacy string: its grammar, and its one opt-out."""

from __future__ import annotations

from itertools import product

import pytest

from mock_capi.privacy import us_privacy


@pytest.mark.parametrize(
    ("text", "valid", "opts_out"),
    [
        ("1YYY", True, True),
        ("1NYN", True, True),
        ("1-Y-", True, True),
        ("1YNN", True, False),
        ("1---", True, False),
        ("1Y-N", False, False),
        ("1YYX", False, False),
        ("1yyn", False, False),
        ("2YYN", False, False),
        ("1YY", False, False),
        ("1YYNN", False, False),
        ("1YYN\n", False, False),
        (" 1YYN", False, False),
        ("", False, False),
    ],
)
def test_strings_are_told_apart(text: str, valid: bool, opts_out: bool) -> None:
    """Version 1, four capitals; the third says whether the user opted out of sale (IAB CCPA)."""
    assert (us_privacy.is_valid(text), us_privacy.opts_out_of_sale(text)) == (valid, opts_out)


def test_nineteen_strings_are_valid() -> None:
    """Notice and LSPA three ways each, the opt-out two; and the one for whom the law does not apply."""
    every = {"".join(letters) for letters in product("012YNXyn-", repeat=4)}
    valid = {"1---", *("".join(letters) for letters in product("1", "YN-", "YN", "YN-"))}
    assert {text for text in every if us_privacy.is_valid(text)} == valid
    assert len(valid) == 19
