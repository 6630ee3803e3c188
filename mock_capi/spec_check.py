"""Start-up checks on the Event schema: nothing in it that the server could not explain to a client."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

DOCUMENT = "openapi.yaml"
# Keywords that take part in a verdict and that the rule table can explain.
EXPLAINED = frozenset(
    {
        *("type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"),
        *("minProperties", "maxProperties", "required", "dependentRequired", "additionalProperties", "anyOf"),
    }
)
# Keywords that lead on to other schemas, and annotations, which decide nothing.
_DESCENDED = ("items", "then", "else")
_SILENT = frozenset(
    {
        *("$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated"),
        *("format", "readOnly", "writeOnly", "if", "properties", *_DESCENDED),
    }
)


# Both validators would fetch what these name, from wherever.
_LEADING_AWAY = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "$schema"})
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEEPEST = 100


class SpecError(ValueError):
    """The document cannot be worked with; the message says where and why."""


def check_closed(value: Any, place: str, depth: int = 0) -> None:
    """Raises SpecError for a reference, wherever it stands: a document is read, and nothing else that it names."""
    if depth > _DEEPEST:
        raise SpecError(f"{DOCUMENT}: {place[:_DEEPEST]}... is nested too deep")
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        if name in _LEADING_AWAY and isinstance(inner, str) and inner != _DIALECT:
            raise SpecError(f"{DOCUMENT}: {place}: references are not followed; write out what {name} names")
        check_closed(inner, f"{place}.{name}", depth + 1)


def check_schema(schema: Any, place: str, rules: Collection[str]) -> None:
    """Raises SpecError for a keyword without a rule, or a rule without a row in the table."""
    if not isinstance(schema, dict):
        return
    named = schema.get("x-rules", {})
    for keyword, value in schema.items():
        if not (keyword.startswith("x-") or keyword in _SILENT):
            _check_keyword(keyword, value, named, place)
    for keyword, rule in named.items():
        for name in rule.values() if isinstance(rule, dict) else (rule,):
            if name not in rules:
                raise SpecError(f"{DOCUMENT}: {place}: x-rules names {name!r} for {keyword!r}, a rule nobody knows")
        _check_fields(schema, keyword, rule, place)
    for name, subschema in schema.get("properties", {}).items():
        check_schema(subschema, f"{place}.{name}", rules)
    for keyword in _DESCENDED:
        check_schema(schema.get(keyword), f"{place}.{keyword}", rules)


def _check_keyword(keyword: str, value: Any, named: dict[str, Any], place: str) -> None:
    if keyword not in EXPLAINED:
        raise SpecError(f"{DOCUMENT}: {place}: the server cannot explain the keyword {keyword!r}")
    if keyword == "additionalProperties" and not isinstance(value, bool):
        raise SpecError(f"{DOCUMENT}: {place}: additionalProperties can be true or false only")
    if keyword == "pattern":
        _check_pattern(value, place)
    if value is not True and keyword not in named:
        raise SpecError(f"{DOCUMENT}: {place}: no rule is named in x-rules for {keyword!r}")


def _check_pattern(pattern: str, place: str) -> None:
    """Both validators must understand it; what only Python's does is left to jsonschema-rs."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise SpecError(f"{DOCUMENT}: {place}: the pattern is no regular expression: {error}") from error


def _check_fields(schema: dict[str, Any], keyword: str, rule: Any, place: str) -> None:
    if isinstance(rule, dict):
        fields = schema.get(keyword, ())
        names = fields if keyword == "required" else [name for needed in fields.values() for name in needed]
        for name in names:
            if name not in rule:
                raise SpecError(f"{DOCUMENT}: {place}: x-rules.{keyword} names no rule for {name!r}")
