"""Pages of the log as JSON, written item by item: all of a long one at once could fill the memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import orjson

from mock_capi.events import events_of
from mock_capi.ledger import Ledger
from mock_capi.model import EventOutcome, Submission
from mock_capi.query import Query
from mock_capi.web.views import Json, lone_event_view, submission_view


class Page(NamedTuple):
    """Some items under a name, and what is told after them, which may depend on how far they went."""

    name: str
    items: Iterable[Json]
    after: Callable[[], Json]

    def written(self, before: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """The page as a JSON object; `before` are members that come first."""
        start = orjson.dumps(before)[:-1] + b"," if before else b"{"
        yield b'%s"%s":[' % (start, self.name.encode())
        for number, item in enumerate(self.items):
            yield (b"," if number else b"") + orjson.dumps(item)
        yield b"]," + orjson.dumps(self.after())[1:]


def submissions_page(ledger: Ledger, query: Query) -> Page:
    """A page of submissions."""
    matching = query.those_that_match(ledger.among(query.terms))
    items = list(islice(_from_cursor(matching, query, inclusive=False), query.limit + 1))
    more = len(items) > query.limit
    after = {
        "total": len(matching),
        "evicted": ledger.evicted(query.data_set_id).submissions,
        "next": str(items[query.limit - 1].sequence) if more else None,
    }
    return Page("submissions", map(submission_view, items[: query.limit]), lambda: after)


def events_page(ledger: Ledger, query: Query) -> Page:
    """A page of events, flat; within a submission they run in the page's order too."""
    found = ledger.among(query.terms)
    matching = query.those_that_may_match_within(found)
    events = _events_from_cursor(matching, query)
    last: list[str] = []

    def shown() -> Iterator[Json]:
        for event in islice(events, query.limit):
            last[:] = [f"{event.submission.sequence}.{event.index}"]
            yield lone_event_view(event)

    def after() -> Json:
        more = next(events, None) is not None
        return {
            "total": found.events if query.is_one_term else query.count_events_within(matching),
            "evicted": ledger.evicted(query.data_set_id).events,
            "next": last[0] if more else None,
        }

    return Page("events", shown(), after)


def _from_cursor(submissions: Sequence[Submission], query: Query, *, inclusive: bool) -> Iterator[Submission]:
    """Those that come after the cursor in the page's order, or from it on; they are given oldest first."""
    start, end = 0, len(submissions)
    if query.cursor is not None:
        bisect = bisect_left if inclusive == query.ascending else bisect_right
        place = bisect(submissions, query.cursor[0], key=lambda item: item.sequence)
        start, end = (place, end) if query.ascending else (start, place)
    return (submissions[place] for place in (range(start, end) if query.ascending else range(end - 1, start - 1, -1)))


def _events_from_cursor(submissions: Sequence[Submission], query: Query) -> Iterator[EventOutcome]:
    """The matching events that come after the cursor, in the page's order; what lies before it is not taken apart."""
    for submission in _from_cursor(submissions, query, inclusive=True):
        events = events_of(submission) if query.ascending else reversed(list(events_of(submission)))
        yield from (event for event in events if query.matches_event(event) and _is_after(event, query))


def _is_after(event: EventOutcome, query: Query) -> bool:
    if query.cursor is None:
        return True
    place = (event.submission.sequence, event.index)
    return place > query.cursor if query.ascending else place < query.cursor
