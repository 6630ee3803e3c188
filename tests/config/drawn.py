"""Values that an option may have, drawn by its kind, so that a new row of the table is tested too."""

from __future__ import annotations

from string import ascii_letters, digits
from typing import Any

from hypothesis import strategies as st

from mock_capi.config.option import Option
from mock_capi.readings import READINGS

NAMES = st.text(ascii_letters + digits + "-_", min_size=1, max_size=12)
OWN_READINGS = st.fixed_dictionaries(
    {},
    optional={
        reading.name: st.sampled_from(reading.metadata["alternatives"])
        if "alternatives" in reading.metadata
        else st.one_of(st.integers(0, 10**15 - 1), *([st.just("off")] if reading.metadata["off"] else []))
        for reading in READINGS
    },
)
KEYS = st.dictionaries(NAMES, NAMES, min_size=1, max_size=3).filter(lambda d: len(set(d.values())) == len(d))


def plain(option: Option, *, as_text: bool = False) -> st.SearchStrategy[Any]:
    """What a file may hold under the option's name; `as_text` leaves out what a flag cannot say."""
    schema = option.kind.schema
    if option.name in ("journal", "journal_sync"):  # with one there may be no store, and the other needs it
        return st.just("" if option.kind.is_path else False)
    if schema["type"] == "boolean":
        return st.booleans()
    if schema["type"] == "integer":
        # Several workers alone are a mistake, whatever else is drawn.
        return st.just(1) if option.name == "workers" else st.integers(schema["minimum"], schema["maximum"])
    if schema["type"] == "array":
        return st.lists(NAMES, max_size=3)
    if schema["type"] == "object":
        return OWN_READINGS if "properties" in schema else _datasets(as_text=as_text)
    if option.kind.is_path:
        return NAMES.map("/{}".format)
    if option.name == "store":
        return st.sampled_from(schema["examples"])
    return st.sampled_from(schema["enum"]) if "enum" in schema else NAMES


def _datasets(*, as_text: bool) -> st.SearchStrategy[dict[str, Any]]:
    return KEYS if as_text else st.builds(_with_readings, KEYS, OWN_READINGS)


def _with_readings(keys: dict[str, str], readings: dict[str, Any]) -> dict[str, Any]:
    """The first has readings of its own."""
    first, *_ = keys
    return {**keys, first: {"api_key": keys[first], "readings": readings}}


def text(value: Any) -> str:
    """The same as a flag or a variable says it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ",".join(f"{name}={held}" for name, held in value.items())
    return ",".join(value) if isinstance(value, list) else str(value)
