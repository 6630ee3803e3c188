"""The US Privacy string, four plain characters (IAB CCPA, version 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FORM = re.compile(r"1(?:---|[YN-][YN][YN-])")
FIELDS = ("Notice", "OptOutSale", "LspaCovered")


def is_valid(text: str) -> bool:
    """Whether it is `1---` or version 1, notice, opt-out of sale, LSPA, in capitals."""
    return _FORM.fullmatch(text) is not None


def parse(text: str) -> Mapping[str, Any] | None:
    """Its fields by their names in the specification; None where it is not valid."""
    return {"Version": 1, **dict(zip(FIELDS, text[1:], strict=True))} if is_valid(text) else None


def opts_out_of_sale(text: str) -> bool:
    """Whether a valid string's third character is Y."""
    return is_valid(text) and text[2] == "Y"
