"""The keys of a search: what may stand before a colon, what each takes, and what it asks."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mock_capi import catalogue
from mock_capi.faults import FAULT_KINDS
from mock_capi.model import ENDPOINTS, EventRef, event_id
from mock_capi.readings import nearest
from mock_capi.search.choices import HAS, VERDICTS, Choice, Question, is_stored, remarked
from mock_capi.search.look import Look


class Key(NamedTuple):
    """A key: its name, what it takes, what it is about, and how a value in small letters is read.

    `read` raises ValueError in words that go on after the key. `values` are all there are, where they are few.
    """

    name: str
    takes: str
    about: str
    read: Callable[[str], Question]
    values: tuple[str, ...] = ()


def _choose(choices: tuple[Choice, ...]) -> Callable[[str], Question]:
    questions = {choice.name: choice.question for choice in choices}
    return lambda value: questions[_one_of(value, questions)]


def _one_of(value: str, known: Iterable[str]) -> str:
    names = tuple(known)
    if value not in names:
        raise ValueError(f"is one of {', '.join(names)}{nearest(value, names)}")
    return value


def _type(value: str) -> Question:
    def test(look: Look, index: int) -> bool:
        kind = look.submission.verdict.outcomes.event_types[index]
        return kind is not None and kind.lower() == value

    return Question(event=test)


_CODES = tuple(code.name for code in (*catalogue.ERRORS, *catalogue.ADVISORIES))


def _code(value: str) -> Question:
    name = value.upper()
    if name not in _CODES:
        raise ValueError(f"takes a code of the catalogue, {name!r} is none{nearest(name, _CODES)}")
    return remarked(lambda submission: (*submission.verdict.violations, *submission.advisories), name)


def _status(value: str) -> Question:
    if not (value.isascii() and value.isdigit() and len(value) == 3 and 100 <= int(value) <= 599):
        raise ValueError("is a whole number from 100 to 599")
    return Question(lambda look: look.submission.verdict.status == int(value))


def _dataset(value: str) -> Question:
    return Question(lambda look: (look.submission.verdict.data_set_id or "").lower() == value)


def _endpoint(value: str) -> Question:
    name = _one_of(value, ENDPOINTS)
    return Question(lambda look: look.submission.verdict.endpoint == name)


def _fault(value: str) -> Question:
    kind = _one_of(value, FAULT_KINDS)
    return Question(lambda look: look.submission.fault is not None and look.submission.fault.kind == kind)


def _key(value: str) -> Question:
    return Question(lambda look: (look.submission.api_key or "").lower().startswith(value))


def _text_field(*path: str) -> Callable[[str], Question]:
    """Equal to a text, or to how a number is written."""
    return lambda value: Question(event=lambda look, index: str(look.field(index, *path) or "").lower() == value)


# The id of a stored event is made when it is asked for, which is left undone for what cannot be the start of one.
_EVENT_ID = re.compile(r"[0-9a-f-]+")


def _id(value: str) -> Question:
    may_be_an_events = _EVENT_ID.fullmatch(value) is not None

    def of_submission(look: Look) -> bool:
        kind_and_uuid = look.submission.id
        return kind_and_uuid.startswith(value) or kind_and_uuid.partition(".")[2].startswith(value)

    def of_event(look: Look, index: int) -> bool:
        return (
            may_be_an_events
            and is_stored(look, index)
            and event_id(EventRef(look.submission.id, index)).startswith(value)
        )

    return Question(
        lambda look: of_submission(look) or any(of_event(look, index) for index in look.events),
        lambda look, index: of_submission(look) or of_event(look, index),
    )


_COMPARISON = re.compile(r"(<=|>=|<|>|=)?(-?[0-9]{1,30}(?:\.[0-9]{1,30})?)")
_COMPARE: Mapping[str | None, Callable[[Any, Any], bool]] = {
    None: operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _value(value: str) -> Question:
    found = _COMPARISON.fullmatch(value)
    if found is None:
        raise ValueError("is a number, or one after <, <=, > or >=, such as >100")
    compare, number = _COMPARE[found[1]], float(found[2])

    def test(look: Look, index: int) -> bool:
        sent = look.field(index, "value")
        return isinstance(sent, int | float) and not isinstance(sent, bool) and compare(sent, number)

    return Question(event=test)


def _chosen(name: str, about: str, choices: tuple[Choice, ...]) -> Key:
    names = tuple(choice.name for choice in choices)
    return Key(name, "one of its words", about, _choose(choices), names)


KEYS: tuple[Key, ...] = (
    Key("type", "an event type", "the event_type", _type),
    _chosen("verdict", "what became of it", VERDICTS),
    Key("code", "an error code or advisory", "what the checks found, answered or not", _code, _CODES),
    Key("status", "100 to 599", "the HTTP status", _status),
    Key("ds", "a data_set_id", "the dataset of the key", _dataset),
    Key("endpoint", "one of its words", "which endpoint it was sent to", _endpoint, ENDPOINTS),
    _chosen("has", "what is there", HAS),
    Key("txn", "a transaction_id", "custom_data.transaction_id", _text_field("custom_data", "transaction_id")),
    Key("id", "an id or its beginning", "the submission_id or event_id", _id),
    Key("currency", "a currency code", "the currency_code", _text_field("currency_code")),
    Key("value", "100, >100, <=5", "the value, compared as a number", _value),
    Key("fault", "a kind of fault", "the fault that it met", _fault, FAULT_KINDS),
    Key("key", "a masked key or its beginning", "the API key that was sent", _key),
)
