"""The US Privacy string, four plain characters (IAB CCPA, version 1)."""

from __future__ import annotations

import re

_FORM = re.compile(r"1(?:---|[YN-][YN][YN-])")


def is_valid(text: str) -> bool:
    """Whether it is `1---` or version 1, notice, opt-out of sale, LSPA, in capitals."""
    return _FORM.fullmatch(text) is not None


def opts_out_of_sale(text: str) -> bool:
    """Whether a valid string's third character is Y."""
    return is_valid(text) and text[2] == "Y"
