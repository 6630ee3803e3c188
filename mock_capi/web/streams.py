"""GET /_inspect/stream: the log as it grows, one server-sent event for each submission."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from random import uniform
from threading import Event, Lock

import orjson

from mock_capi import query
from mock_capi.ledger import Ledger
from mock_capi.model import Submission
from mock_capi.waiting import CLEARED, CLOSED, Follower
from mock_capi.watch import TooManyError
from mock_capi.web import plain
from mock_capi.web.browsers import CAREFUL
from mock_capi.web.capi import Answer, Head
from mock_capi.web.outgoing import Outgoing, portion
from mock_capi.web.plain import Refused
from mock_capi.web.sending import Receive, Send, deliver, departure, first_of, start
from mock_capi.web.views import submission_view

HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), ("Cache-Control", "no-store"), *CAREFUL)
RESUMED_BY, RESUMED_BY_TOO = "Last-Event-ID", "last_event_id"
"""A header and a parameter: browsers send the one by themselves, but only when they come back."""
HEARTBEAT_SECONDS = 15.0
_AT_ONCE = 100
_LARGE_BYTES = 32_768
# A busy log is told in portions: a hundred readers of five hundred events a second would be fifty thousand writes.
# Each reader takes breaks of its own length, or all would write at once and senders wait for that.
_GATHERING_SECONDS = (0.05, 0.1)
_MOST_FRAME_BYTES = 16_000_000
_GREETING, _HEARTBEAT = b"retry: 1000\n\n", b": nothing new\n\n"
_MISSED = b"event: missed\ndata: {}\n\n"
_ENDINGS = {CLEARED: b"event: cleared\ndata: {}\n\n", CLOSED: b"event: closed\ndata: {}\n\n"}
_OF_PAGES = ("limit", "cursor", "order")
Wake = Callable[[], object]


class Frames:
    """Submissions as they are streamed; the latest are kept, since all who follow are told the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._making_large = Lock()
        self._written: dict[int, bytes] = {}
        self._bytes = 0

    def of(self, submission: Submission) -> bytes:
        """The frame of a submission; that of a large one may take a while, in which others get theirs."""
        with self._making_large if is_large(submission) else nullcontext():
            with self._lock:
                frame = self._written.get(submission.sequence)
            return frame or self._make(submission)

    def _make(self, submission: Submission) -> bytes:
        data = orjson.dumps(submission_view(submission))
        frame = b"id: %d\ndata: %s\n\n" % (submission.sequence, data)
        with self._lock:
            if submission.sequence not in self._written:
                self._written[submission.sequence] = frame
                self._bytes += len(frame)
            while self._bytes > _MOST_FRAME_BYTES:
                self._bytes -= len(self._written.pop(next(iter(self._written))))
        return frame


def is_large(submission: Submission) -> bool:
    """Whether it takes long to write, so long that others should not wait for it."""
    return submission.body_bytes > _LARGE_BYTES


class Stream:
    """One reader's way through the log. `wake` is called, in any thread, when there is something to say."""

    def __init__(
        self, ledger: Ledger, frames: Frames, parameters: Mapping[str, str], resumed: str | None, wake: Wake
    ) -> None:
        filters = {name: text for name, text in parameters.items() if name != RESUMED_BY_TOO}
        for name in _OF_PAGES:
            if name in filters:
                raise Refused("INVALID_PARAMETER", f"{name} is of pages; a stream has no end")
        try:
            self.follower = Follower(query.parse(filters, also=(RESUMED_BY_TOO,)), wake)
        except query.QueryError as error:
            raise Refused("INVALID_PARAMETER", str(error)) from None
        self._ledger = ledger
        self._frames = frames
        self._last = _sequence(resumed or parameters.get(RESUMED_BY_TOO), ledger)

    @property
    def is_over(self) -> bool:
        return self.follower.ended is not None

    def greeting(self) -> bytes:
        """How it begins: with a word about what the reader has missed for good."""
        return _GREETING + (_MISSED if self._ledger.was_evicted_after(self._last) else b"")

    def news(self) -> Iterator[bytes]:
        """All there is to say now, in portions."""
        self.follower.rest()
        ending = _ENDINGS.get(self.follower.ended or "")
        while found := self._ledger.since(self._last, _AT_ONCE):
            frames = map(self._frames.of, self._those_of(found))
            more = True
            while more:
                data, more = portion(frames)
                if data:
                    yield data
        if ending:
            yield ending

    def takes_long(self) -> bool:
        """Whether something large comes next."""
        return any(map(is_large, self._ledger.since(self._last, _AT_ONCE)))

    def _those_of(self, found: Sequence[Submission]) -> Iterator[Submission]:
        for item in found:
            self._last = item.sequence
            if self.follower.query.matches(item):
                yield item


def _sequence(text: str | None, ledger: Ledger) -> int:
    if text is None:
        return ledger.newest
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refused("INVALID_PARAMETER", f"{RESUMED_BY} is the id of an event of this stream")
    return int(text)


class Streams:
    """All the streams of one application."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._frames = Frames()

    def blocking(self, parameters: Mapping[str, str], resumed: str | None) -> tuple[Iterator[bytes], ExitStack]:
        """The bytes, each waited for in the thread that asks for it, and what to close when nobody does."""
        news = Event()
        stream = Stream(self._ledger, self._frames, parameters, resumed, news.set)
        watching = ExitStack()
        try:
            watching.enter_context(self._ledger.watched_by(stream.follower))
        except TooManyError as error:
            raise Refused("TOO_MANY_WAITS", f"{error}.") from None
        return _portions(stream, news), watching

    async def serve(self, outgoing: Outgoing, head: Head, receive: Receive, send: Send) -> None:
        """Stream without a thread, until the client goes away or the log is cleared or closed."""
        if head.method == "HEAD":
            await deliver(Answer(200, HEADERS, b""), send)
            return
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        resumed = head.headers.get(RESUMED_BY.title())
        try:
            parameters = plain.parameters(head.query)
            wake = partial(loop.call_soon_threadsafe, news.set)
            stream = Stream(self._ledger, self._frames, parameters, resumed, wake)
            with self._ledger.watched_by(stream.follower), departure(receive) as left:
                await _stream(stream, news, left, outgoing, send)
        except TooManyError as error:
            await deliver(plain.refusal("TOO_MANY_WAITS", f"{error}."), send)
        except Refused as refused:
            await deliver(plain.refusal(refused.code, refused.message), send)


def _portions(stream: Stream, news: Event) -> Iterator[bytes]:
    yield stream.greeting()
    while True:
        news.clear()
        yield from stream.news()
        if stream.is_over:
            return
        if not news.wait(HEARTBEAT_SECONDS):
            yield _HEARTBEAT


async def _stream(
    stream: Stream, news: asyncio.Event, left: asyncio.Future[None], outgoing: Outgoing, send: Send
) -> None:
    await send(start(200, HEADERS))
    await outgoing.send_next(iter((stream.greeting(),)), send)
    while not left.done():
        news.clear()
        parts = stream.news()
        while not left.done() and await outgoing.send_next(parts, send, aside=stream.takes_long()):
            pass
        if stream.is_over:
            await send({"type": "http.response.body", "body": b""})
            return
        await asyncio.sleep(uniform(*_GATHERING_SECONDS))  # noqa: S311 - nobody gains from guessing it  # nosec B311
        await first_of(news, left, HEARTBEAT_SECONDS)
        if not news.is_set() and not left.done():
            await outgoing.send_next(iter((_HEARTBEAT,)), send)
