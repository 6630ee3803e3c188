"""The judge applied to events in files, a thousand at a time: the server's verdicts, by the server's code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple

import orjson

from mock_capi.catalogue import PRECEDENCE
from mock_capi.decode import Decoded, decode
from mock_capi.judge import Judge, Judged
from mock_capi.model import JSON, Advisory, Incoming, Kept, Violation
from mock_capi.offline.reading import Source
from mock_capi.offline.seen import Seen
from mock_capi.offline.splitting import Item, items
from mock_capi.pii import is_harmless
from mock_capi.readings import Readings
from mock_capi.rules import Setting
from mock_capi.spec import Spec

MOST_EVENTS = 1000
"""So many events are judged at a time, as many as a batch may have."""
_NO_HEADERS: dict[str, str] = {}


class Problem(NamedTuple):
    """A violation or an advisory, and where: in which file, in which line from 1, as which element of an array from 0.

    `pointer` is a JSON Pointer into the event; `message` holds no value of an event.
    """

    file: str
    line: int
    element: int | None
    code: str
    pointer: str
    message: str

    @property
    def refuses(self) -> bool:
        """Whether the event is refused for it, or only remarked on."""
        return self.code in PRECEDENCE


class Checked(NamedTuple):
    """A portion of a file: how many events it has, how many of them are accepted, and all problems in order."""

    events: int
    accepted: int
    problems: Sequence[Problem]


class Checker:
    """Judges events as a server with these readings would at `now`, in whole epoch seconds.

    With a `data_set_id` every event must be of that dataset; without one, of any. What was seen before is
    remembered from file to file.
    """

    def __init__(self, spec: Spec, readings: Readings, now: int, data_set_id: str | None = None) -> None:
        self._judge = Judge(spec.event_schema(readings))
        self._readings = readings
        self._now = now
        self._data_set_id = data_set_id
        self._seen = Seen()

    @property
    def most_bytes(self) -> int:
        """How large an event may be: as large as a request."""
        return self._readings.max_body_bytes

    @property
    def fields(self) -> Collection[str]:
        """The guide's top-level fields of an event."""
        return self._judge.schema.fields

    def check(self, source: Source) -> Iterator[Checked]:
        """The verdicts on a file, portion by portion. Raises UnreadableError."""
        for portion in portions(items(source, self.most_bytes), self.most_bytes):
            yield self._checked(source.name, portion)

    def judged(self, events: Sequence[JSON], *, suspect: bool = True, size: int = 0) -> Judged:
        """The verdict on events that were read already; `size` is theirs in bytes as JSON."""
        own = self._data_set_id or _common_data_set(events)
        setting = Setting(
            now=self._now,
            readings=self._readings,
            schema=self._judge.schema,
            data_set_id=own,
            datasets=(self._data_set_id,) if self._data_set_id else _Every(),
            suspect=suspect,
            body_bytes=size or sum(map(len, map(orjson.dumps, events))),
        )
        return self._judge.judge(events, setting, batch=True)

    def _checked(self, file: str, portion: Sequence[Item]) -> Checked:
        events, suspect, unread = self._read(portion)
        kept = list(compress(portion, [place not in unread for place in range(len(portion))])) if unread else portion
        size = sum(len(item.body) for item in kept)
        found = self.judged(events, suspect=suspect, size=size)
        remarks: tuple[Violation | Advisory, ...] = (*found.violations, *found.advisories)
        problems = [
            *(problem_of(file, portion[place], violation) for place, violation in unread.items()),
            *(problem_of(file, kept[remark.event or 0], remark) for remark in remarks),
            *self._duplicates(file, kept, found.outcomes.fingerprints),
        ]
        problems.sort(key=lambda problem: (problem.line, problem.element or 0))
        accepted = sum(fingerprint is not None for fingerprint in found.outcomes.fingerprints)
        return Checked(sum(item.is_event for item in portion), accepted, problems)

    def _read(self, portion: Sequence[Item]) -> tuple[list[JSON], bool, dict[int, Violation]]:
        """The events, whether one may hold personal data, and by place those that could not be read."""
        events, suspect, unread = [], False, {}
        for place, item in enumerate(portion):
            event, may_hold, violation = read(item)
            if violation:
                unread[place] = violation
            else:
                suspect = suspect or may_hold
                events.append(event)
        return events, suspect, unread

    def _duplicates(self, file: str, kept: Sequence[Item], fingerprints: Sequence[int | None]) -> Iterator[Problem]:
        for item, fingerprint in zip(kept, fingerprints, strict=True):
            if fingerprint is None:
                continue
            first = self._seen.first(fingerprint, f"{file}:{item.line}" if item.element is None else _at(file, item))
            if first:
                what = "the same event stood before: equal dataset, timestamp, type, identifiers and transaction_id"
                yield Problem(file, item.line, item.element, "DUPLICATE_EVENT", "", f"{what} ({first})")


def read(item: Item) -> tuple[JSON, bool, Violation | None]:
    """The event as the server would read it, whether it may hold personal data, and what keeps it from being read."""
    if item.violation:
        return None, False, item.violation
    # An array is what a batch is, and its brackets count as a level of nesting.
    found = _decoded(item.body if item.element is None else b"[%b]" % item.body)
    if found.violation:  # without those brackets it says where in the event
        return None, False, _decoded(item.body).violation or found.violation
    is_read = found.kept is Kept.EVENT or item.element is not None
    return found.events[0] if is_read else orjson.loads(item.body), found.suspect, None


def _decoded(body: bytes) -> Decoded:
    return decode(Incoming("POST", "", "", _NO_HEADERS, body, len(body)), is_harmless)


def problem_of(file: str, item: Item, remark: Violation | Advisory) -> Problem:
    """A remark at its event's place in the file, rather than in the batch that it was judged with."""
    if item.violation or remark.code == "MALFORMED_JSON":
        message = remark.message.replace("The body", "The event").replace("line 1, column", "column")
        return Problem(file, item.line, item.element, remark.code, "", message)
    pointer = remark.pointer.removeprefix(f"/{remark.event}")
    place, _, text = remark.message.partition(": ")
    if not pointer:  # it is about the event, and names no field
        text = f"The event {text}" if place == f"events[{remark.event}]" else remark.message
    return Problem(file, item.line, item.element, remark.code, pointer, text)


class _Every(Collection[str]):
    """A collection in which everything is: any dataset could be provisioned."""

    def __contains__(self, _: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _common_data_set(events: Sequence[JSON]) -> str | None:
    """The one dataset of all events, None where they differ; a judge who knows it has less to look at."""
    first = events[0].get("data_set_id") if events and isinstance(events[0], dict) else None
    if not isinstance(first, str):
        return None
    return first if all(isinstance(event, dict) and event.get("data_set_id") == first for event in events) else None


def portions(found: Iterable[Item], most_bytes: int) -> Iterator[list[Item]]:
    """Items a thousand at a time, fewer where they are large."""
    portion: list[Item] = []
    size = 0
    for item in found:
        portion.append(item)
        size += len(item.body)
        if len(portion) >= MOST_EVENTS or size >= most_bytes:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _at(file: str, item: Item) -> str:
    return f"{file}:{item.line}, events[{item.element}]"
