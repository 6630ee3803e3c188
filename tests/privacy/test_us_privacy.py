"""The US Privacy string: its grammar, and its one opt-out."""

from __future__ import annotations

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
