"""The readings: named decisions where the guide is silent or contradicts itself, and their alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any


class ReadingError(ValueError):
    """A reading's name or value that does not exist; the message names the nearest."""


def _switch(*alternatives: str, guide: str, about: str) -> Any:
    metadata = {"alternatives": alternatives, "guide": guide, "about": about}
    return field(default=alternatives[0], metadata=metadata)


def _number(default: int, *, guide: str, about: str, off: bool = False) -> Any:
    return field(default=default, metadata={"number": True, "off": off, "guide": guide, "about": about})


@dataclass(frozen=True, slots=True)
class Readings:
    """One set of readings in force. The first alternative of each is the default."""

    authorization: str = _switch(
        "bearer", "raw", "either", guide="2", about="Whether the key needs `Bearer`, must stand bare, or may do either."
    )
    schema_auth: str = _switch("required", "open", guide="2", about="Whether GET /v1/schema/events needs a key.")
    foreign_dataset: str = _switch(
        "403", "400", guide="2", about="The answer to an event for another provisioned dataset than the key's."
    )
    undocumented_statuses: str = _switch(
        "guide", "http", guide="8.3", about="400 for oversize and wrong media type as the guide lists, or 413 and 415."
    )
    content_type: str = _switch("required", "any", guide="2", about="Whether Content-Type must be application/json.")
    max_body_bytes: int = _number(5_000_000, guide="6.2", about="The largest body in bytes.")
    batch_failure: str = _switch(
        "atomic", "drop_invalid", guide="7", about="Whether one bad event refuses its batch or is dropped from it."
    )
    window_edge: str = _switch("accept", "reject", guide="3.2", about="An event that is exactly 30 days old.")
    future_tolerance_seconds: int | None = _number(
        300, guide="7.1", off=True, about="How many seconds a timestamp may be ahead; off accepts any."
    )
    integer_valued_floats: str = _switch("reject", "accept", guide="7.1", about="A timestamp such as 1746558464.0.")
    unknown_fields: str = _switch("advise", "reject", guide="4.1", about="Fields that the guide does not know.")
    null_fields: str = _switch("reject", "absent", guide="4.1", about="An optional field sent as null.")
    partner_id_alone: str = _switch("reject", "accept", guide="4.2", about="An event with partner_id as its only id.")
    hash_case: str = _switch("lower", "any", guide="4.2", about="Whether hashes may have capital hex digits.")
    gpp_sid_mismatch: str = _switch(
        "advise", "reject", guide="5.1", about="A gpp_sid that the GPP string's header does not list."
    )
    opt_out: str = _switch(
        "suppress", "reject", guide="5.2", about="An event whose privacy signals opt out of sale, sharing or targeting."
    )
    processing: str = _switch(
        "sync", "deferred", guide="8.3", about="Whether events are judged before the answer or only for the log."
    )

    def with_changes(self, changes: Mapping[str, Any]) -> Readings:
        """These readings with some changed; values are checked. Raises ReadingError."""
        return replace(self, **{name: check(name, value) for name, value in changes.items()})

    def as_dict(self) -> dict[str, Any]:
        """Name to value, `off` spelled out."""
        return {name: "off" if value is None else value for name, value in asdict(self).items()}


READINGS: tuple[Field[Any], ...] = fields(Readings)
_BY_NAME = {reading.name: reading for reading in READINGS}
MOST_DIGITS = 15
_LONGEST_WORD = 100


def alternatives(reading: Field[Any]) -> tuple[str, ...]:
    """What a reading may be set to, in words, the default first."""
    if "alternatives" in reading.metadata:
        return tuple(reading.metadata["alternatives"])
    return (str(reading.default), "a number", "off") if reading.metadata["off"] else (str(reading.default), "a number")


def check(name: str, value: Any) -> Any:
    """The value as Readings holds it. Raises ReadingError that names the nearest alternative."""
    reading = _BY_NAME.get(name)
    if reading is None:
        raise ReadingError(f"no reading is called {name!r}{nearest(name, _BY_NAME)}; see `mock-capi readings`")
    if "alternatives" in reading.metadata:
        choices = reading.metadata["alternatives"]
        text = str(value)
        if text not in choices:
            raise ReadingError(f"{name} cannot be {text!r}{nearest(text, choices)}; it is one of {', '.join(choices)}")
        return text
    return _check_number(reading, value)


def _check_number(reading: Field[Any], value: Any) -> int | None:
    text = str(value).strip()
    if reading.metadata["off"] and text == "off":
        return None
    digits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    if isinstance(value, bool) or not digits:
        expected = "a whole number or off" if reading.metadata["off"] else "a whole number"
        raise ReadingError(f"{reading.name} cannot be {text!r}; it is {expected}")
    return int(text)


def nearest(word: str, known: Any) -> str:
    """`, did you mean "..."?` or nothing."""
    if len(word) > _LONGEST_WORD:  # no name is that long, and the search takes its time
        return ""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f', did you mean "{close[0]}"?' if close else ""
