"""The comparison with other servers: what it prints, what it draws, and what it needs."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.peers import showing
from benchmarks.peers.measuring import Figures, rows
from tests.tables import ROOT

FOUND: dict[str, Figures] = {
    "ours": {"start": 0.2, "rate 16": 9000.0, "page": 5.0},
    "<other>": {"start": 3.0, "rate 16": 450.0},
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as it is started."""
    command = [sys.executable, "-m", "benchmarks.peers", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment or None)


def test_where_no_other_is_installed_our_own_is_measured(tmp_path: Path) -> None:
    """Every figure is taken of a real server, and drawn."""
    plot = tmp_path / "peers.svg"
    quick = ("--rounds", "1", "--seconds", "0.1", "--events", "1000")
    ended = run(str(tmp_path), *quick, "--plot", str(plot))
    assert ended.returncode == 0, ended.stderr
    assert [row.label for row in rows(1000) if f"| {row.label} | " not in ended.stdout] == []
    assert "| an event of 40 days ago | 400 |" in ended.stdout.replace("answer to ", "")
    assert ET.parse(plot).getroot().tag.endswith("svg")  # noqa: S314 - what was just made


def test_figures_stand_beside_their_ratio_to_ours() -> None:
    """Less or more; and a dash where a server has nothing of the kind."""
    lines = showing.table(rows(1000), FOUND, {"ours": {"this": 400}, "<other>": {"this": 200}}).splitlines()
    assert "| spawn to first accepted event | 0.2 s | 3 s (15 x) |" in lines
    assert "| single events, 16 connections | 9,000 /s | 450 /s (0.05 x) |" in lines
    assert "| a filtered page at 1,000 events | 5 ms | - |" in lines
    assert lines[-1] == "| answer to this | 400 | 200 |"


def test_the_drawing_has_a_bar_for_each_figure() -> None:
    """As long as the figure is, beside the longest of its panel."""
    drawn = ET.fromstring(showing.drawing(rows(1000), FOUND))  # noqa: S314 - as above
    texts = [element.text for element in drawn.iter() if element.tag.endswith("text")]
    assert texts.count("<other>") == 8
    assert {"9,000", "450", "none"} <= set(texts)
    bars = [
        (bar.get("class"), float(bar.get("width", 0))) for bar in drawn.iter() if bar.get("class") in ("ours", "other")
    ]
    ours, other = bars[4][1], bars[5][1]
    assert other / ours == pytest.approx(0.05, rel=0.01)


def test_installing_needs_npm(tmp_path: Path) -> None:
    """It says so, and exits as it does for other things that are not set up."""
    ended = run(str(tmp_path / "new"), "--install", PATH=str(tmp_path))
    assert ended.returncode == 2
    assert "npm" in ended.stderr
