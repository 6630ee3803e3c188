"""An event as a patch of the minimal one, with words for what is another in each run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mock_capi.model import JSON, Submission
from mock_capi.web.difference import MISSING, differences

_DAY, _FAR_DAYS = 86_400, 3_650
_UNITS = (("d", _DAY), ("h", 3_600), ("m", 60), ("s", 1))
_MASKED = re.compile(r"\[masked ([\w-]+)[^\]]*\]")
# What may stand where the log has masked something.
_STAND_INS: Mapping[str, str] = {
    "e-mail": "jane.doe@example.com",
    "IPv4": "203.0.113.7",
    "IPv6": "2001:db8:85a3::7",
    "phone": "+1 212 555 0123",
}
_NAME = "Jane Doe"
_OTHER_DATASETS: Mapping[str, str] = {"DATASET_NOT_AUTHORIZED": "second", "UNKNOWN_DATASET": "unknown"}


class Untold(Exception):  # noqa: N818 - it ends the telling, it is no fault
    """A case cannot say this."""


def patch(submission: Submission, index: int, event: JSON) -> dict[str, Any]:
    """What makes the event of the minimal one, or all of it where dotted paths cannot say that.

    Raises Untold where it holds what would be taken for a word.
    """
    if _has_word(event):
        raise Untold
    if not isinstance(event, dict):
        return {"event": event}
    changes: dict[str, Any] = {}
    removed: list[str] = []
    for pointer, _, after in differences(_minimal(submission, event), event):
        name = pointer[1:].replace("/", ".")
        if "~" in pointer or "." in pointer or pointer.endswith("/"):
            return {"event": {name: _worded(name, value, submission, index) for name, value in event.items()}}
        if after is MISSING:
            removed.append(name)
        else:
            changes[name] = _worded(name, after, submission, index)
    return {**({"set": changes} if changes else {}), **({"remove": removed} if removed else {})}


def _minimal(submission: Submission, event: Mapping[str, Any]) -> JSON:
    """The event that cases start from, as it would have been sent then and there."""
    from mock_capi.harness.values import Account, Stage, resolve

    own = submission.verdict.data_set_id or str(event.get("data_set_id"))
    return resolve(_bases()["minimal"], Stage(submission.verdict.received_at, Account(own, "")))


@cache
def _bases() -> Mapping[str, Any]:
    from mock_capi.harness.cases import load_bases

    return load_bases()


def _has_word(value: JSON) -> bool:
    """Whether a value would be taken for a word with a dollar."""
    if isinstance(value, list):
        return any(map(_has_word, value))
    if isinstance(value, dict):
        return any(name.startswith("$") for name in value) or any(map(_has_word, value.values()))
    return False


def _worded(name: str, value: JSON, submission: Submission, index: int) -> Any:
    """A value that is another in each run, as the word for it."""
    if name == "timestamp" and type(value) is int:
        return _time(value, submission.verdict.received_at)
    if name == "data_set_id" and value == submission.verdict.data_set_id:
        return {"$data_set": "own"}
    if name == "data_set_id":
        codes = {violation.code for violation in submission.verdict.violations if violation.event == index}
        return next(({"$data_set": word} for code, word in _OTHER_DATASETS.items() if code in codes), value)
    return _unmasked(value)


def _time(value: int, now: int) -> Any:
    """Seconds or milliseconds from now; what is far off stays as it is."""
    for word, seconds in (("$time", value - now), ("$millis", value // 1000 - now)):
        if abs(seconds) < _FAR_DAYS * _DAY:
            return {word: span(seconds)}
    return value


def span(seconds: int) -> str:
    """Seconds as cases have them: -8d, 30d1s, 0s."""
    left, parts = abs(seconds), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        parts += [f"{count}{unit}"] if count else []
    return ("-" if seconds < 0 else "") + ("".join(parts) or "0s")


def _unmasked(value: JSON) -> Any:
    """Something of the same shape where personal data was masked."""
    if isinstance(value, str) and _MASKED.search(value):
        return {"$pii": _MASKED.sub(lambda found: _STAND_INS.get(found[1], _NAME), value)}
    if isinstance(value, list):
        return [_unmasked(item) for item in value]
    if isinstance(value, dict):
        return {name: _unmasked(item) for name, item in value.items()}
    return value
