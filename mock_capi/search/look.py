"""A submission while it is searched: its text and its events, made out when a term first needs them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import orjson

from mock_capi.events import bodies_of
from mock_capi.model import JSON, Kept, Submission, Verdict


class Look:
    """What the terms of one search look at. `bodies` are those events, by index, that are taken apart already."""

    def __init__(self, submission: Submission, bodies: Mapping[int, JSON] | None = None) -> None:
        self.submission = submission
        self._known = bodies
        self._texts: dict[int, str] = {}

    @property
    def events(self) -> range:
        """The indices of its events."""
        return range(len(self.submission.verdict.outcomes.event_types))

    @cached_property
    def text(self) -> str:
        """All that words are searched for in, in small letters."""
        submission, verdict = self.submission, self.submission.verdict
        parts = (submission.id, submission.method, submission.path, verdict.data_set_id or "")
        remarks = (f"{code} {message}" for code, _, _, message in (*verdict.violations, *submission.advisories))
        headers = (f"{name}: {value}" for name, value in submission.headers)
        return "\n".join((*parts, *headers, *remarks, _plain(verdict).decode(errors="replace"))).lower()

    def text_of(self, index: int) -> str:
        """The same of one event."""
        if index not in self._texts:
            self._texts[index] = orjson.dumps(self._bodies.get(index)).decode().lower()
        return self._texts[index]

    def field(self, index: int, *path: str) -> Any:
        """A field of an event, None where it is missing."""
        value = self._bodies.get(index)
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @cached_property
    def _bodies(self) -> Mapping[int, JSON]:
        return dict(enumerate(bodies_of(self.submission))) if self._known is None else self._known


def _plain(verdict: Verdict) -> bytes:
    """The kept body, as words are searched for in it: many clients escape what is not ASCII."""
    if b"\\u" in verdict.body and verdict.kept in (Kept.EVENT, Kept.BATCH):
        return orjson.dumps(orjson.loads(verdict.body))
    return verdict.body
