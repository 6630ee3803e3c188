"""The kinds of options: what each may hold in a TOML file, and how a flag's or variable's text is read as that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

_MOST_DIGITS = 19


def _same(plain: Any) -> Any:
    return plain


class Kind(NamedTuple):
    """What an option may hold.

    `schema` describes its plain form, as TOML has it; each node says in `errorMessage` what must hold. `parse` makes
    the plain form of a text, `value` the setting of the plain form; both raise ValueError. `mask` hides secrets in
    the plain form. Where it `is_path`, a relative one in a file is relative to that file.
    """

    schema: dict[str, Any]
    parse: Callable[[str], Any] = _same
    value: Callable[[Any], Any] = _same
    mask: Callable[[Any], Any] = _same
    is_path: bool = False

    @property
    def is_switch(self) -> bool:
        """Whether its flag stands alone."""
        return bool(self.schema["type"] == "boolean")


def whole(least: int, most: int) -> Kind:
    """A whole number."""
    rule = f"must be a whole number from {least} to {most}"
    schema = {"type": "integer", "minimum": least, "maximum": most, "errorMessage": rule}
    return Kind(schema, digits, int)  # for JSON Schema 80.0 is whole too


def choice(*names: str) -> Kind:
    """One of these names; the first stands for the usual one."""
    return Kind({"type": "string", "enum": list(names), "errorMessage": f"must be one of {', '.join(names)}"})


def digits(text: str) -> int | str:
    """The number that a text is. A text that is none stays, for the schema to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else text


def _printable(plain: str) -> str:
    if not plain.isprintable():
        raise ValueError("must be printable")
    return plain


def _absolute(text: str) -> str:
    return str(Path(text).absolute()) if text else text


def _names(plain: list[str]) -> frozenset[str]:
    names = frozenset(filter(None, (name.strip().lower().rstrip(".") for name in plain)))
    if any("/" in name or ":" in name for name in names):
        raise ValueError("must be names only, without scheme and port")
    return names


TEXT = Kind(
    {"type": "string", "pattern": r"\S", "errorMessage": "must be a text and must not be empty"}, value=_printable
)
SWITCH = Kind(
    {"type": "boolean", "errorMessage": "must be true or false"},
    parse=lambda text: {"true": True, "false": False}.get(text.lower(), text),
)
PATH = Kind(
    {"type": "string", "pattern": r"^[^\u0000]*$", "examples": ["name.of.file"], "errorMessage": "must be a path"},
    parse=_absolute,
    value=lambda plain: Path(plain) if plain else None,
    is_path=True,
)
NAMES = Kind(
    {
        "type": "array",
        "items": {"type": "string", "errorMessage": "must be a text"},
        "examples": [["mock.example.com"]],
        "errorMessage": "must be a list of texts",
    },
    parse=lambda text: [name.strip() for name in text.split(",") if name.strip()],
    value=_names,
)
