"""ECAPI events made into the guide's, with a note of all that was changed or had to go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from mock_capi.model import JSON
from mock_capi.offline.values import HOW, Made, UnfitError, seconds
from mock_capi.pii import mask_text
from mock_capi.rules.ecapi import MOVES, OBJECTS

CHANGED, DROPPED = "changed", "dropped"
_NO_FIELD = "the guide has no such field"
_LONGEST_NAME = 64


class InconvertibleError(ValueError):
    """Something that is no ECAPI event; the message says why, without a value of it."""


class Note(NamedTuple):
    """What happened to a field: `what` is changed or dropped; `field` is its dotted path in the ECAPI event."""

    what: str
    field: str
    why: str


class Converted(NamedTuple):
    """An event in the guide's shape, and what happened on the way."""

    event: dict[str, JSON]
    notes: tuple[Note, ...]


def convert(sent: JSON, known: Collection[str], data_set_id: str | None = None) -> Converted:
    """An ECAPI event in the guide's shape; `known` are the guide's fields, which stay. Raises InconvertibleError.

    A field that goes where another stands already is dropped, the first of the table wins.
    """
    if not isinstance(sent, dict):
        raise InconvertibleError("it is no JSON object")
    taken_apart = {name: _object(sent, name) for name, _ in OBJECTS}
    rest: dict[str, Any] = {**sent, **taken_apart}
    own = {"data_set_id": data_set_id} if data_set_id else {}
    event: dict[str, Any] = {**own, **{name: rest.pop(name) for name in sent if name in known}, **own}
    for name in ("identifiers", "privacy", "custom_data"):
        if isinstance(event.get(name), dict):
            event[name] = dict(event[name])
    notes: list[Note] = []
    for theirs, ours, how in MOVES:
        holder, name = _holder(rest, theirs)
        if name in holder:
            _move(holder.pop(name), theirs, event, ours, how, notes)
    _keep_properties(rest.pop("properties"), event, notes)
    for name in rest.pop("user_data"):
        notes.append(Note(DROPPED, f"user_data.{shown(name)}", _NO_FIELD))
    notes += (Note(DROPPED, shown(name), _NO_FIELD) for name in rest)
    if "timestamp" in event:
        event["timestamp"] = _moved(event["timestamp"], "timestamp", seconds, notes)
    return Converted(event, tuple(notes))


def _object(sent: Mapping[str, JSON], name: str) -> dict[str, JSON]:
    value = sent.get(name)
    if value is not None and not isinstance(value, dict):
        raise InconvertibleError(f"{name} is no object")
    return dict(value or {})


def _holder(event: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The object that a dotted path leads to, and the last name of it."""
    *way, name = path.split(".")
    for step in way:
        event = event.setdefault(step, {})
    return event, name


def _move(value: JSON, theirs: str, event: dict[str, Any], ours: str, how: str, notes: list[Note]) -> None:
    parent = event.get(ours.partition(".")[0], {}) if "." in ours else event
    if not isinstance(parent, dict) or ours.rpartition(".")[2] in parent:
        notes.append(Note(DROPPED, theirs, f"there is {ours} already"))
        return
    try:
        made = HOW[how](value)
    except UnfitError as error:
        notes.append(Note(DROPPED, theirs, str(error)))
        return
    holder, name = _holder(event, ours)
    holder[name] = made.value
    if made.how:
        notes.append(Note(CHANGED, theirs, made.how))


def _keep_properties(properties: dict[str, JSON], event: dict[str, Any], notes: list[Note]) -> None:
    """What is left of them goes to custom_data, where anything may be."""
    for name, value in properties.items():
        custom_data = event.setdefault("custom_data", {})
        if not isinstance(custom_data, dict) or name in custom_data:
            notes.append(Note(DROPPED, f"properties.{shown(name)}", f"there is custom_data.{shown(name)} already"))
        else:
            custom_data[name] = value


def _moved(value: JSON, field: str, make: Callable[[JSON], Made], notes: list[Note]) -> JSON:
    """A value put right where it stands; one that is unfit stays, for the judge to refuse."""
    try:
        made = make(value)
    except UnfitError:
        return value
    if made.how:
        notes.append(Note(CHANGED, field, made.how))
    return made.value


def shown(name: str) -> str:
    """A field's name as it may be shown: the sender chose it, so it may hold anything."""
    masked = mask_text(name)
    return masked if len(masked) <= _LONGEST_NAME else f"{masked[:_LONGEST_NAME]}..."
