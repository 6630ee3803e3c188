"""The vendor's OpenAPI document: where its rules stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from mock_capi import spec


@cache
def document() -> Any:
    """openapi.yaml, which nobody changes meanwhile."""
    return yaml.safe_load(spec.bundled().read_text())


def places_of(rule: str) -> list[tuple[str, list[str]]]:
    """Where a rule stands in the event schema: places in dotted form, each with the keywords that it stands beside."""
    found: dict[str, list[str]] = {}
    for at, keyword in _places(document()["components"]["schemas"]["Event"], rule, ""):
        found.setdefault(at or "Event", []).append(keyword)
    return list(found.items())


def _places(schema: Any, rule: str, at: str) -> Iterator[tuple[str, str]]:
    if not isinstance(schema, Mapping):
        return
    for keyword, named in schema.get("x-rules", {}).items():
        if rule == named or (isinstance(named, Mapping) and rule in named.values()):
            yield at, keyword
    for name, inner in schema.get("properties", {}).items():
        yield from _places(inner, rule, f"{at}.{name}".lstrip("."))
    for keyword in ("then", "items"):
        yield from _places(schema.get(keyword), rule, at)
