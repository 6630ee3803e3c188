"""The little Markdown that generated pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells may hold Markdown. Nothing where there are no rows."""
    lines = [list(map(cell, row)) for row in rows]
    if not lines:
        return ""
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines))


def cell(text: str) -> str:
    """Text as a table takes it: on one line, without bars of its own."""
    return " ".join(text.split()).replace("|", "\\|")


def code(value: object) -> str:
    """A name or value as inline code."""
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    """Names or values as inline code, separated by commas."""
    return ", ".join(map(code, values))


def fenced(text: str, language: str = "text") -> str:
    """A block of code."""
    return f"```{language}\n{text}\n```"


def page(*parts: str) -> str:
    """A page of these parts, without the empty ones."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"
