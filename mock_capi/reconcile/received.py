"""The events of a log that can be compared with orders, from the server's pages or an exported file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mock_capi.model import JSON
from mock_capi.reconcile.orders import Key

Submission = Mapping[str, Any]
_MASKED = "[masked"


class LogError(ValueError):
    """A log that is none; the message says which line."""


class Received(NamedTuple):
    """An event with a transaction id. `codes` are those that it was refused for, none where it was stored."""

    submission_id: str
    event_id: str | None
    value: JSON
    currency: JSON
    timestamp: JSON
    codes: tuple[str, ...] = ()


@dataclass
class Log:
    """Events by transaction id and type, as they came; and how many have no id to be compared by."""

    stored: dict[Key, list[Received]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[Key, list[Received]] = field(default_factory=lambda: defaultdict(list))
    events: int = 0
    without_id: int = 0
    masked: int = 0

    def add(self, submission: Submission, data_set_id: str | None, kinds: Collection[str]) -> None:
        """Take the events of these types out of a submission. Raises LogError."""
        try:
            for event in submission["events"]:
                sent = event["event"]
                if isinstance(sent, dict) and _is_meant(sent, data_set_id, kinds):
                    self._add(submission, event, sent)
        except (KeyError, TypeError) as error:
            raise LogError("is no submission of an export: GET /_inspect/export?format=ndjson") from error

    def _add(self, submission: Submission, event: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
        self.events += 1
        custom_data = sent.get("custom_data")
        found = custom_data.get("transaction_id") if isinstance(custom_data, dict) else None
        if isinstance(found, bool) or not isinstance(found, str | int | float) or not str(found).strip():
            self.without_id += 1
            return
        self.masked += _MASKED in str(found)
        is_stored = event["outcome"] == "stored"
        codes = () if is_stored else _codes(submission, event["index"])
        received = Received(
            submission["id"],
            event["event_id"],
            sent.get("value"),
            sent.get("currency_code"),
            sent.get("timestamp"),
            codes,
        )
        key = (str(found).strip(), sent["event_type"])
        (self.stored if is_stored else self.refused)[key].append(received)


def _is_meant(sent: Mapping[str, Any], data_set_id: str | None, kinds: Collection[str]) -> bool:
    kind = sent.get("event_type")
    return isinstance(kind, str) and kind in kinds and data_set_id in (None, sent.get("data_set_id"))


def _codes(submission: Submission, index: int) -> tuple[str, ...]:
    """What an event was refused for: its own violations, else what its request was."""
    own = [found["code"] for found in submission["violations"] if found["event"] == index]
    return tuple(dict.fromkeys(own)) or tuple(filter(None, (submission["error_code"],)))


def log_of(submissions: Iterable[Submission], data_set_id: str | None, kinds: Collection[str]) -> Log:
    """The log of these submissions, oldest first. Raises LogError."""
    log = Log()
    for submission in submissions:
        log.add(submission, data_set_id, kinds)
    return log
