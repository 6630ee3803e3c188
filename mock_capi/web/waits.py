"""GET /_inspect/wait: what is asked for, the waiting itself, and what is answered when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from threading import Event
from typing import Any

from mock_capi import query
from mock_capi.ledger import Ledger
from mock_capi.waiting import CLEARED, CLOSED, EVENTS, OF, Asked, Miss, Wait, nearest_misses
from mock_capi.watch import TooManyError
from mock_capi.web import plain
from mock_capi.web.capi import Answer, Head, Written
from mock_capi.web.outgoing import Outgoing
from mock_capi.web.pages import events_page, submissions_page
from mock_capi.web.plain import Refused
from mock_capi.web.sending import Receive, Send, deliver, departure, first_of, start
from mock_capi.web.views import lone_event_view, submission_view

DEFAULT_SECONDS, MOST_SECONDS = 10.0, 600.0
MOST_COUNT = 1_000_000
OWN = ("count", "timeout", "of")
_ENDINGS = {
    CLEARED: ("LOG_CLEARED", "The log was cleared while you waited."),
    CLOSED: ("SHUTTING_DOWN", "The server comes to its end, and so does every wait."),
}


def read(parameters: Mapping[str, str]) -> Asked:
    """What is waited for. Raises Refused."""
    filters = {name: text for name, text in parameters.items() if name not in OWN}
    count = _count(parameters.get("count", "1"))
    filters.setdefault("limit", str(min(max(count, 1), query.MOST)))
    of = parameters.get("of", EVENTS)
    if of not in OF:
        raise Refused("INVALID_PARAMETER", f"of is {' or '.join(OF)}")
    try:
        asked = query.parse(filters, also=OWN)
    except query.QueryError as error:
        raise Refused("INVALID_PARAMETER", str(error)) from None
    return Asked(asked, count, _seconds(parameters.get("timeout", str(DEFAULT_SECONDS))), of)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= MOST_COUNT):
        raise Refused("INVALID_PARAMETER", f"count is a whole number from 0 to {MOST_COUNT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST_SECONDS:
        raise Refused("INVALID_PARAMETER", f"timeout is a number of seconds from 0 to {MOST_SECONDS:.0f}")
    return seconds


def blocking(ledger: Ledger, parameters: Mapping[str, str]) -> Answer | Written:
    """Wait in this thread."""
    over = Event()
    wait = Wait(read(parameters), over.set)
    try:
        with ledger.watched_by(wait):
            over.wait(wait.asked.timeout)
    except TooManyError as error:
        raise Refused("TOO_MANY_WAITS", f"{error}.") from None
    return concluded(ledger, wait)


async def serve(ledger: Ledger, outgoing: Outgoing, head: Head, receive: Receive, send: Send) -> None:
    """Wait without a thread; a client that goes away ends it."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    try:
        wait = Wait(read(plain.parameters(head.query)), lambda: loop.call_soon_threadsafe(over.set))
        with ledger.watched_by(wait), departure(receive) as left:
            await first_of(over, left, wait.asked.timeout)
        if left.done():
            return
        found = await outgoing.aside(partial(concluded, ledger, wait))
    except TooManyError as error:
        found = plain.refusal("TOO_MANY_WAITS", f"{error}.")
    except Refused as refused:
        found = plain.refusal(refused.code, refused.message)
    if isinstance(found, Written):
        await outgoing.send_all(start(found.status, found.headers), found.parts, receive, send)
    else:
        await deliver(found, send)


def concluded(ledger: Ledger, wait: Wait) -> Answer | Written:
    """The answer to a wait that is over, by its end or by its timeout."""
    asked = wait.asked
    if wait.ended in _ENDINGS:
        return plain.refusal(*_ENDINGS[wait.ended])
    if wait.is_met == (asked.count > 0):
        page = events_page if asked.of == EVENTS else submissions_page
        return plain.listed(page(ledger, asked.query), {"matched": wait.matched})
    misses = [] if wait.is_met else [_miss_view(miss) for miss in nearest_misses(ledger, asked)]
    body = {"status": "error", "error_code": "WAIT_UNMET", "message": _message(wait)}
    return plain.answered({**body, "matched": wait.matched, "count": asked.count, "nearest_misses": misses}, 408)


def _message(wait: Wait) -> str:
    asked = wait.asked
    if asked.count == 0:
        return f"None should have come, but {wait.matched} did."
    return f"{wait.matched} of {asked.count} {asked.of} came within {asked.timeout:g} s."


def _miss_view(miss: Miss) -> dict[str, Any]:
    what: Any = miss.what
    view = submission_view(what) if hasattr(what, "verdict") else lone_event_view(what)
    return {"kept_out_by": list(miss.kept_out_by), **view}
