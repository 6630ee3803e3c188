"""Text as a terminal may get it: what would steer the terminal, or turn the reading direction, is spelled out."""

from __future__ import annotations

import re

_UNUSUAL = re.compile(r"[^\x20-\x7e]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def harmless(text: str) -> str:
    r"""One line: everything that cannot be printed is written as JSON does, an escape character as `\u001b`."""
    return _UNUSUAL.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return _SHORT.get(character) or "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
