"""Hostile input against a real server: `python -m benchmarks.hostile`.

After each attack nothing has been answered 5xx, the server runs and has said nothing on stderr, its memory has stayed
within a bound, no connection is left open, and an honest event is received and stands in the log.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random

from benchmarks.hostile.attacks import ATTACKS, Attack
from benchmarks.hostile.server import Server, running
from benchmarks.hostile.stage import Failure, Plan, Stage

# For a machine that does other things besides, hence the patience.
_SHORT = Plan(requests=240, idle=300, crowd=8, connections=4, honest=30.0)
# A log that is soon full, so that what grows is something else; it is let go of between attacks.
_OPTIONS = ("--log-bytes", "80000000")
_MOST_HELD = 1_000.0
"""MB that a server may hold, in the end and between attacks; what Python once had it does not always give back."""
_COLUMNS = "{:31} {:>9} {:>7} {:>8} {:>8} {:>8} {:>6} {:>8}  {}"


def one(name: str, attack: Attack, server: Server, stage: Stage) -> str:
    """Run an attack; a line of the table. Raises Failure."""
    before, descriptors = server.resident(), server.descriptors()
    server.forget_peak()
    started = time.perf_counter()
    attack.run(stage)
    seconds = time.perf_counter() - started
    stage.be_honest()
    growth = server.peak() - before
    left = stage.settle(descriptors) - descriptors
    holds = server.resident()
    if complaints := server.complaints():
        raise Failure(f"the server says on stderr: {complaints[-3000:]}")
    if growth > attack.most_growth or holds > _MOST_HELD:
        allowed = f"{attack.most_growth:.0f} and {_MOST_HELD:.0f} MB are allowed"
        raise Failure(f"the server grew by {growth:.0f} MB and holds {holds:.0f} MB; {allowed}")
    statuses = ", ".join(f"{status or 'closed'}: {count:,}" for status, count in sorted(stage.answers.items()))
    figures = (f"{stage.sent:,}", f"{stage.opened:,}", f"{seconds:.1f} s", f"{growth:.0f} MB", f"{holds:.0f} MB", left)
    return _COLUMNS.format(name, *figures, f"{stage.slowest_honest * 1000:.0f} ms", statuses or "-")


def rounds(chosen: argparse.Namespace, plan: Plan) -> None:
    """All attacks on one server, with other dice each time, until the time is over. Raises Failure."""
    end = time.monotonic() + 60 * chosen.minutes
    with running(*_OPTIONS) as server:
        _stage(server, plan, 0).be_honest()  # what is loaded when it is first needed is there from now on
        for seed in count(chosen.seed):
            print(f"seed {seed}; {server.resident():.0f} MB, {server.descriptors()} descriptors before", flush=True)
            for name, attack in ATTACKS.items():
                if chosen.only in name:
                    server.forget_log()
                    print(_survived(name, attack, server, _stage(server, plan, seed)), flush=True)
            if time.monotonic() > end:
                break
        print(f"{server.resident():.0f} MB, {server.descriptors()} descriptors afterwards")


def _stage(server: Server, plan: Plan, seed: int) -> Stage:
    return Stage(server, plan, Random(seed))  # noqa: S311 - nothing secret


def _survived(name: str, attack: Attack, server: Server, stage: Stage) -> str:
    try:
        return one(name, attack, server, stage)
    except (Failure, OSError) as error:
        complaints = server.complaints()[-3000:]
        raise Failure(f"{name}: {error!r}\nalive: {server.is_alive()}; on stderr: {complaints}") from error


def main() -> None:
    """Read the command line, run, tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few seconds of everything")
    parser.add_argument("--requests", type=int, help="of each kind; costly ones are a share of it")
    parser.add_argument("--idle", type=int, help="how many idle connections, as far as the system allows")
    parser.add_argument("--minutes", type=float, default=0.0, help="go on with other seeds until so many have passed")
    parser.add_argument("--seed", type=int, default=1, help="the same seed sends the same, but for the time of events")
    parser.add_argument("--only", default="", help="only attacks with this in their name")
    chosen = parser.parse_args()
    if not any(chosen.only in name for name in ATTACKS):
        parser.error(f"no attack has {chosen.only!r} in its name; there are {', '.join(ATTACKS)}")
    plan = _SHORT if chosen.short else Plan()
    plan = replace(plan, requests=chosen.requests or plan.requests, idle=chosen.idle or plan.idle)
    print(f"{date.today()}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs")
    print(_COLUMNS.format("attack", "requests", "conns", "time", "growth", "holds", "left", "honest", "answers"))
    try:
        rounds(chosen, plan)
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
    print("passed")


if __name__ == "__main__":
    main()
