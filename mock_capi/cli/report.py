"""`mock-capi report`: the go-live report of a running mock, and failures on purpose to grade retries by."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from mock_capi.cli import configured
from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.reaching import Server, cacert_option
from mock_capi.cli.saying import written
from mock_capi.settings import PREFIX
from mock_capi.terminal import harmless
from mock_capi.testing.api import Api, MockCapiError
from mock_capi.trust import TrustError
from mock_capi.verdicts.exercise import EXERCISES, failures, requests_needed
from mock_capi.verdicts.page import html
from mock_capi.verdicts.written import junit, outcome, text
from mock_capi.web.waits import MOST_SECONDS

Json = dict[str, Any]
SETTLED_SECONDS = 1.0
"""A sender from which nothing came for so long after the last failure has finished."""
FORMATS: Mapping[str, Callable[[Json], str]] = {
    "text": lambda report: "\n".join(map(harmless, text(report))) + "\n",
    "json": lambda report: written(report) + "\n",
    "junit": junit,
    "html": html,
}
FAIL_ON = ("failed", "not-exercised", "advisory")


@click.command("report")
@click.option("--url", metavar="URL", envvar=f"{PREFIX}URL", help="The server.  [env: MOCK_CAPI_URL]")
@configured.server_options("config")
@click.option("--data-set-id", envvar=f"{PREFIX}DATA_SET_ID", help="This one only.  [env: MOCK_CAPI_DATA_SET_ID]")
@click.option("--admin-token", envvar=f"{PREFIX}ADMIN_TOKEN", help="Its token.  [env: MOCK_CAPI_ADMIN_TOKEN]")
@cacert_option
@click.option("--since", metavar="TIME", help="What was received from then on, by the mock's clock.")
@click.option("--until", metavar="TIME", help="What was received until then.")
@click.option("--format", "as_", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    multiple=True,
    help="What exit code 1 is for besides items that failed; may be given twice.",
)
@click.option("--exercise", type=click.Choice(list(EXERCISES)), help="First make requests fail, and wait for them.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0), default=120.0, show_default=True)
def report_command(
    url: str | None,
    cacert: Path | None,
    admin_token: str | None,
    config: str | None,
    exercise: str | None,
    **options: Any,
) -> None:
    """Tell whether a sender is ready to go live, by what it has sent: exit code 0, or 1 when an item failed.

    Every item of the guide's checklist and every rule is passed, failed, worth a look or not exercised, with the
    submissions that prove it.

    With --exercise retries the next requests of the dataset meet 500s, a 429, a reset, a lost answer and a timeout.
    Let the sender work meanwhile: the report waits until it has met them all, at most --timeout seconds.
    """
    server = Server.of(url, admin_token, config)
    try:
        api = Api(server.url, server.admin_token, server.trusted(cacert))
        asked = {name: options[name] for name in ("data_set_id", "since", "until") if options[name]}
        if exercise:
            asked |= _exercised(api, exercise, asked.get("data_set_id"), options["timeout"])
        report = api.get("/_inspect/report", asked)
    except (MockCapiError, TrustError) as error:
        fail(str(error))
    _show(report, FORMATS[options["as_"]](report), options["output"])
    if any(report["counts"][name.replace("-", "_")] for name in ("failed", *options["fail_on"])):
        sys.exit(EXIT_FAILED)


def _show(report: Json, document: str, output: Path | None) -> None:
    if output is None:
        click.echo(document, nl=False)
        return
    try:
        output.write_text(document, encoding="utf-8")
    except OSError as error:
        fail(f"--output: {error}")
    click.echo(f"{outcome(report)} See {output}.")


def _exercised(api: Api, exercise: str, data_set_id: str | None, timeout: float) -> Json:
    """Arm the failures, wait until they are met and the sender is quiet, and tell what to report on."""
    steps = EXERCISES[exercise]
    scope = {"data_set_id": data_set_id or _only_dataset(api)}
    since = int(api.get("/_control/clock", scope)["now"])
    before = api.get("/_inspect/submissions", {**scope, "limit": 1})["total"]
    armed = api.steer("POST", "/_control/faults", {"sequence": list(steps), **scope})["faults"]
    needed = requests_needed(steps)
    click.echo(
        f"The next requests of dataset {scope['data_set_id']} meet {failures(steps)} failures. Let the sender work: it "
        f"takes {needed} requests.",
        err=True,
    )
    try:
        _wait(api, scope, before + needed, timeout)
    finally:
        _disarm(api, scope, armed)
    return {**scope, "since": since}


def _only_dataset(api: Api) -> str:
    known = [dataset["data_set_id"] for dataset in api.get("/_control/datasets", {})["datasets"]]
    if len(known) != 1:
        fail("--exercise needs --data-set-id, since the server has several")
    return str(known[0])


def _wait(api: Api, scope: Json, count: int, timeout: float) -> None:
    """Until so many submissions are there and no more come, or the time is over."""
    deadline = time.monotonic() + timeout
    asked = {**scope, "of": "submissions", "limit": 1}
    left, met = timeout, False
    while left > 0:
        seconds = min(left, SETTLED_SECONDS if met else MOST_SECONDS)
        answered = api.wait({**asked, "count": count}, seconds)
        if met and "nearest_misses" in answered:
            return
        met = met or "nearest_misses" not in answered
        count = max(count, answered["matched"] + 1) if met else count
        left = deadline - time.monotonic()


def _disarm(api: Api, scope: Json, armed: list[Json]) -> None:
    """Take away what was not met in time, and say so."""
    ids = {fault["id"] for fault in armed}
    left = [fault for fault in api.get("/_control/faults", scope)["faults"] if fault["id"] in ids]
    for fault in left:
        api.steer("DELETE", f"/_control/faults/{quote(fault['id'])}", {})
    if left:
        click.echo(f"{sum(fault['times'] for fault in left)} of the failures were not met in time.", err=True)
