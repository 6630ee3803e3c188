"""The GPP sections as data: id, prefix and the fewest characters of the core."""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """One section. `core_bits` is the length of the shortest published core, 0 where it is plain text."""

    prefix: str
    core_bits: int


# IAB Global Privacy Platform, "Section Information", and each section's own specification.
LAYOUTS: dict[int, Layout] = {
    2: Layout("tcfeuv2", 230),
    5: Layout("tcfcav1", 199),
    6: Layout("uspv1", 0),
    7: Layout("usnat", 60),
    8: Layout("usca", 46),
    9: Layout("usva", 40),
    10: Layout("usco", 38),
    11: Layout("usut", 42),
    12: Layout("usct", 44),
    13: Layout("usfl", 46),
    14: Layout("usmt", 46),
    15: Layout("usor", 52),
    16: Layout("ustx", 42),
    17: Layout("usde", 52),
    18: Layout("usia", 42),
    19: Layout("usne", 42),
    20: Layout("usnh", 46),
    21: Layout("usnj", 54),
    22: Layout("ustn", 42),
    23: Layout("usmn", 42),
    24: Layout("usmd", 22),
    25: Layout("usin", 24),
    26: Layout("usky", 24),
    27: Layout("usri", 24),
}
