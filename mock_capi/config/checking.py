"""Whether what is given has the form that a schema describes, and in words and with its place why not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import Draft7Validator

from mock_capi.config.toml import Place
from mock_capi.readings import nearest


class FormError(ValueError):
    """What does not have its form: the place in it, the rule as message, and the right form where there is one."""

    def __init__(self, place: Place, rule: str, example: Any = None) -> None:
        super().__init__(rule)
        self.place = place
        self.example = example


def check(plain: Any, schema: dict[str, Any]) -> None:
    """Raises FormError for the first thing that the schema does not allow."""
    if _is_valid(plain, schema):
        return
    from jsonschema import Draft7Validator as Explaining  # takes long to load, and is seldom needed

    for error in Explaining(schema).iter_errors(plain):
        raise _in_words(tuple(error.absolute_path), error.validator, error.instance, error.schema)


def _is_valid(plain: Any, schema: dict[str, Any]) -> bool:
    try:
        return Draft7Validator(schema).is_valid(plain)
    except ValueError:  # a date, or a text that is not Unicode: no JSON
        return False


def _in_words(place: Place, keyword: str, found: Any, schema: dict[str, Any]) -> FormError:
    if keyword == "additionalProperties":
        known = schema["properties"]
        unknown = next(name for name in found if name not in known)
        return FormError((*place, unknown), f"is not known; the nearest is {closest(unknown, known)}")
    if keyword == "required":
        missing = next(name for name in schema["required"] if name not in found)
        return FormError(place, f"needs {missing}", schema["examples"][-1])
    if keyword == "enum" and isinstance(found, str):
        return FormError(place, schema["errorMessage"] + nearest(found, filter(_is_text, schema["enum"])))
    examples = schema.get("examples") or [schema.get("default")]
    return FormError(place, schema["errorMessage"], examples[0])


def _is_text(plain: Any) -> bool:
    return isinstance(plain, str)


def closest(word: str, known: Iterable[str]) -> str:
    """The name that is most like a word, however little."""
    return get_close_matches(word, list(known), n=1, cutoff=0)[0]
