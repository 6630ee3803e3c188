"""The search grammar of the filter `q`: words, "phrases", -negations and key:value terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mock_capi.model import EventOutcome, Submission
from mock_capi.readings import nearest
from mock_capi.search.choices import OfEvent, OfRequest, Question
from mock_capi.search.keys import KEYS, Key
from mock_capi.search.look import Look

__all__ = ["KEYS", "SYNTAX", "Search", "SearchError", "parse"]

SYNTAX: tuple[tuple[str, str], ...] = (
    ("word", "found in ids, paths, headers, bodies, codes and messages, in capitals or not"),
    ('"some words"', "found as they stand; what is in quotes is never a key"),
    ("-term", "leaves out what the term alone would find"),
    ("key:value", "asks for one thing, in capitals or not; several terms must all hold"),
    ('key:"some words"', "a value with spaces"),
)
# A sign, then a key with its value, a phrase, or any other word; quotes inside a word are part of it.
_TERM = re.compile(r'(-?)(?:([A-Za-z_]+):)?(?:"([^"]*+)(?:"|$)(?!\S)|(\S+))')
_BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}
# The names that the filters and the event's fields have for the same.
_OTHERWISE: Mapping[str, str] = {
    "event_type": "type",
    "outcome": "verdict",
    "error_code": "code",
    "advisory": "code",
    "data_set_id": "ds",
    "dataset": "ds",
    "transaction_id": "txn",
    "submission_id": "id",
    "event_id": "id",
    "currency_code": "currency",
    "api_key": "key",
}
_SHORTEST_MISSPELT = 3
MOST_TERMS = 30
"""Each is asked of every submission, and of those that come while somebody waits."""


class SearchError(ValueError):
    """A search with a key or a value that cannot be; the message names the right one."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a search. `is_free` tells words from what has a key."""

    question: Question
    negated: bool = False
    is_free: bool = False

    def holds(self, look: Look) -> bool:
        """Whether it holds of a submission as a whole, if it is about that."""
        return self.question.request is None or self.question.request(look) != self.negated

    def holds_of(self, look: Look, index: int) -> bool:
        """Whether it holds of that very event."""
        event, request = self.question.event, self.question.request
        found = event(look, index) if event else request is not None and request(look)
        return found != self.negated


@dataclass(frozen=True)
class Search:
    """Terms that must all hold."""

    terms: tuple[Term, ...]

    def holds(self, submission: Submission) -> bool:
        """Whether a submission is found. Terms about events alone ask for one event of which all of them hold;
        negated they ask that there is none."""
        look = Look(submission)
        if not all(term.holds(look) for term in self.terms):
            return False
        asked, barred = self._about_events
        found = not asked or any(all(test(look, index) for test in asked) for index in look.events)
        return found and not any(test(look, index) for index in look.events for test in barred)

    def holds_of(self, event: EventOutcome) -> bool:
        """Whether that very event is found."""
        look = Look(event.submission, {event.index: event.event})
        return all(term.holds_of(look, event.index) for term in self.terms)

    def may_hold_within(self, submission: Submission) -> bool:
        """Whether one of a submission's events is found; JSON is read for that only where a term needs it."""
        look = Look(submission)
        words = (term for term in self.terms if term.is_free and not term.negated)
        return all(word.holds(look) for word in words) and any(
            all(term.holds_of(look, index) for term in self.terms) for index in look.events
        )

    @cached_property
    def _about_events(self) -> tuple[tuple[OfEvent, ...], tuple[OfEvent, ...]]:
        """The tests of terms about events alone: those asked for, and those negated."""
        alone = [(t.question.event, t.negated) for t in self.terms if t.question.event and t.question.request is None]
        return tuple(test for test, negated in alone if not negated), tuple(test for test, negated in alone if negated)


def parse(text: str) -> Search:
    """A search from what somebody typed. Raises SearchError."""
    terms = list(_terms(text))
    if not terms:
        raise SearchError("must not be empty")
    if len(terms) > MOST_TERMS:
        raise SearchError(
            f"takes {MOST_TERMS} terms at the most, and has {len(terms)}; put words in quotes to ask for all at once"
        )
    return Search(tuple(sorted(terms, key=lambda term: term.is_free)))


def _terms(text: str) -> Iterator[Term]:
    for found in _TERM.finditer(text):
        sign, name, phrase, word = found.groups()
        value = word if phrase is None else phrase
        key = _key(name, value) if name else None
        if key:
            yield Term(_read(key, value), sign == "-")
            continue
        words = found[0][len(sign) :] if name else value
        if phrase is None:
            _check_lone_key(words)
        if words:
            yield Term(_free(words.lower()), sign == "-", is_free=True)


def _key(name: str, value: str) -> Key | None:
    """The key that is meant; None where the colon is part of a text. Raises SearchError where it is misspelt."""
    known = _BY_NAME.get(name.lower())
    if known or value.startswith("//"):  # as in https://
        return known
    hint = _hint(name.lower())
    if hint:
        raise SearchError(f"has no key {name!r}{hint}; its keys are {', '.join(_BY_NAME)}. Put text in quotes")
    return None


def _hint(name: str) -> str:
    if name in _OTHERWISE:
        return f', did you mean "{_OTHERWISE[name]}"?'
    return nearest(name, _BY_NAME) if len(name) >= _SHORTEST_MISSPELT else ""


def _check_lone_key(words: str) -> None:
    if words.endswith(":") and words[:-1].lower() in _BY_NAME:
        raise SearchError(f"{words} needs a value right after the colon")


def _read(key: Key, value: str) -> Question:
    try:
        if not value:
            raise ValueError("needs a value right after the colon")
        return key.read(value.lower())
    except ValueError as error:
        raise SearchError(f"{key.name}: {error}") from None


def _free(word: str) -> Question:
    request: OfRequest = lambda look: word in look.text  # noqa: E731 - so that mypy sees its type
    return Question(request, lambda look, index: word in look.text_of(index) or word in look.submission.id)
