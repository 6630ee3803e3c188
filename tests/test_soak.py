"""The soak finds nothing in a sound server, and does find what is wrong with others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.soak import ending
from benchmarks.soak.cycle import Tally
from benchmarks.soak.ending import SHORTEST_JUDGED_SECONDS, STARTED_LATER, Seen
from benchmarks.soak.serving import served
from benchmarks.soak.site import Broken
from benchmarks.soak.watching import Sample
from tests.tables import ROOT

SOUND = Seen(
    tally=Tally(accepted=100, evicted=70, cleared=30, requests=90, seconds=9.0),
    samples=[Sample(SHORTEST_JUDGED_SECONDS * place / 8, 90.0, 40, 12, 10, 10, 900) for place in range(9)],
    quiet=[Sample(at, 90.0, 19, 12, 0, 0, 0) for at in (10.0, SHORTEST_JUDGED_SECONDS)],
)


def test_a_short_soak_finds_nothing() -> None:
    """Everything at once for two seconds: each accepted event is accounted for, and the server never complains."""
    command = [sys.executable, "-m", "benchmarks.soak", "--seconds", "2"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ", 0 |" in next(line for line in ended.stdout.splitlines() if "unaccounted for" in line)


def test_a_sound_run_is_let_pass() -> None:
    """Memory that stays, descriptors that are closed, events that add up."""
    ending.judge(SOUND)


def _grown(seen: Seen) -> Seen:
    return replace(seen, samples=[look._replace(memory=90 + place * 2) for place, look in enumerate(seen.samples)])


def _left_open(seen: Seen) -> Seen:
    return replace(seen, quiet=[seen.quiet[0], seen.quiet[-1]._replace(descriptors=20)])


def _left_running(seen: Seen) -> Seen:
    return replace(seen, quiet=[seen.quiet[0], seen.quiet[-1]._replace(threads=12 + STARTED_LATER + 1)])


def _lost(seen: Seen) -> Seen:
    return replace(seen, tally=seen.tally._replace(cleared=29))


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (_grown, "memory has grown to 1.06"),
        (_left_open, "19 descriptors became 20"),
        (_left_running, "12 threads became 18"),
        (_lost, "not accounted for"),
    ],
)
def test_what_leaks_is_told(spoilt: Callable[[Seen], Seen], told: str) -> None:
    """Each kind of leak ends the soak with what it is."""
    with pytest.raises(Broken, match=told):
        ending.judge(spoilt(SOUND))


def test_memory_is_not_judged_before_it_has_settled() -> None:
    """A short run grows while it warms up."""
    grown = _grown(SOUND)
    ending.judge(replace(grown, quiet=[look._replace(at=10.0) for look in grown.quiet]))


def test_a_server_that_dies_is_noticed() -> None:
    """Whatever it was in the middle of."""
    with pytest.raises(Broken, match="exited with -9"), served() as (_, pid):
        os.kill(pid, signal.SIGKILL)
