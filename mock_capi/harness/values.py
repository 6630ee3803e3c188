"""The words with a dollar in case files: times, hashes, ids and raw text, put in place for one run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import new, sha256
from typing import Any

from mock_capi.clock import iso

UNKNOWN_DATASET = "00000000-0000-4000-8000-0000000000ff"
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SPAN = re.compile(r"([+-]?)((?:[0-9]+[dhms])+)")


class WordError(ValueError):
    """A word with a dollar that does not exist, or whose value is none for it."""


@dataclass(frozen=True)
class Account:
    """A dataset and its key."""

    data_set_id: str
    api_key: str


@dataclass
class Stage:
    """What a case plays on: the time in epoch seconds, and its datasets. `secrets` collects the personal
    data that was sent, `literal` the raw texts that stand for a value, `event_ids` those of the log as
    `before.0` and `this.0`."""

    now: float
    own: Account
    second: Account | None = None
    secrets: list[str] = field(default_factory=list)
    literal: dict[str, str] = field(default_factory=dict)
    event_ids: dict[str, str | None] = field(default_factory=dict)

    def account(self, which: str) -> Account:
        """Own or second."""
        account = self.own if which == "own" else self.second
        if account is None:
            raise WordError("there is no second dataset")
        return account


def span(text: str) -> int:
    """Seconds of `-30d1s`, `5m`, `0s`. Raises WordError."""
    found = _SPAN.fullmatch(str(text))
    if not found:
        raise WordError(f"{text!r} is no span of time, such as -30d1s")
    seconds = sum(int(n) * _SECONDS[unit] for n, unit in re.findall(r"([0-9]+)([dhms])", found[2]))
    return -seconds if found[1] == "-" else seconds


def resolve(value: Any, stage: Stage) -> Any:
    """A value with every word put in place; raw texts are marks that `as_text` replaces."""
    if isinstance(value, list):
        return [resolve(item, stage) for item in value]
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        name, given = next(iter(value.items()))
        if isinstance(name, str) and name.startswith("$"):
            if name not in _WORDS:
                raise WordError(f"{name} is not one of {', '.join(_WORDS)}")
            return _WORDS[name](resolve(given, stage), stage)
    return {name: resolve(item, stage) for name, item in value.items()}


def as_text(value: Any, stage: Stage) -> str:
    """The value as JSON text, its raw parts verbatim."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for mark, raw in stage.literal.items():
        text = text.replace(f'"{mark}"', raw)
    return text


def numbered(value: Any, number: int) -> Any:
    """The value with {n} in its strings replaced by a number."""
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, list):
        return [numbered(item, number) for item in value]
    if isinstance(value, dict):
        return {name: numbered(item, number) for name, item in value.items()}
    return value


def _raw(text: Any, stage: Stage) -> str:
    mark = f"raw-{len(stage.literal)}-of-this-case"
    stage.literal[mark] = str(text)
    return mark


def _pii(text: Any, stage: Stage) -> str:
    stage.secrets.append(str(text))
    return str(text)


def _api_key(which: Any, stage: Stage) -> str:
    return _pii(stage.account(which).api_key, stage)


def _hash(pair: Any, _: Stage) -> str:
    name, text = pair
    return new(name, str(text).encode(), usedforsecurity=False).hexdigest()


def _nested(levels: Any, _: Stage) -> Any:
    value: Any = 0
    for _level in range(int(levels)):
        value = {"a": value}
    return value


def _data_set(which: Any, stage: Stage) -> str:
    return UNKNOWN_DATASET if which == "unknown" else stage.account(which).data_set_id


_WORDS: Mapping[str, Callable[[Any, Stage], Any]] = {
    "$time": lambda text, stage: int(stage.now) + span(text),
    "$millis": lambda text, stage: (int(stage.now) + span(text)) * 1000,
    "$iso": lambda text, stage: iso(int(stage.now) + span(text)),
    "$sha256": lambda text, _: sha256(str(text).encode()).hexdigest(),
    "$hash": _hash,
    "$data_set": _data_set,
    "$api_key": _api_key,
    "$event_id": lambda place, stage: stage.event_ids.get(place) or f"the event_id of {place}",
    "$repeat": lambda pair, _: pair[0] * pair[1],
    "$nest": _nested,
    "$pii": _pii,
    "$raw": _raw,
}
