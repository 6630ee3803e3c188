"""The report's charts as inline SVG, coloured by the page's style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import floor, log10, sqrt
from typing import Any

Json = Mapping[str, Any]
_ROW, _LABEL, _BAR, _NUMBER = 17, 168, 150, 62
_LANE, _LEFT, _WIDTH, _RIGHT = 26, 12, 760, 78
_TICKS = 6


def statuses(counts: Mapping[str, int]) -> str:
    """One bar of all items, divided by status."""
    total = max(1, sum(counts.values()))
    parts, x = [], 0.0
    for status, count in counts.items():
        width = 1000 * count / total
        label = f"{count} {status.replace('_', ' ')}"
        parts.append(
            f'<rect class="{status}" x="{x:.1f}" width="{width:.1f}" height="14"><title>{label}</title></rect>'
        )
        x += width
    return f'<svg class="statuses" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img">{"".join(parts)}</svg>'


def coverage(events: Mapping[str, int], columns: int) -> str:
    """A bar for each name, in columns; a bar's length is the square root of the number, so that rare ones show."""
    names = list(events)
    rows = -(-len(names) // columns)
    most = sqrt(max(1, *events.values()))
    column = _LABEL + _BAR + _NUMBER
    bars = (
        _bar(name, events[name], (place // rows) * column, (place % rows) * _ROW, most)
        for place, name in enumerate(names)
    )
    size = f"0 0 {columns * column} {rows * _ROW}"
    return f'<svg class="coverage" viewBox="{size}" width="{columns * column}" role="img">{"".join(bars)}</svg>'


def _bar(name: str, count: int, x: int, y: int, most: float) -> str:
    seen = "seen" if count else "unseen"
    length = sqrt(count) / most * _BAR
    return (
        f'<g class="{seen}" transform="translate({x} {y})">'
        f'<text x="{_LABEL - 8}" y="12" class="name">{escape(name)}</text>'
        f'<rect x="{_LABEL}" y="3" width="{_BAR}" height="10" class="groove"/>'
        f'<rect x="{_LABEL}" y="3" width="{length:.1f}" height="10" class="bar"/>'
        f'<text x="{_LABEL + _BAR + 6}" y="12">{count:,}</text></g>'
    )


def attempts(chains: Sequence[Json]) -> str:
    """A lane for each payload, a dot for each attempt at it, at its time since the first one."""
    longest = max((chain["attempts"][-1]["after_seconds"] for chain in chains), default=0.0) or 1.0
    lanes = "".join(_lane(chain, place, longest) for place, chain in enumerate(chains))
    height = len(chains) * _LANE + 24
    size = f"0 0 {_LEFT + _WIDTH + _RIGHT} {height}"
    axis = "".join(_axis(longest, height))
    return f'<svg class="attempts" viewBox="{size}" width="{_LEFT + _WIDTH + _RIGHT}" role="img">{axis}{lanes}</svg>'


def _lane(chain: Json, place: int, longest: float) -> str:
    y = place * _LANE + 13
    moments = [(_LEFT + _WIDTH * attempt["after_seconds"] / longest, attempt) for attempt in chain["attempts"]]
    dots = "".join(
        f'<circle class="{escape(attempt["met"])}" cx="{x:.1f}" cy="{y}" r="6">'
        f"<title>{escape(attempt['met'])} after {attempt['after_seconds']:.3f} s</title></circle>"
        for x, attempt in moments
    )
    label = f'<text x="{_LEFT + _WIDTH + 14}" y="{y + 4}">{_tries(chain["count"])}</text>'
    return f'<line x1="{_LEFT}" x2="{moments[-1][0]:.1f}" y1="{y}" y2="{y}"/>{dots}{label}'


def _tries(count: int) -> str:
    return f"{count} {'try' if count == 1 else 'tries'}"


def _axis(longest: float, height: int) -> Iterator[str]:
    step = _round_step(longest / _TICKS)
    for tick in range(int(longest / step) + 1):
        x = _LEFT + _WIDTH * tick * step / longest
        yield f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 18}"/>'
        yield f'<text class="at" x="{x:.1f}" y="{height - 4}">{tick * step:g} s</text>'


def _round_step(least: float) -> float:
    """The next of 1, 2, 5, 10 and so on, or of 0.5, 0.2, 0.1 and so on."""
    power = 10.0 ** floor(log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)
