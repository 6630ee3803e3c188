"""Why an event breaks the schema: jsonschema, with errors about fields moved to the fields' own places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

_error = partial(ValidationError, "")


def explainer(schema: dict[str, Any]) -> Any:
    """A validator whose errors say where, never in prose: its messages would quote personal data."""
    make: Any = extend
    keywords = {"required": _required, "dependentRequired": _dependent, "additionalProperties": _additional}
    return make(Draft202012Validator, keywords)(schema)


def _required(_validator: Any, names: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(instance, dict):
        yield from (_error(path=[name]) for name in names if name not in instance)


def _dependent(_validator: Any, needs: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(instance, dict):
        missing = (name for field, names in needs.items() if field in instance for name in names)
        yield from (_error(path=[name]) for name in missing if name not in instance)


def _additional(_validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if allowed is False and isinstance(instance, dict):
        known = schema.get("properties", {})
        yield from (_error(path=[name]) for name in instance if name not in known)
