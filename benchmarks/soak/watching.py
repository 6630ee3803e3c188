"""What the server takes of the machine while it is soaked, and how full its log is."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import NamedTuple

from benchmarks import processes
from benchmarks.soak.site import Site, expect

_EVERY_SECONDS = 1.0
_FEWEST_LOOKS, _MOST_LOOKS = 10, 50


class Sample(NamedTuple):
    """One look: seconds since the beginning, memory in MB, what is open, and what the log holds."""

    at: float
    memory: float
    descriptors: int
    threads: int
    submissions: int
    events: int
    bytes: int


async def sample(site: Site, pid: int, began: float) -> Sample:
    """Look now. The log must be within its limits."""
    log = (await site.get("/_inspect/status"))["log"]
    expect(log["events"] <= log["max_events"] and log["bytes"] <= log["max_bytes"], f"past the limits: {log}")
    taken = processes.resident(pid), processes.descriptors(pid), processes.threads(pid)
    return Sample(monotonic() - began, *taken, log["submissions"], log["events"], log["bytes"])


async def watch(site: Site, pid: int, began: float, samples: list[Sample]) -> None:
    """Look every second, until cancelled."""
    while True:
        samples.append(await sample(site, pid, began))
        await asyncio.sleep(_EVERY_SECONDS)


async def quiet_sample(site: Site, pid: int, began: float, usual: int | None) -> Sample:
    """A look while nobody else is connected, once the server has noticed that all are gone: the best of a second.

    It has five where more than the `usual` number of descriptors is open; on a busy machine it may need them.
    """
    looks: list[Sample] = []
    for number in range(1, _MOST_LOOKS + 1):
        await asyncio.sleep(0.1)
        looks.append(await sample(site, pid, began))
        if number >= _FEWEST_LOOKS and (usual is None or min(look.descriptors for look in looks) <= usual):
            break
    return min(looks, key=lambda look: (look.descriptors, look.threads))
