"""`mock-capi verify`: the contract cases, run against any server."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.reaching import cacert_option
from mock_capi.cli.saying import say, written
from mock_capi.curl import as_curl
from mock_capi.harness import report
from mock_capi.harness.cases import GUIDE, Case, CaseError, bundled, load_all, load_bases
from mock_capi.harness.runner import Result, plan, run_all, select
from mock_capi.harness.target import HttpTarget, TargetError
from mock_capi.harness.values import Account, Stage, WordError
from mock_capi.harness.venue import Foreign, Mock, Venue, is_mock
from mock_capi.settings import PREFIX, SettingsError, check_environment
from mock_capi.trust import TrustError, context_for

_SIDE_BY_SIDE = 4
_SPARING = 10  # requests a second
_MASK = "****"
_VARIABLES = ("$SECOND_DATA_SET_ID", "$SECOND_API_KEY", "$DATA_SET_ID", "$API_KEY")
_LONGEST = 4_000


@click.command("verify")
@click.option("--base-url", required=True, envvar=f"{PREFIX}URL", help="The server.  [env: MOCK_CAPI_URL]")
@click.option("--api-key", envvar=f"{PREFIX}API_KEY", help="A dataset's key.  [env: MOCK_CAPI_API_KEY]")
@click.option("--data-set-id", envvar=f"{PREFIX}DATA_SET_ID", help="The dataset.  [env: MOCK_CAPI_DATA_SET_ID]")
@click.option("--second", metavar="ID=KEY", help="Another dataset, for the cases that need two.")
@click.option("--admin-token", envvar=f"{PREFIX}ADMIN_TOKEN", help="Of a mock.  [env: MOCK_CAPI_ADMIN_TOKEN]")
@cacert_option
@click.option("--contracts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Other cases.")
@click.option("--set-readings", is_flag=True, help="Give datasets all readings, on a mock started with others.")
@click.option("--only", multiple=True, metavar="PATTERN", help="Cases, files or subjects, such as 'timestamp*'.")
@click.option("--basis", help="Cases that rest on the guide or on one reading. For a foreign server: guide.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Requests a second. Foreign servers: 10.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--dry-run", is_flag=True, help="Print the requests as curl commands and send nothing.")
def verify_command(base_url: str, api_key: str | None, data_set_id: str | None, **options: Any) -> None:
    """Run the contract cases against a server: exit code 0 when all pass, 1 when one fails.

    A mock gives each case a dataset, a clock and readings of its own. Any other server gets the cases that need
    nothing but the dataset and key, and of its answers only what the guide publishes is compared.
    """
    own, second = Account(data_set_id or "", api_key or ""), _account(options["second"])
    try:
        check_environment(os.environ)
        cases, bases = load_all(options["contracts"]), load_bases(options["contracts"])
        if options["dry_run"]:
            _print_plan(_chosen(cases, options, options["basis"]), bases, base_url, second)
            return
        with _target(base_url, options) as target:
            venue = _venue(target, own, second, options)
            chosen = _chosen(cases, options, options["basis"] or (None if venue.is_mock else GUIDE))
            results = _run(chosen, venue, bases, quiet=options["as_json"])
    except (CaseError, TargetError, TrustError, SettingsError) as error:
        fail(_masked(str(error), own, second))
    _report(results, base_url, options, lambda text: _masked(text, own, second))
    if any(result.differences for result in results):
        sys.exit(EXIT_FAILED)


def _account(text: str | None) -> Account | None:
    if text is None:
        return None
    data_set_id, equals, key = text.partition("=")
    if not (data_set_id and equals and key):
        fail("--second is a dataset's id=key")
    return Account(data_set_id, key)


def _target(base_url: str, options: dict[str, Any]) -> HttpTarget:
    """The server; one that is no mock is spared."""
    certified_by = context_for(base_url, options["cacert"])
    with HttpTarget(base_url, trusted=certified_by) as asked:
        slowly = not is_mock(asked, options["admin_token"])
    return HttpTarget(base_url, options["rate"] or (_SPARING if slowly else None), certified_by)


def _venue(target: HttpTarget, own: Account, second: Account | None, options: dict[str, Any]) -> Venue:
    if is_mock(target, options["admin_token"]):
        return _mock(target, options)
    if not (own.api_key and own.data_set_id):
        fail("the server is no mock, so --api-key and --data-set-id are needed")
    return Foreign(target, own, time.time(), second)


def _mock(target: HttpTarget, options: dict[str, Any]) -> Mock:
    mock = Mock(target, options["admin_token"], set_readings=options["set_readings"])
    if mock.other_readings and not options["set_readings"]:
        other = ", ".join(f"{name}={value}" for name, value in mock.other_readings.items())
        say(f"The server's readings differ from the defaults: {other}. --set-readings sets them aside.", err=True)
    return mock


def _chosen(cases: Sequence[Case], options: dict[str, Any], basis: str | None) -> tuple[Case, ...]:
    chosen = select(cases, options["only"], basis)
    if not chosen:
        known = ", ".join(sorted({case.basis for case in cases}))
        fail(f"no case fits; patterns are of ids, files and subjects, and a basis is one of {known}")
    return chosen


def _run(cases: Sequence[Case], venue: Venue, bases: Any, *, quiet: bool) -> list[Result]:
    workers = _SIDE_BY_SIDE if venue.is_mock else 1
    if quiet or not sys.stderr.isatty():
        return run_all(cases, venue, bases, workers)
    with click.progressbar(length=len(cases), label="Cases", file=sys.stderr) as bar:
        return run_all(cases, venue, bases, workers, lambda _: bar.update(1))


def _report(results: Sequence[Result], base_url: str, options: dict[str, Any], masked: Callable[[str], str]) -> None:
    if options["junit"]:
        try:
            options["junit"].write_text(masked(report.junit(results)))
        except OSError as error:
            fail(f"--junit: {error}")
    if options["as_json"]:
        about = {"base_url": base_url, "contracts": str(options["contracts"] or bundled().name)}
        click.echo(masked(written(report.as_json(results, about))))
        return
    for line in report.table(results):
        say(masked(line))


def _print_plan(cases: Sequence[Case], bases: Any, base_url: str, second: Account | None) -> None:
    """Keys stand there as variables of the shell."""
    own = Account("$DATA_SET_ID", "$API_KEY")
    other = Account(second.data_set_id if second else "$SECOND_DATA_SET_ID", "$SECOND_API_KEY")
    for case in cases:
        say(f"# {case.id} ({case.file}, guide {case.guide})")
        try:
            for request in plan(case, Stage(time.time() + case.now, own, other), bases):
                url = base_url.rstrip("/").removesuffix("/v1") + request.path
                headers = request.headers.items()
                click.echo(as_curl(request.method, url, headers, request.body, variables=_VARIABLES, longest=_LONGEST))
        except WordError as error:
            fail(f"{case.file}: case {case.id}: {error}")


def _masked(text: str, *accounts: Account | None) -> str:
    for account in filter(None, accounts):
        if len(account.api_key) > 3:
            text = text.replace(account.api_key, _MASK)
    return text
