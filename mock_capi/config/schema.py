"""The JSON Schema of a TOML file, for editors and for the start."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mock_capi.config.option import Option

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The one that editors of TOML know."""


def schema_of(options: Iterable[Option]) -> dict[str, Any]:
    """What a file may hold that may have these options."""
    return {
        "$schema": DRAFT,
        "title": "Settings of mock-capi",
        "type": "object",
        "additionalProperties": False,
        "properties": {option.name: option.schema for option in options},
    }


def written(schema: dict[str, Any]) -> str:
    """As a file of its own."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
