"""Soaks a server: events at full rate, and everything else that it can do at the same time, over and over.

The log is so small that it evicts all the time, and is cleared in between. In the end every accepted event must be
accounted for, nothing may have leaked, and the server must not have complained. Exits with 1 where that is not so.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Iterator
from time import monotonic

import aiohttp
import uvloop

from benchmarks.soak import ending, watching
from benchmarks.soak.cycle import Pool, all_counted, burst, full_rate
from benchmarks.soak.ending import Seen
from benchmarks.soak.serving import served
from benchmarks.soak.site import Broken, Site

_CYCLE_SECONDS = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="for how long")
    length.add_argument("--seconds", type=float, help="the same; memory is not judged below two minutes")
    chosen = parser.parse_args()
    seconds = chosen.seconds if chosen.minutes is None else chosen.minutes * 60
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    try:
        with served() as (port, pid):
            seen = uvloop.run(_soaked(port, pid, seconds))
        print(f"{ending.table(seen)}\n\n{ending.course(seen)}")
        ending.judge(seen)
    except* Broken as broken:
        for what in _causes(broken):
            print(f"broken: {what}", file=sys.stderr)
        sys.exit(1)


def _causes(group: ExceptionGroup[Broken]) -> Iterator[Broken]:
    """Those that were raised, of however many tasks inside one another."""
    for cause in group.exceptions:
        if isinstance(cause, ExceptionGroup):
            yield from _causes(cause)
        else:
            yield cause


async def _soaked(port: int, pid: int, seconds: float) -> Seen:
    """Cycle after cycle, the last of which may end late. Raises Broken."""
    pool, seen, began = Pool(), Seen(), monotonic()
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector) as session:
        site = Site(session, port)
        while monotonic() < began + seconds:
            async with asyncio.TaskGroup() as group:
                watcher = group.create_task(watching.watch(site, pid, began, seen.samples))
                seen.tally = seen.tally.plus(await burst(site, pool))
                seen.tally = seen.tally.plus(await full_rate(site, pool, min(_CYCLE_SECONDS, seconds / 2)))
                watcher.cancel()
            await all_counted(site)
            usual = seen.quiet[0].descriptors if seen.quiet else None
            seen.quiet.append(await watching.quiet_sample(site, pid, began, usual))
            print(f"{seen.samples[-1].at:.0f} s: {seen.tally.accepted:,} events", file=sys.stderr, flush=True)
        seen.done = site.done
    return seen


if __name__ == "__main__":
    main()
