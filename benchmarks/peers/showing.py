"""The figures as a table in Markdown, and as a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from benchmarks.peers.measuring import Figures, Row

_DRAWN = ("start", "rate 1", "rate 16", "p99 16", "batch 1000", "memory", "memory later", "page")
# What a label says only below another one.
_ABOUT = {"p99 16": "their p99, 16 connections"}
_COLUMNS, _WIDTH, _BAR, _LABEL, _LINE = 2, 430, 230, 92, 19
_STYLE = """
    .ground { fill: #ffffff }
    .ours { fill: #33558b }
    .other { fill: #a9b8cf }
    text { fill: #1f2937 }
    .about { font-weight: 600 }
    .better { fill: #4b5563; font-weight: 400 }
    .name { text-anchor: end }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #14181f }
      .ours { fill: #8fb0e8 }
      .other { fill: #4a5870 }
      text { fill: #e5e7eb }
      .better { fill: #b6bdc9 }
    }
"""


def table(rows: Sequence[Row], found: Mapping[str, Figures], statuses: Mapping[str, Mapping[str, int]]) -> str:
    """A column for each server, ours first; each figure with its ratio to ours."""
    ours, *_ = found
    lines = [["", *found], ["---"] * (len(found) + 1)]
    for row in rows:
        base = found[ours].get(row.name)
        lines.append([row.label, *(_cell(row, figures.get(row.name), base) for figures in found.values())])
    lines += [[f"answer to {label}", *(str(said[label]) for said in statuses.values())] for label in statuses[ours]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(row: Row, value: float | None, base: float | None) -> str:
    if value is None:
        return "-"
    return f"{shown(value)} {row.unit}" + (f" ({ratio(value / base)} x)" if base and value != base else "")


def shown(value: float) -> str:
    """Three digits, or a whole number."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratio(value: float) -> str:
    """Two digits, or a whole number."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def drawing(rows: Sequence[Row], found: Mapping[str, Figures]) -> str:
    """A panel of bars for each of the chief figures, as SVG; each panel has a scale of its own."""
    panels = [row for row in rows if row.name in _DRAWN]
    height = (len(found) + 2) * _LINE + 8
    width, total = _COLUMNS * _WIDTH + 20, -(-len(panels) // _COLUMNS) * height + 16
    inside = "".join(
        f'<g transform="translate({10 + place % _COLUMNS * _WIDTH} {12 + place // _COLUMNS * height})">'
        f"{''.join(_panel(row, found))}</g>\n"
        for place, row in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" role="img" aria-labelledby="title" '
        f'font-family="system-ui, sans-serif" font-size="13">\n'
        f'<title id="title">{escape(", ".join(found))}: how fast each is, and how much memory it takes</title>\n'
        f'<style>{_STYLE}</style>\n<rect class="ground" width="{width}" height="{total}" rx="12"/>\n{inside}</svg>\n'
    )


def _panel(row: Row, found: Mapping[str, Figures]) -> Iterator[str]:
    better = "more is better" if row.more_is_better else "less is better"
    label = _ABOUT.get(row.name, row.label)
    yield f'<text class="about" y="16">{escape(label)} <tspan class="better">({row.unit}, {better})</tspan></text>'
    most = max(figures.get(row.name, 0.0) for figures in found.values()) or 1.0
    for place, (name, figures) in enumerate(found.items()):
        yield from _bar(name, figures.get(row.name), most, (place + 1) * _LINE + 5, ours=place == 0)


def _bar(name: str, value: float | None, most: float, y: int, *, ours: bool) -> Sequence[str]:
    length = _BAR * (value or 0.0) / most
    text = "none" if value is None else shown(value)
    kind = "ours" if ours else "other"
    return (
        f'<text class="name" x="{_LABEL - 8}" y="{y + 12}">{escape(name)}</text>',
        f'<rect class="{kind}" x="{_LABEL}" y="{y + 1}" width="{length:.1f}" height="14"/>',
        f'<text x="{_LABEL + length + 6:.1f}" y="{y + 12}">{text}</text>',
    )
