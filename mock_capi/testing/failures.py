"""What a failed assertion says: what was expected, how many matched, and what came nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_capi.terminal import harmless
from mock_capi.testing.expectation import NOTHING, Difference, Expectation
from mock_capi.testing.log import EVENTS, SUBMISSIONS, Log
from mock_capi.testing.results import Event, Submission

_SHOWN = 3
_MOST_COUNT = 1_000_000
_INDENT = " " * 7


class NotReceived(AssertionError):  # noqa: N818 - it says what happened, as tests read it
    """What should have come did not, or something came that should not; the message tells all of it."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something in the log: its submission, the event in question if there is one, and how it differs."""

    submission: Submission
    event: Event | None
    differences: Sequence[Difference] = ()


def too_few(log: Log, headline: str, expectation: Expectation, passed: Sequence[Event], of: str = EVENTS) -> str:
    """The message where more were expected; `passed` are the events that at least the filters let pass."""
    misses = sorted(_misses(log, expectation, passed, of), key=lambda miss: len(miss.differences))[:_SHOWN]
    told = "Nearest misses:" if misses else "Nothing else has arrived."
    return _message(headline, expectation, told, misses)


def too_many(log: Log, headline: str, expectation: Expectation, matching: Sequence[Event]) -> str:
    """The message where fewer were expected."""
    shown = [Sighting(log.submission(event.submission_id), event) for event in matching[:_SHOWN]]
    told = "Matching:" if len(matching) <= _SHOWN else f"Matching, the first {_SHOWN}:"
    return _message(headline, expectation, told, shown)


def _message(headline: str, expectation: Expectation, told: str, sightings: Iterable[Sighting]) -> str:
    lines = [f"{headline}{':' if expectation.asked else '.'}"]
    lines += [f"    {name}={value!r}" for name, value in expectation.asked.items()]
    lines += ["", told]
    for number, sighting in enumerate(sightings, 1):
        lines.append(f"  {number}. {harmless(_title(sighting))}")
        lines += [f"{_INDENT}{harmless(line)}" for line in _details(sighting)]
    return "\n".join(lines)


def _title(sighting: Sighting) -> str:
    submission, event = sighting.submission, sighting.event
    if event is None:
        what, stored = "a request", submission.accepted
    else:
        what, stored = str(event.event_type), event.stored
    fate = ("accepted" if event is None else "stored") if stored else "refused"
    if submission.error_code:
        fate = f"refused with {submission.status} {submission.error_code}"
    copy = ", a duplicate" if event is not None and event.duplicate_of else ""
    return f"{what}, {fate}{copy} ({submission.id})"


def _details(sighting: Sighting) -> Iterator[str]:
    if sighting.submission["message"]:
        yield sighting.submission["message"]
    yield from map(str, sighting.differences)


def _misses(log: Log, expectation: Expectation, passed: Sequence[Event], of: str) -> Iterator[Sighting]:
    """What came near, and requests in which no event could be found."""
    if of == EVENTS:
        yield from _by_fields(log, expectation, passed)
        yield from _by_filters(log, expectation)
    for view in _kept_out(log, expectation, SUBMISSIONS):
        if of == SUBMISSIONS or not view["events"]:
            submission = log.submission(view["id"])
            yield Sighting(submission, None, _kept_out_by(view, expectation, submission))


def _by_fields(log: Log, expectation: Expectation, passed: Sequence[Event]) -> Iterator[Sighting]:
    differing = [(event, expectation.differences(event)) for event in passed]
    nearest = sorted((pair for pair in differing if pair[1]), key=lambda pair: len(pair[1]))
    for event, found in nearest[:_SHOWN]:
        yield Sighting(log.submission(event.submission_id), event, found)


def _by_filters(log: Log, expectation: Expectation) -> Iterator[Sighting]:
    for view in _kept_out(log, expectation, EVENTS):
        event = Event(view)
        submission = log.submission(event.submission_id)
        found = [*_kept_out_by(view, expectation, submission), *expectation.differences(event)]
        yield Sighting(submission, event, found)


def _kept_out(log: Log, expectation: Expectation, of: str) -> list[dict[str, Any]]:
    """What the server says came near its filters."""
    answered = log.wait(_MOST_COUNT, 0, expectation.filters, of)
    return answered["nearest_misses"] if answered else []


def _kept_out_by(view: Mapping[str, Any], expectation: Expectation, submission: Submission) -> list[Difference]:
    """The filters that were asked for and kept something out; of others, its title tells."""
    names = [name for name in view["kept_out_by"] if name in expectation.asked]
    return [Difference(name, expectation.asked[name], _ACTUAL[name](view, submission)) for name in names]


def _codes(remarks: str) -> Callable[[Mapping[str, Any], Submission], object]:
    return lambda _view, submission: ", ".join(dict.fromkeys(r["code"] for r in submission[remarks])) or NOTHING


def _of_submission(name: str) -> Callable[[Mapping[str, Any], Submission], object]:
    return lambda _view, submission: submission[name]


# What a filter looks at, in something that it kept out.
_ACTUAL: Mapping[str, Callable[[Mapping[str, Any], Submission], object]] = {
    "data_set_id": _of_submission("data_set_id"),
    "endpoint": _of_submission("endpoint"),
    "outcome": lambda view, _submission: view["outcome"],
    "status": _of_submission("status"),
    "error_code": _codes("violations"),
    "advisory": _codes("advisories"),
    "event_type": lambda view, _submission: Event(view).event_type if "event" in view else NOTHING,
    "late": lambda view, _submission: view.get("late", NOTHING),
    "submission_id": _of_submission("id"),
    "since": _of_submission("received_at"),
    "until": _of_submission("received_at"),
    "q": lambda _view, _submission: NOTHING,
}
