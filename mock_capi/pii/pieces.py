"""Long texts in pieces: cut where no shape of personal data can go on, so that only what is suspect is searched."""

from __future__ import annotations

import re
from collections.abc import Iterator

ENOUGH = 2_000
"""How many characters a piece has at least, but for the last one."""
LONGEST_SHAPE = 500
"""More characters than any shape has, together with what it looks at beside itself."""
_STRETCH = 20_000
# What no shape holds and none looks at beside itself; and a space, where it cannot stand in a phone number.
_BREAK = re.compile(r"[^\w.!#$'+^`~@%:()/ -]|(?<![0-9 .()/+-]) ")


def pieces(text: str) -> Iterator[str]:
    """All of a text; whatever shape stands in it stands in one of its pieces."""
    start = 0
    while len(text) - start > ENOUGH:
        end = _break_after(text, start + ENOUGH)
        yield text[start:end]
        start = end
    if start < len(text) or not text:
        yield text[start:]


def _break_after(text: str, start: int) -> int:
    """Where the next piece may begin, the text's end where nothing parts it any more."""
    searches = (_BREAK.search(text, at, at + _STRETCH) for at in range(start, len(text), _STRETCH))
    return next((match.end() for match in searches if match), len(text))


def found(shape: re.Pattern[str], text: str) -> Iterator[str]:
    """What matches, some of it twice or in part; nothing only where a search of the whole finds nothing either.

    Other threads get their turn in between, which a search gives them only at its end.
    """
    for start in range(0, len(text), _STRETCH):
        end = min(len(text), start + _STRETCH + LONGEST_SHAPE)
        for match in shape.finditer(text, start, end):
            if match.end() < end or end == len(text):  # else it may go on, and is found whole from the next start
                yield match[0]
