"""The kinds of options that only a mock has: its datasets, its readings and its admin token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field
from typing import Any

from mock_capi.config.kinds import Kind, digits
from mock_capi.readings import MOST_DIGITS, READINGS, Readings
from mock_capi.redact import mask_key
from mock_capi.store import address
from mock_capi.world import Dataset


def _pairs(text: str, form: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = (side.strip() for side in part.partition("="))
        if not (name and equals and value):
            raise ValueError(f"must be {form} pairs, separated by commas")
        yield name, value


# --- readings ---


def _reading_schema(reading: Field[Any]) -> dict[str, Any]:
    about = {"description": reading.metadata["about"], "default": reading.default}
    if "alternatives" in reading.metadata:
        choices = reading.metadata["alternatives"]
        numbers = [int(choice) for choice in choices if choice.isdigit()]  # 400 needs no quotes
        return {**about, "enum": [*choices, *numbers], "errorMessage": f"must be one of {', '.join(choices)}"}
    number = {"type": "integer", "minimum": 0, "maximum": 10**MOST_DIGITS - 1}
    if not reading.metadata["off"]:
        return {**about, **number, "errorMessage": "must be a whole number"}
    return {**about, "anyOf": [number, {"const": "off"}], "errorMessage": "must be a whole number or off"}


_READINGS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {reading.name: _reading_schema(reading) for reading in READINGS},
    "examples": [{"authorization": "either"}],
    "errorMessage": "must be a table of readings",
}
READINGS_KIND = Kind(
    _READINGS_SCHEMA,
    parse=lambda text: {name: digits(value) for name, value in _pairs(text, "name=value")},
    value=lambda plain: Readings().with_changes(plain),
)


# --- datasets ---


def _parse_datasets(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for data_set_id, api_key in _pairs(text, "id=key"):
        if found.setdefault(data_set_id, api_key) != api_key:
            raise ValueError(f"the dataset {data_set_id} exists with another key")
    return found


def _datasets(plain: Mapping[str, Any]) -> tuple[Dataset, ...]:
    return tuple(_dataset(name, given) for name, given in plain.items())


def _dataset(name: str, given: Any) -> Dataset:
    if isinstance(given, str):
        return Dataset(name, given)
    own = given.get("readings", {})
    Readings().with_changes(own)  # for JSON Schema 300.0 is a whole number, for a reading it is none
    return Dataset(name, given["api_key"], own)


def _masked(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: mask_key(given) if isinstance(given, str) else {**given, "api_key": mask_key(given["api_key"])}
        for name, given in plain.items()
    }


DATASETS_KIND = Kind(
    {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "type": ["string", "object"],
            "additionalProperties": False,  # before what is missing: it may be misspelt
            "properties": {
                "api_key": {"type": "string", "examples": ["key-1"], "errorMessage": "must be a text"},
                "readings": _READINGS_SCHEMA,
            },
            "required": ["api_key"],
            "examples": ["key-1", {"api_key": "key-1", "readings": {"authorization": "either"}}],
            "errorMessage": "must be an API key, or a table with api_key and readings",
        },
        "examples": [{"shop": "key-1"}],
        "errorMessage": "must be a table of at least one dataset, each id = key",
    },
    parse=_parse_datasets,
    value=_datasets,
    mask=_masked,
)


# --- the store ---

STORE_KIND = Kind(
    {"type": "string", "examples": ["redis://127.0.0.1:6379/0"], "errorMessage": "must be a text"},
    value=lambda plain: address.read(plain) if plain else None,
    mask=address.masked,
)


# --- the admin token ---


def _token(plain: str) -> str | None:
    if plain != plain.strip() or not (plain or " ").isprintable():
        raise ValueError("must be printable, without spaces around it")
    return plain or None


TOKEN_KIND = Kind(
    {"type": "string", "examples": ["a long random text"], "errorMessage": "must be a text"},
    value=_token,
    mask=lambda plain: mask_key(plain) if plain else plain,
)
