"""`mock-capi check`: events in files, judged without a server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mock_capi.catalogue import ADVISORIES, ERRORS
from mock_capi.cli import options
from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.saying import say, say_json
from mock_capi.offline import report as reports
from mock_capi.offline.checking import Checker
from mock_capi.offline.reading import UnreadableError, opened, size_of
from mock_capi.settings import PREFIX

FAILURES = ("refusal", "advisory")


@click.command("check")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@options.verdict_options
@click.option("--data-set-id", envvar=f"{PREFIX}DATA_SET_ID", help="Whose events these are; default: whose they say.")
@click.option("--max-errors", type=click.IntRange(min=0), default=100, show_default=True, help="How many to show.")
@click.option(
    "--fail-on", type=click.Choice(FAILURES), default=FAILURES[0], show_default=True, help="What ends with 1."
)
@click.option("--json", "form", flag_value="json", help="Print the result as JSON.")
@click.option("--sarif", "form", flag_value="sarif", help="Print the result as SARIF 2.1.0.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML to this file.")
def check_command(
    files: tuple[str, ...],
    data_set_id: str | None,
    now: str | None,
    max_errors: int,
    fail_on: str,
    form: str | None,
    junit: Path | None,
    **flags: str | None,
) -> None:
    """Judge events in files as the server would: exit code 1 where one is refused.

    A FILE has a JSON array, JSON objects, or NDJSON with one event on each line; plain or gzip; of any size. Without a
    FILE, or with -, events are read from standard input.

    \b
      mock-capi check events.ndjson.gz
      mock-capi check --now 2026-04-17T18:22:10Z --fail-on advisory fixtures/*.json

    Events are compared for duplicates with the last 100,000 at least. No value of an event is ever printed.
    """
    checker = options.checker(now, data_set_id, **flags)
    report = reports.Report(max_errors)
    problem = _check(files or ("-",), checker, report)
    _print(report, form)
    failing = [code.name for code in (*ERRORS, *(ADVISORIES if fail_on == "advisory" else ()))]
    options.write(junit, reports.as_junit(report, failing), "--junit")
    if problem:
        fail(problem)
    if any(code in failing for code in report.by_code):
        sys.exit(EXIT_FAILED)


def _check(files: tuple[str, ...], checker: Checker, report: reports.Report) -> str | None:
    """Judge all files, and go on where one cannot be read; what is said of those."""
    unreadable = []
    with _progress(size_of(files)) as advance:
        for file in files:
            try:
                with opened(file) as source:
                    report.begin(source.name)
                    at = 0
                    for checked in checker.check(source):
                        report.add(checked)
                        advance(source.position - at)
                        at = source.position
            except UnreadableError as error:
                unreadable.append(str(error))
    return "; ".join(unreadable) or None


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, told of bytes as they are read."""
    if not total or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=total, label="Bytes", file=sys.stderr) as bar:
        yield bar.update


def _print(report: reports.Report, form: str | None) -> None:
    if form:
        written = reports.as_json(report) if form == "json" else reports.as_sarif(report)
        say_json(written)
        return
    for line in reports.table(report):
        say(line)
