"""All attacks, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from benchmarks.hostile import bodies, bombs, crowds, drawn, framing, heads
from benchmarks.hostile.requests import Make
from benchmarks.hostile.stage import Stage, loosely, strictly


class Attack(NamedTuple):
    """What is done to a server, and how many MB that may take at most, on top of what it had."""

    run: Callable[[Stage], None]
    most_growth: float


def _requests(make: Make, *, share: int = 1, strict: bool = True, most_growth: float = 250) -> Attack:
    """A request after the other: all that are planned, or that share of them."""
    return Attack(partial(_barrage, make, share, strict), most_growth)


def _barrage(make: Make, share: int, strict: bool, stage: Stage) -> None:
    stage.barrage(make, stage.plan.few(share), strictly if strict else loosely)


ATTACKS: dict[str, Attack] = {
    "mutated events and batches": _requests(bodies.event),
    "bodies of 5 MB": _requests(bodies.large, share=100, most_growth=500),
    "JSON that swells when read": _requests(bombs.swelling, share=200, most_growth=700),
    "gzip and deflate bombs": _requests(bombs.compressed, share=4),
    "huge and odd numbers": _requests(bombs.numbers, share=4),
    "deep nesting": _requests(bombs.nesting, share=4),
    "surrogates, control characters": _requests(bombs.texts, share=4),
    "duplicate keys": _requests(bombs.keys, share=4),
    "odd headers": _requests(heads.headers, share=4, strict=False),
    "header floods": _requests(heads.floods, share=20, strict=False),
    "paths and methods": _requests(heads.paths, share=4, strict=False),
    "no HTTP": _requests(heads.no_http, share=20, strict=False),
    "broken chunks": _requests(framing.broken, share=4, strict=False),
    "tiny chunks": _requests(framing.tiny, share=10),
    "drawn by Hypothesis": Attack(drawn.requests, 250),
    "heads that never end": Attack(crowds.slow_heads, 250),
    "bodies byte by byte": Attack(crowds.slow_bodies, 250),
    "5 MB that never end": Attack(crowds.slow_large_bodies, 700),
    "half-closed connections": Attack(crowds.half_closed, 250),
    "hang-ups": Attack(crowds.hang_ups, 250),
    "answers that nobody reads": Attack(crowds.unread_answers, 250),
    "pages that nobody reads": Attack(crowds.slow_readers_of_pages, 1000),
    "streams that nobody reads": Attack(crowds.slow_readers_of_streams, 1000),
    "idle connections": Attack(crowds.idle, 500),
}
