"""`mock-capi matrix`: a client's own test command, run under each alternative reading."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.options import write
from mock_capi.cli.reaching import cacert_option
from mock_capi.cli.saying import say, say_json
from mock_capi.cli.trials import Trials
from mock_capi.readings import ReadingError
from mock_capi.settings import PREFIX, SettingsError, check_environment
from mock_capi.testing import MockCapiError
from mock_capi.verdicts.matrix import BREAKS, Matrix, Run, Variant, as_json, as_junit, table, variants

_OF_ITS_OWN = (
    "The running server's own readings were in force for requests without a valid key; without --url each run has a "
    "server of its own."
)


@click.command("matrix", context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--url", envvar=f"{PREFIX}URL", help="A mock that runs; else each run has its own.  [env: MOCK_CAPI_URL]")
@click.option("--admin-token", envvar=f"{PREFIX}ADMIN_TOKEN", help="Of that mock.  [env: MOCK_CAPI_ADMIN_TOKEN]")
@cacert_option
@click.option("--only", multiple=True, metavar="READING", help="This reading alone; may be given several times.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="How many runs side by side.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    help="How long a run may take.",
)
@click.option("--verbose", is_flag=True, help="Show the last lines that failed runs wrote.")
@click.option("--json", "json_wanted", is_flag=True, help="Print the result as JSON.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML to this file.")
def matrix_command(command: tuple[str, ...], **options: Any) -> None:
    """Run a client's tests under the defaults and under each alternative reading.

    COMMAND finds the mock in MOCK_CAPI_URL, MOCK_CAPI_API_KEY and MOCK_CAPI_DATA_SET_ID. Exit code 0 where no reading
    breaks it, 1 where one does, 2 where it fails under the defaults or sends nothing.
    """
    try:
        check_environment(os.environ)
        tried = variants(options["only"])
        trials = Trials(command, options["timeout"], options["url"], options["admin_token"], options["cacert"])
        baseline = _baseline(trials)
        runs = _run_all(trials, tried, options["jobs"])
    except (SettingsError, ReadingError, MockCapiError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{command[0]} cannot be run: {error.strerror or error}")
    matrix = Matrix(command, baseline, dict(zip(tried, runs, strict=True)))
    _report(matrix, options)
    sys.exit(EXIT_FAILED if matrix.those(BREAKS) else 0)


def _baseline(trials: Trials) -> Run:
    """The run under the defaults, without which the others would say nothing."""
    try:
        baseline = trials.run(None)
    except BaseException:
        trials.stop()
        raise
    if not baseline.passed:
        click.echo(baseline.output, err=True)
        fail(f"the command fails under the defaults already: {baseline.ending}")
    if not baseline.log:
        fail(f"the command sent nothing to the mock; it must use {PREFIX}URL, {PREFIX}API_KEY and {PREFIX}DATA_SET_ID")
    return baseline


def _run_all(trials: Trials, tried: Sequence[Variant], jobs: int) -> list[Run]:
    with ThreadPoolExecutor(jobs) as pool:
        try:
            runs = pool.map(trials.run, tried)
            if not sys.stderr.isatty():
                return list(runs)
            with click.progressbar(runs, length=len(tried), label="Readings", file=sys.stderr) as shown:
                return list(shown)
        except BaseException:
            trials.stop()
            raise


def _report(matrix: Matrix, options: dict[str, Any]) -> None:
    write(options["junit"], as_junit(matrix), "--junit")
    if options["json_wanted"]:
        say_json(as_json(matrix))
        return
    for line in table(matrix, verbose=options["verbose"]):
        say(line)
    if options["url"]:
        click.echo(_OF_ITS_OWN)
