"""How fast files of events are judged, and in how much memory: `python -m benchmarks.check`.

Each size is checked in a process of its own on one core, start-up included, and so is the floor: the same lines parsed
and validated, and nothing else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import events

_CHECK = "from mock_capi.cli import main; main(['check', *sys.argv[1:]], standalone_mode=False)"
_FLOOR = """
import jsonschema_rs, orjson
from mock_capi import readings, rules, spec
schema = spec.load(spec.bundled(), rules.SCHEMA_RULE_IDS).event_schema(readings.Readings())
assert all(schema.is_valid(orjson.loads(line)) for line in open(sys.argv[1], "rb"))
"""
_TELL_PEAK = "found = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())\nprint(found[1] if found else 0)"


class Run(NamedTuple):
    """One process: its seconds, and the most memory that it had, in MB."""

    seconds: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of the files")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is taken; the fastest is shown")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for count in chosen.events:
            for form in ("ndjson", "json"):
                file = Path(folder) / f"events.{form}"
                _write(file, count)
                _show(file, count, chosen.rounds)


def _write(file: Path, count: int) -> None:
    is_array = file.suffix == ".json"
    with file.open("wb") as target:
        for number in range(count):
            target.write((b",\n" if number else b"[") if is_array else b"")
            target.write(events.single(number) + (b"" if is_array else b"\n"))
        target.write(b"]" if is_array else b"")


def _show(file: Path, count: int, rounds: int) -> None:
    ours = [_run(_CHECK, [str(file)]) for _ in range(rounds)]
    best = min(run.seconds for run in ours)
    size = file.stat().st_size / count / 1000
    line = f"{count:>9,} events of {size:.2f} kB, {file.suffix[1:]:6}  {count / best:>9,.0f} events/s"
    line += f"   peak {max(run.peak for run in ours):.0f} MB"
    if file.suffix == ".ndjson":
        floor = min(_run(_FLOOR, [str(file)]).seconds for _ in range(rounds))
        line += f"   orjson + jsonschema-rs {count / floor:,.0f} events/s: {best / floor:.1f} times"
    print(line, flush=True)


def _run(code: str, arguments: Sequence[str]) -> Run:
    started = perf_counter()
    command = [sys.executable, "-c", f"import re, sys\n{code}\n{_TELL_PEAK}", *arguments]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = perf_counter() - started
    return Run(seconds, int(ended.stdout.split()[-1]) / 1000)


if __name__ == "__main__":
    main()
