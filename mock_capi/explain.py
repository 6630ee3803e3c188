"""Why an event breaks the schema: jsonschema, with errors about fields moved to the fields' own places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

MOST_ALIKE = 20
"""Of the items of one list, and of the unknown names in one object, no more than this many are told to be wrong."""
_error = partial(ValidationError, "")


def explainer(schema: dict[str, Any]) -> Any:
    """A validator whose errors say where, never in prose: its messages would quote personal data."""
    make: Any = extend
    keywords = {
        "required": _required,
        "dependentRequired": _dependent,
        "additionalProperties": _additional,
        "items": _items,
    }
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
        unknown = (name for name in instance if name not in known)
        yield from (_error(path=[name]) for name in islice(unknown, MOST_ALIKE))


def _items(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """What is right is passed over by the quicker validator: a list may have a million items."""
    if isinstance(instance, list):
        is_valid = jsonschema_rs.Draft202012Validator(wanted, pattern_options=jsonschema_rs.RegexOptions()).is_valid
        wrong = (index for index, item in enumerate(instance) if not is_valid(item))
        for index in islice(wrong, MOST_ALIKE):
            yield from validator.descend(instance[index], wanted, path=index)
