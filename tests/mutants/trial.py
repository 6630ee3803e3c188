"""Trying one wrong server: it is started, the cases are run against it until one notices, and it is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mock_capi.harness.cases import Case
from mock_capi.harness.runner import Result, run_all
from mock_capi.harness.target import HttpTarget, TargetError
from mock_capi.harness.venue import Mock
from tests.conftest import Running, start_server, stop_server
from tests.mutants.table import BY_GENERATED, Mutant
from tests.tables import ROOT

_SIDE_BY_SIDE = 4
_AT_ONCE = 40


@dataclass(frozen=True)
class Trial:
    """What became of a wrong server: the cases that noticed, or what else ended it."""

    mutant: Mutant
    noticed_by: tuple[str, ...] = ()
    otherwise: str | None = None

    @property
    def killed(self) -> bool:
        return bool(self.noticed_by or self.otherwise)

    @property
    def rightly(self) -> bool:
        """Whether a case that should notice did."""
        if self.mutant.by == BY_GENERATED:
            return self.otherwise is not None
        return any(fnmatchcase(name, pattern) for name in self.noticed_by for pattern in self.mutant.killers)


def attempt(mutant: Mutant, cases: Sequence[Case], bases: Mapping[str, Any], *, every_case: bool = False) -> Trial:
    """Run the cases against one wrong server; those that should notice come first."""
    with tempfile.TemporaryDirectory() as folder:
        mutant.build(Path(folder))
        if mutant.by == BY_GENERATED:
            return Trial(mutant, otherwise=_generated(folder))
        plain = sorted(
            (case for case in cases if "server_readings" not in case.raw), key=lambda case: not _aims(mutant, case)
        )
        noticed = _noticed(folder, plain, bases, every_case=every_case)
        if every_case or not _is_right(mutant, noticed):
            noticed += _by_own_servers(folder, cases, bases)
        return Trial(mutant, tuple(noticed))


def _aims(mutant: Mutant, case: Case) -> bool:
    return any(fnmatchcase(case.id, pattern) for pattern in mutant.killers)


def _is_right(mutant: Mutant, noticed: Sequence[str]) -> bool:
    return Trial(mutant, tuple(noticed)).rightly


def _noticed(
    folder: str, cases: Sequence[Case], bases: Mapping[str, Any], *options: str, every_case: bool
) -> list[str]:
    """The cases that fail, a portion at a time; a server that gives up fails those that it no longer answers."""
    noticed: list[str] = []
    with _server(folder, *options) as server, HttpTarget(server.url) as target:
        try:
            venue = Mock(target)
            for at in range(0, len(cases), _AT_ONCE):
                noticed += _failed(run_all(cases[at : at + _AT_ONCE], venue, bases, _SIDE_BY_SIDE))
                if noticed and not every_case:
                    break
        except TargetError as error:
            noticed.append(f"control plane: {error}")
    return noticed


def _failed(results: Sequence[Result]) -> list[str]:
    return [result.case.id for result in results if result.differences]


def _by_own_servers(folder: str, cases: Sequence[Case], bases: Mapping[str, Any]) -> list[str]:
    """The cases that need a server with other readings."""
    noticed: list[str] = []
    special = [case for case in cases if "server_readings" in case.raw]
    for readings in {tuple(case.raw["server_readings"].items()) for case in special}:
        fitting = [case for case in special if tuple(case.raw["server_readings"].items()) == readings]
        option = ",".join(f"{name}={value}" for name, value in readings)
        noticed += _noticed(folder, fitting, bases, "--readings", option, every_case=True)
    return noticed


@contextmanager
def _server(folder: str, *options: str) -> Iterator[Running]:
    server = start_server(*options, environment={**os.environ, "PYTHONPATH": folder}, folder=folder, silent=True)
    try:
        yield server
    finally:
        stop_server(server)


def _generated(folder: str) -> str | None:
    """Which generated test fails, None where all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, str(ROOT / "tests/generated/test_vendor.py")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": folder},
        capture_output=True,
        text=True,
        check=False,
    )
    failed = [line for line in ended.stdout.splitlines() if line.startswith("FAILED")]
    return failed[0] if failed else None
