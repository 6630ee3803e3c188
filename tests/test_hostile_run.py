"""The program that attacks a server over real sockets, in its short form."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.hostile.attacks import ATTACKS
from tests.tables import ROOT

COMMAND = [sys.executable, "-m", "benchmarks.hostile"]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="what a process takes is told by Linux only")
def test_a_server_survives_all_of_it() -> None:
    """No 5xx, no crash, nothing on stderr, no growth without bound, and honest events are received and logged."""
    done = subprocess.run([*COMMAND, "--short"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "passed"
    assert all(any(line.startswith(name) for line in lines) for name in ATTACKS)


def test_what_is_no_attack_is_told() -> None:
    """A run of nothing would pass."""
    done = subprocess.run([*COMMAND, "--only", "kindness"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no attack has 'kindness' in its name" in done.stderr
