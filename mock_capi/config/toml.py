"""How TOML is written, as far as settings need it; Python reads it only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

Place = tuple[str | int, ...]


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else inline(name)


def dotted(place: Place) -> str:
    """A key in tables, such as a.b; an index stands in brackets."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{key(step)}" for step in place).removeprefix(".")


def inline(plain: Any) -> str:
    """A text, number, truth value, list or table, on one line."""
    if isinstance(plain, dict):
        return "{ " + ", ".join(_lines(plain)) + " }"
    if isinstance(plain, list):
        return "[" + ", ".join(map(inline, plain)) + "]"
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON leaves it, and TOML does not take it


def document(plain: Mapping[str, Any]) -> str:
    """A file: first what is no table, then the tables, each with a line for every key."""
    text = "\n".join(_lines({name: value for name, value in plain.items() if not isinstance(value, dict)}))
    tables = {name: table for name, table in plain.items() if isinstance(table, dict)}
    return "\n".join([text, *("\n".join(["", f"[{key(name)}]", *_lines(table)]) for name, table in tables.items()), ""])


def _lines(table: Mapping[str, Any]) -> Iterable[str]:
    return (f"{key(name)} = {inline(value)}" for name, value in table.items())
