"""What a soak comes to: a verdict on what leaked, and a table of what was seen."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.soak.cycle import Tally
from benchmarks.soak.site import expect
from benchmarks.soak.watching import Sample
from mock_capi.web.asgi import THREADS

SHORTEST_JUDGED_SECONDS = 120.0
MOST_GROWTH = 1.05
# Flask's threads are started one by one, as far as they are needed at a time; large bodies have one to be judged in.
STARTED_LATER = THREADS + 1
_SHOWN = 12


@dataclass
class Seen:
    """What was counted, every second's sample, the sample of each quiet moment, what was gone through how often."""

    tally: Tally = field(default_factory=Tally)
    samples: list[Sample] = field(default_factory=list)
    quiet: list[Sample] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def growth(self) -> float:
        """The memory of the last third of the time by that of the second one; the first is for warming up."""
        third = len(self.samples) // 3
        second, last = self.samples[third : 2 * third], self.samples[2 * third :]
        return _median(last) / _median(second or last)


def judge(seen: Seen) -> None:
    """Raise Broken where something leaked."""
    first, last = seen.quiet[0], seen.quiet[-1]
    expect(last.descriptors <= first.descriptors, f"{first.descriptors} descriptors became {last.descriptors}")
    expect(last.threads <= first.threads + STARTED_LATER, f"{first.threads} threads became {last.threads}")
    expect(seen.tally.unaccounted == 0, f"not accounted for: {seen.tally}")
    if last.at >= SHORTEST_JUDGED_SECONDS:
        expect(seen.growth <= MOST_GROWTH, f"memory has grown to {seen.growth:.3f} times what it was")


def table(seen: Seen) -> str:
    """What was seen, as a table in Markdown."""
    tally, samples, quiet = seen.tally, seen.samples, seen.quiet
    rows = {
        "events accepted": f"{tally.accepted:,} in {samples[-1].at:.0f} s",
        "of these evicted, cleared, unaccounted for": f"{tally.evicted:,}, {tally.cleared:,}, {tally.unaccounted:,}",
        "requests at full rate": f"{tally.requests / tally.seconds:,.0f} a second, beside everything else",
        "events in the log": f"{_span(samples, 'events')}, limit 5,000",
        "memory": f"{_span(samples, 'memory')} MB; last third by second third {seen.growth:.3f}",
        "descriptors": f"{_span(samples, 'descriptors')}; when quiet {_ends(quiet, 'descriptors')}",
        "threads": f"{_span(samples, 'threads')}; when quiet {_ends(quiet, 'threads')}",
        "gone through": ", ".join(f"{name} {count:,}" for name, count in sorted(seen.done.items())),
        "the server's complaints, exit code": "none, 0",
    }
    return "\n".join(("| | |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in rows.items())))


def course(seen: Seen) -> str:
    """How it went over time: some of the samples, as a table in Markdown."""
    columns = ("at", "memory", "descriptors", "threads", "submissions", "events", "bytes")
    heads = ("second", "memory, MB", "descriptors", "threads", "submissions", "events", "their bytes")
    every = -(-len(seen.samples) // _SHOWN)
    lines = [heads, ("---:",) * len(heads)]
    lines += [tuple(f"{getattr(look, name):,.0f}" for name in columns) for look in seen.samples[::every]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _median(samples: Sequence[Sample]) -> float:
    return statistics.median(sample.memory for sample in samples)


def _span(samples: Sequence[Sample], name: str) -> str:
    values = [getattr(sample, name) for sample in samples]
    return f"{min(values):,.0f} to {max(values):,.0f}"


def _ends(quiet: Sequence[Sample], name: str) -> str:
    return f"{getattr(quiet[0], name)} at first, {getattr(quiet[-1], name)} at last"
