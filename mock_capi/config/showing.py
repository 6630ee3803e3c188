"""What is in force and where it comes from: as a table, as JSON, and as the TOML file that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mock_capi.config.option import Given, Option
from mock_capi.config.toml import Place, document, dotted

_NONE = "none"
_MASKED = "# Keys and tokens are masked, and the file is not fit for use; --show-secrets shows them.\n\n"


def shown(option: Option, given: Given, *, secrets: bool) -> Any:
    """The plain form, with its secrets only where they are asked for."""
    return given.plain if secrets else option.kind.mask(given.plain)


def as_text(options: Sequence[Option], given: Mapping[str, Given], file: Path | None, *, secrets: bool) -> str:
    """A line for each value: its name, the value, and where it comes from."""
    rows = [("config", str(file or "none"), "")]
    for option in options:
        found = given[option.name]
        for place, value in _leaves((option.name,), shown(option, found, secrets=secrets)):
            rows.append((dotted(place), value, _source(found, place[1:])))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}".rstrip() for row in rows)


def as_json(
    options: Sequence[Option], given: Mapping[str, Given], file: Path | None, *, secrets: bool
) -> dict[str, Any]:
    """The same for programs. `origin` is flag, variable, file or default; `source` says which."""
    rows = [
        {
            "name": option.name,
            "value": shown(option, given[option.name], secrets=secrets),
            "origin": given[option.name].origin,
            "source": _source(given[option.name]),
        }
        for option in options
    ]
    return {"config": str(file) if file else None, "options": rows}


def as_toml(options: Sequence[Option], given: Mapping[str, Given], *, secrets: bool) -> str:
    """A file that gives the same, defaults included."""
    written = document({option.name: shown(option, given[option.name], secrets=secrets) for option in options})
    masks = any(option.kind.mask(given[option.name].plain) != given[option.name].plain for option in options)
    return written if secrets or not masks else _MASKED + written


def _source(given: Given, place: Place = ()) -> str:
    if given.file:
        return given.file.at((given.name, *place))
    return given.origin if given.origin == "default" else given.name


def _leaves(place: Place, plain: Any) -> Iterator[tuple[Place, str]]:
    if isinstance(plain, dict) and plain:
        for name, value in plain.items():
            yield from _leaves((*place, name), value)
    elif isinstance(plain, list):
        yield place, ", ".join(plain) or _NONE
    elif isinstance(plain, bool):
        yield place, str(plain).lower()
    else:
        yield place, _NONE if plain in ("", {}) else str(plain)
