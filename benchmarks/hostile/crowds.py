"""Many connections at a time that send or read slowly, or neither, or go away."""

from __future__ import annotations

from contextlib import suppress

from benchmarks.hostile.requests import BATCH, LIMIT, SINGLE, head, honest, post, with_ext, written
from benchmarks.hostile.stage import Failure, Stage
from benchmarks.hostile.wire import crowd

_LITTLE = 4_096
"""What a slow reader has room for, in bytes."""
_SLOW_ROUNDS = 20


def idle(stage: Stage) -> None:
    """Connections on which nothing is ever sent, and half as many that have sent an event and stay."""
    with crowd(stage.server.port, stage.plan.idle, stage.plan.timeout) as links:
        stage.opened = len(links)
        for number, link in enumerate(links[::2]):
            link.send(post(written(honest(number))))
        for link in links[::2]:
            _count(stage, link.answer().status)
        stage.be_honest()


def slow_heads(stage: Stage) -> None:
    """Heads that come line by line, and never end."""
    with crowd(stage.server.port, stage.plan.crowd, stage.plan.timeout) as links:
        stage.opened = len(links)
        for number in range(_SLOW_ROUNDS):
            for link in links:
                link.send(b"X-%d: y\r\n" % number if number else head(SINGLE)[:-2])
            stage.be_honest()


def slow_bodies(stage: Stage) -> None:
    """Bodies that come byte by byte, and are answered when they end."""
    body = written(honest(0))
    with crowd(stage.server.port, stage.plan.crowd, stage.plan.timeout) as links:
        stage.opened = len(links)
        for link in links:
            link.send(head(SINGLE, f"Content-Length: {len(body)}"))
        for at in range(_SLOW_ROUNDS):
            for link in links:
                link.send(body[at : at + 1])
            stage.be_honest()
        for link in links:
            link.send(body[_SLOW_ROUNDS:])
        for link in links:
            _count(stage, link.answer().status)


def slow_large_bodies(stage: Stage) -> None:
    """Five megabytes are announced, or none; most of them are sent, as far as they are taken; no more comes."""
    part = b"[" + b"{}," * (LIMIT // 3 - 100_000)
    with crowd(stage.server.port, stage.plan.crowd, 0.05) as links:
        stage.opened = len(links)
        for number, link in enumerate(links):
            framing = f"Content-Length: {LIMIT}" if number % 2 else "Transfer-Encoding: chunked"
            data = part if number % 2 else b"%x\r\n%s\r\n" % (len(part), part)
            with suppress(TimeoutError):  # no more of it is taken
                link.send(head(BATCH, framing) + data)
            if number % 50 == 0:
                stage.be_honest()
        stage.be_honest()


def half_closed(stage: Stage) -> None:
    """The sending side ends in the middle of the head, of the body, or right after the request."""
    body = written(honest(0))
    whole = post(body)
    for first in range(0, stage.plan.few(20), stage.plan.crowd):
        with crowd(stage.server.port, min(stage.plan.crowd, stage.plan.few(20) - first), stage.plan.timeout) as links:
            stage.opened += len(links)
            for link in links:
                link.send(whole[: stage.dice.choice((0, 10, len(whole) - len(body), len(whole) - 5, len(whole)))])
                link.end()
            for link in links:
                _count(stage, link.last().status)


def hang_ups(stage: Stage) -> None:
    """The connection is reset in the middle of anything, with answers that nobody reads."""
    whole = post(written(honest(0))) * 3 + post(b"[" + b"{}," * 100_000, BATCH)
    for number in range(stage.plan.few(10)):
        link = stage.connect()
        link.send(
            whole[: stage.dice.randrange(len(whole))] if number % 10 == 0 else whole[: stage.dice.randrange(3000)]
        )
        link.reset()
        stage.opened += 1


def unread_answers(stage: Stage) -> None:
    """Requests one after another on one connection, and no answer is ever read."""
    request = post(b"{")
    with crowd(stage.server.port, max(2, stage.plan.crowd // 20), 0.2, _LITTLE) as links:
        stage.opened = len(links)
        for link in links:
            with suppress(TimeoutError):  # no more of it is taken
                link.send(request * stage.plan.requests * 10)
        stage.be_honest()


def slow_readers_of_pages(stage: Stage) -> None:
    """Pages and exports of a log of large submissions, which nobody reads."""
    _fill(stage)
    paths = ("/_inspect?limit=1000", "/_inspect/events?limit=1000", "/_inspect/export", "/_inspect/export?format=har")
    _ask_and_do_not_read(stage, paths)


def slow_readers_of_streams(stage: Stage) -> None:
    """The same of streams, which begin with all that is in the log."""
    _fill(stage)
    _ask_and_do_not_read(stage, ("/_inspect/stream?last_event_id=0",))


def _fill(stage: Stage) -> None:
    link = stage.connect()
    for number in range(min(12, stage.plan.crowd)):
        text = b"[" + b"[]," * (LIMIT // 3 - 1000) + b"1]" if number % 4 == 0 else b'"%s"' % (b"x" * (LIMIT - 3000))
        core = b'{"x":%s}' % text
        link.send(post(with_ext(core)))
        answer = link.answer()
        if answer.status != 200:
            raise Failure(f"a large event was answered {answer}")
        _count(stage, answer.status)
    link.close()


def _ask_and_do_not_read(stage: Stage, paths: tuple[str, ...]) -> None:
    with crowd(stage.server.port, stage.plan.crowd, stage.plan.timeout, _LITTLE) as links:
        stage.opened = len(links)
        for number, link in enumerate(links):
            link.send(head(paths[number % len(paths)], method="GET"))
            if number % 50 == 0:
                stage.be_honest()
        for _ in range(3):
            stage.be_honest()


def _count(stage: Stage, status: int) -> None:
    stage.sent += 1
    stage.answers[status] += 1
    if status >= 500:
        raise Failure(f"a request was answered {status}")
