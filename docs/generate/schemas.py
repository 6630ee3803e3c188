"""JSON Schemas in Markdown: a type in a few words, and the fields of an object as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from docs.generate.markdown import code, codes, table

MOST_VALUES = 12
"""How many values of an enumeration stand in a table; longer ones follow it."""
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "matches `{}`",
}

Schema = Mapping[str, Any]


def type_of(schema: Schema) -> str:
    """A schema in a few words, with a link where it is one of the document's own."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema and "type" not in schema:
        return " or ".join(dict.fromkeys(map(type_of, schema["anyOf"])))
    if "allOf" in schema:
        return " and ".join(map(type_of, schema["allOf"]))
    if "const" in schema:
        return _value(schema["const"])
    if "enum" in schema:
        values = schema["enum"]
        return f"one of {len(values)} values" if len(values) > MOST_VALUES else " or ".join(map(_value, values))
    return _plain(schema)


def _plain(schema: Schema) -> str:
    kinds = schema.get("type", "any value")
    if kinds == "array":
        return f"array of {type_of(schema['items'])}" if schema.get("items") else "array"
    if kinds == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {type_of(schema['additionalProperties'])}"
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _value(value: Any) -> str:
    return code(value if isinstance(value, str) else json.dumps(value))


def described(schema: Schema) -> str:
    """What a schema says besides its type: the description, the limits, the default, the guide's section."""
    facts = "; ".join(_facts(schema))
    return " ".join(filter(None, (schema.get("description", "").strip(), f"({facts})" if facts else "")))


def _facts(schema: Schema) -> Iterator[str]:
    for keyword, words in _LIMITS.items():
        if keyword in schema and (keyword, schema[keyword]) != ("minLength", 1):
            yield words.format(schema[keyword])
    if schema.get("minLength") == 1:
        yield "not empty"
    if "default" in schema:
        yield f"default {_value(schema['default'])}"
    if "x-guide" in schema:
        yield f"guide {schema['x-guide']}"


def fields_of(schema: Schema) -> str:
    """An object's fields, those of objects inside it with their dotted names, then its long enumerations."""
    long = [f"{code(name)} is one of {codes(values)}." for name, values in _long(schema, "")]
    return "\n\n".join(filter(None, (table(["Field", "Type", "What it is"], _rows(schema, "")), *long)))


def _rows(schema: Schema, at: str) -> Iterator[list[str]]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield [code(at + name), type_of(field) + (", required" if name in required else ""), described(field)]
        yield from _rows(field, f"{at}{name}.")
        yield from _rows(field.get("items") or {}, f"{at}{name}[].")


def _long(schema: Schema, at: str) -> Iterator[tuple[str, list[Any]]]:
    for name, field in schema.get("properties", {}).items():
        if len(field.get("enum", ())) > MOST_VALUES:
            yield at + name, field["enum"]
        yield from _long(field, f"{at}{name}.")
