"""`python -m tests.mutants`: every wrong server is tried; exit code 1 where one goes unnoticed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

from mock_capi.harness.cases import Case, load_all, load_bases
from tests.mutants.table import load
from tests.mutants.trial import Trial, attempt


def main() -> int:
    """Try those that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("patterns", nargs="*", help="ids to try, such as 'window.*'")
    parser.add_argument("--every-case", action="store_true", help="run all cases, and list those that notice nothing")
    parser.add_argument("--workers", type=int, default=2, help="how many servers at a time (2)")
    asked = parser.parse_args()
    mutants = [m for m in load() if not asked.patterns or any(fnmatchcase(m.id, p) for p in asked.patterns)]
    cases, bases = load_all(), load_bases()
    started = time.monotonic()
    with ThreadPoolExecutor(asked.workers) as pool:
        trials = list(pool.map(lambda m: _told(attempt(m, cases, bases, every_case=asked.every_case)), mutants))
    _sum_up(trials, time.monotonic() - started)
    if asked.every_case:
        _list_idle(trials, cases)
    return 0 if all(trial.rightly for trial in trials) else 1


def _told(trial: Trial) -> Trial:
    if not trial.rightly:
        wrongly = f" but by {', '.join(trial.noticed_by[:3])}" if trial.killed else ""
        print(f"UNNOTICED {trial.mutant.id} by {', '.join(trial.mutant.killers)}{wrongly}", flush=True)
    return trial


def _sum_up(trials: Sequence[Trial], seconds: float) -> None:
    killed = sum(trial.rightly for trial in trials)
    print(f"{killed} of {len(trials)} wrong servers were noticed by the cases that should, in {seconds:.0f} s")


def _list_idle(trials: Sequence[Trial], cases: Sequence[Case]) -> None:
    busy = {name for trial in trials for name in trial.noticed_by}
    idle = [case.id for case in cases if case.id not in busy]
    print(f"{len(idle)} of {len(cases)} cases noticed nothing:", *idle, sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
