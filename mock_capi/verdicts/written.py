"""The report as text for a terminal, and as JUnit XML for CI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import wrap
from typing import Any

from mock_capi.junit import Case, Suite
from mock_capi.junit import junit as document
from mock_capi.verdicts.items import Status

Json = Mapping[str, Any]
WORDS: Mapping[str, str] = {
    Status.PASSED: "passed",
    Status.FAILED: "FAILED",
    Status.ADVISORY: "advisory",
    Status.NOT_EXERCISED: "not exercised",
    Status.MANUAL: "for a person",
}
_WIDTH, _INDENT = 100, 17
_SKIPPED = (Status.NOT_EXERCISED, Status.MANUAL)


def by_chapter(report: Json) -> Iterator[tuple[str, str, list[Json]]]:
    """The chapters that have items: id, title, and these."""
    titles = {chapter["id"]: chapter["title"] for chapter in report["chapters"]}
    for name, items in groupby(report["items"], lambda item: item["chapter"]):
        yield name, titles[name], list(items)


def outcome(report: Json) -> str:
    """The report in a sentence or two."""
    counts = report["counts"]
    failed = counts[Status.FAILED]
    first = f"{failed} of {len(report['items'])} items failed." if failed else "Nothing failed."
    return (
        f"{first} {counts[Status.PASSED]} passed, {counts[Status.ADVISORY]} to look at, "
        f"{counts[Status.NOT_EXERCISED]} not exercised, {counts[Status.MANUAL]} for a person to confirm."
    )


def text(report: Json) -> Iterator[str]:
    """Lines: every item with its status, section and evidence, chapter by chapter, and the sums."""
    yield f"{report['title']}: {report['data_set_id'] or 'all datasets'}, {report['generated_at']}"
    for _, title, items in by_chapter(report):
        yield ""
        yield title
        for item in items:
            yield from _lines(item)
    seen = (f"{part['seen']} of {part['of']} {name.replace('_', ' ')}" for name, part in report["coverage"].items())
    yield ""
    yield f"Seen: {', '.join(seen)}."
    yield outcome(report)


def _lines(item: Json) -> Iterator[str]:
    guide = "" if item["guide"] == "-" else f" ({item['guide']})"
    first, *rest = wrap(f"{item['about']}{guide}", _WIDTH - _INDENT)
    yield f"  {WORDS[item['status']]:<{_INDENT - 4}}  {first}"
    yield from (" " * _INDENT + line for line in rest)
    words = item["evidence"]
    if item["status"] in (Status.FAILED, Status.ADVISORY) and item["submissions"]:
        words += f" See {', '.join(item['submissions'])}."
    if item["status"] != Status.PASSED or item["chapter"] == "retries":
        yield from (" " * _INDENT + line for line in wrap(words, _WIDTH - _INDENT))


def junit(report: Json) -> str:
    """JUnit XML, one test suite for each chapter; what was not exercised, or is for a person, is skipped."""
    suites = [
        Suite(title, [_junit_case(item) for item in items], f"report.{name}")
        for name, title, items in by_chapter(report)
    ]
    return document("mock-capi report", suites)


def _junit_case(item: Json) -> Case:
    words = f"{item['about']} {item['evidence']}"
    if item["status"] == Status.FAILED:
        return Case(item["id"], failure="\n".join((words, *item["submissions"])))
    if item["status"] in _SKIPPED:
        return Case(item["id"], skipped=words)
    return Case(item["id"], output=words)
