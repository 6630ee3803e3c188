"""The report as one HTML file that needs nothing else: to read, to print, to hand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from mock_capi.verdicts import charts
from mock_capi.verdicts.items import Status, counted, money
from mock_capi.verdicts.written import by_chapter, outcome

Json = Mapping[str, Any]
MARKS: Mapping[str, tuple[str, str]] = {
    Status.PASSED: ("✓", "Passed"),
    Status.FAILED: ("✗", "Failed"),
    Status.ADVISORY: ("!", "To look at"),
    Status.NOT_EXERCISED: ("·", "Not exercised"),
    Status.MANUAL: ("☐", "To confirm"),
}
# What held is proven by one submission here; JSON has more.
_MOST_IDS: Mapping[str, int] = {Status.FAILED: 3, Status.ADVISORY: 3}
_MET = ("accepted", "500", "429", "timeout", "reset", "refused", "slow")
STYLES = "style-src 'unsafe-inline'"
"""What its Content-Security-Policy allows; nothing else is needed."""


def html(report: Json) -> str:
    """The whole page. Everything in it that a sender chose is escaped."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    title = f"{report['title']}: {report['data_set_id'] or 'all datasets'}"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {STYLES}">""",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
            *_parts(report),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _parts(report: Json) -> Iterator[str]:
    yield _head(report)
    yield _facts(report["traffic"], report["faults"]["met"])
    failed = [item for item in report["items"] if item["status"] == Status.FAILED]
    if failed:
        yield _section("What failed", _table(failed))
    chapters = {name: (title, items) for name, title, items in by_chapter(report)}
    yield _section(chapters["checklist"][0], _table(chapters.pop("checklist")[1]))
    title, items = chapters.pop("retries")
    yield _section(title, _attempts(report), _table(items))
    yield _coverage(report["coverage"])
    for title, items in chapters.values():
        yield _section(title, _table(items))
    yield _section("How it was judged", _circumstances(report))
    yield _foot(report)


def _head(report: Json) -> str:
    period = report["period"]
    times = f"{period['first']} to {period['last']}" if period["first"] else "nothing was sent"
    about = {
        "Dataset": report["data_set_id"] or "all datasets",
        "Written": report["generated_at"],
        "Sent": times,
        "By": f"mock-capi {report['version']}",
    }
    kind = "bad" if report["counts"][Status.FAILED] else "good"
    legend = "".join(
        f'<li><i class="{status}"></i>{count} {MARKS[status][1].lower()}</li>'
        for status, count in report["counts"].items()
    )
    return (
        f'<header><p class="over">Paramount Conversion API</p><h1>{escape(report["title"])}</h1>'
        f'{_terms(about)}<p class="outcome {kind}">{escape(outcome(report))}</p>'
        f'{charts.statuses(report["counts"])}<ul class="legend">{legend}</ul></header>'
    )


def _facts(traffic: Json, failed: int) -> str:
    value = money(traffic["duplicate_value"])
    refused = f"{traffic['rejected']:,} not accepted; {failed:,} met failures on purpose"
    facts = (
        (f"{traffic['submissions']:,}", "requests", refused),
        (f"{traffic['events_stored']:,}", "events stored", f"{traffic['events_rejected']:,} rejected"),
        (f"{traffic['late_share']:.1%}", "late", counted(traffic["late"], "event")),
        (f"{traffic['duplicates']:,}", "duplicates", f"{value} counted twice" if value else "no value counted twice"),
        (f"{traffic['opted_out']:,}", "of people opted out", "kept from optimization"),
    )
    tiles = "".join(f"<li><b>{number}</b>{what}<small>{escape(more)}</small></li>" for number, what, more in facts)
    return f'<ul class="facts">{tiles}</ul>'


def _section(title: str, *parts: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _table(items: Iterable[Json]) -> str:
    return f'<table class="items"><tbody>{"".join(map(_row, items))}</tbody></table>'


def _row(item: Json) -> str:
    mark, word = MARKS[item["status"]]
    shown = item["submissions"][: _MOST_IDS.get(item["status"], 1)]
    more = item["count"] - len(shown)
    ids = ", ".join(f"<code>{escape(name)}</code>" for name in shown)
    proof = f'<p class="ids">{ids}{f" and {more:,} more" if more else ""}</p>' if ids else ""
    sign = '<p class="sign">Confirmed by</p>' if item["status"] == Status.MANUAL else ""
    guide = "" if item["guide"] == "-" else f"§{escape(item['guide'])}"
    return (
        f'<tr class="{item["status"]}"><td class="mark"><span>{mark}</span> {word}</td>'
        f'<td><p class="about">{_with_code(item["about"])}</p><p>{escape(item["evidence"])}</p>{proof}{sign}</td>'
        f'<td class="guide">{guide}<small>{escape(item["id"])}</small></td></tr>'
    )


def _with_code(text: str) -> str:
    """What stands between backticks is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _attempts(report: Json) -> str:
    if not report["attempts"]:
        return ""
    seen = {attempt["met"] for chain in report["attempts"] for attempt in chain["attempts"]}
    legend = "".join(f'<li><i class="{met}"></i>{met}</li>' for met in _MET if met in seen)
    caption = "Each lane is one payload, each dot an attempt at it, by what it met."
    chart = charts.attempts(report["attempts"])
    return f'<figure>{chart}<figcaption>{caption}</figcaption><ul class="legend dots">{legend}</ul></figure>'


def _coverage(coverage: Json) -> str:
    types, identifiers = coverage["event_types"], coverage["identifiers"]
    return _section(
        "Coverage",
        f"<h3>{types['seen']} of {types['of']} event types</h3><figure>{charts.coverage(types['events'], 2)}</figure>",
        f"<h3>{identifiers['seen']} of {identifiers['of']} identifiers</h3>"
        f"<figure>{charts.coverage(identifiers['events'], 2)}</figure>",
    )


def _circumstances(report: Json) -> str:
    kinds = report["faults"]["kinds"]
    faults = ", ".join(f"{kind}: {counted(count, 'request')}" for kind, count in kinds.items())
    evicted = report["traffic"]["evicted"]["submissions"]
    about = {
        "Failures on purpose": faults or "none",
        "No longer in the log": counted(evicted, "request") if evicted else "nothing",
        "Readings changed": ", ".join(f"{name}={value}" for name, value in report["other_readings"].items()) or "none",
        "Readings in force": ", ".join(f"{name}={value}" for name, value in report["readings"].items()),
    }
    return _terms(about)


def _terms(about: Mapping[str, str]) -> str:
    return f"<dl>{''.join(f'<div><dt>{name}</dt><dd>{escape(value)}</dd></div>' for name, value in about.items())}</dl>"


def _foot(report: Json) -> str:
    return (
        "<footer>A mock wrote this, by the published integration guide and the readings above. It is no statement of "
        f"Paramount's. A rule is failed if anything sent broke it. mock-capi {escape(report['version'])}.</footer>"
    )
