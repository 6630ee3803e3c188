"""Other mock servers beside this one, with the same document, events and load, in rounds by turns.

FOLDER is where they are installed by npm; `--install` puts them there first. WireMock and MockServer need Java. Those
that are missing are left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers import measuring, running, showing
from benchmarks.peers.known import MOST_KEPT, PEERS, Peer
from benchmarks.peers.measuring import Figures, Orders


def main() -> None:
    chosen = _arguments()
    if chosen.install:
        _install(chosen.folder)
    peers = {peer: version for peer in PEERS if (version := peer.version(chosen.folder)) and _wanted(peer, chosen.only)}
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(", ".join(f"{peer.name} {version}" for peer, version in peers.items()))
    print(f"{_first_line('node', '--version')}; {_first_line('java', '-version')}\n", flush=True)
    orders = measuring.prepared(chosen.events)
    found = _rounds(list(peers), orders, chosen)
    statuses = {peer.name: _logged(peer, orders, chosen.folder, found[peer.name]) for peer in peers}
    rows = measuring.rows(chosen.events)
    print(showing.table(rows, found, statuses))
    for peer in peers:
        print(f"\n{textwrap.fill(f'{peer.name} {peer.about}', 120)}")
    busiest = max(figures[name] for figures in found.values() for name in ("busy 1", "busy 16"))
    print(f"\nThe load generator took {busiest:.0%} of a core at the most.")
    if chosen.plot:
        chosen.plot.write_text(showing.drawing(rows, found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "folder", type=lambda text: Path(text).resolve(), help="where the others are installed; outside of this project"
    )
    parser.add_argument("--install", action="store_true", help="install them there first")
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is taken; the median is shown")
    parser.add_argument("--seconds", type=float, default=3.0, help="for how long each figure is taken")
    parser.add_argument(
        "--events", type=int, default=MOST_KEPT, help="how many are sent at the most, and kept for a long log"
    )
    parser.add_argument(
        "--only", nargs="+", choices=[peer.name for peer in PEERS], help="these beside ours, and no others"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the figures into this file, as SVG")
    return parser.parse_args()


def _wanted(peer: Peer, only: Sequence[str] | None) -> bool:
    return peer.package is None or only is None or peer.name in only


def _install(folder: Path) -> None:
    if shutil.which("npm") is None:
        print("--install needs npm, which is not installed; Debian's package is npm", file=sys.stderr)
        sys.exit(2)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("package.json"), folder)
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error")
    subprocess.run(["npm", "install", *quiet], cwd=folder, check=True)  # noqa: S607 - whichever npm is there


def _first_line(*command: str) -> str:
    """What a command says of itself; java says it on the wrong stream."""
    if shutil.which(command[0]) is None:
        return f"no {command[0]}"
    said = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    return f"{command[0]}: {said.splitlines()[0]}"


def _rounds(peers: Sequence[Peer], orders: Orders, chosen: argparse.Namespace) -> dict[str, Figures]:
    taken: dict[str, list[Figures]] = {peer.name: [] for peer in peers}
    for number in range(chosen.rounds):
        for peer in peers:
            with running.started(peer, chosen.folder) as found:
                taken[peer.name].append(measuring.a_round(found, orders, chosen.seconds))
            rate = taken[peer.name][-1]["rate 16"]
            print(f"round {number + 1}: {peer.name} {rate:,.0f}/s", file=sys.stderr, flush=True)
    return {name: _medians(rounds) for name, rounds in taken.items()}


def _medians(rounds: Sequence[Figures]) -> Figures:
    return {name: statistics.median(figures[name] for figures in rounds) for name in rounds[0]}


def _logged(peer: Peer, orders: Orders, folder: Path, figures: Figures) -> Mapping[str, int]:
    """What each answers to wrong events; its figures get those of a long log."""
    with running.started(peer, folder) as found:
        figures |= measuring.a_long_log(found, peer, orders)
        print(f"long log: {peer.name}", file=sys.stderr, flush=True)
        return measuring.answers(found)


if __name__ == "__main__":
    main()
