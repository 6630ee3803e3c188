"""`mock-capi reconcile`: the log compared with the orders of a shop."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
import orjson

from mock_capi.cli import options
from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.reaching import cacert_option
from mock_capi.cli.saying import say, say_json
from mock_capi.harness.sending import Request
from mock_capi.harness.target import HttpTarget, TargetError
from mock_capi.offline.reading import UnreadableError, opened
from mock_capi.reconcile import report
from mock_capi.reconcile.comparing import compare
from mock_capi.reconcile.orders import PURCHASE, OrdersError, load
from mock_capi.reconcile.received import Log, LogError, Submission, log_of
from mock_capi.settings import PREFIX, SettingsError, check_environment
from mock_capi.trust import TrustError, context_for

_A_PAGE = 50  # submissions; each may hold a thousand events


@click.command("reconcile")
@click.argument("orders", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", metavar="URL", envvar=f"{PREFIX}URL", help="A running server.  [env: MOCK_CAPI_URL]")
@click.option("--log", metavar="FILE", help="An export of its log instead, as NDJSON; - is standard input.")
@click.option("--data-set-id", envvar=f"{PREFIX}DATA_SET_ID", help="Only this dataset.  [env: MOCK_CAPI_DATA_SET_ID]")
@click.option("--admin-token", envvar=f"{PREFIX}ADMIN_TOKEN", help="The server's.  [env: MOCK_CAPI_ADMIN_TOKEN]")
@cacert_option
@click.option("--map", "names", metavar="COLUMN=HEADER,...", default="", help="The file's own headers.")
@click.option("--event-type", default=PURCHASE, show_default=True, help="Of rows that do not say.")
@click.option(
    "--tolerance", type=click.FloatRange(min=0), default=60, show_default=True, help="Seconds a time may be off."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML to this file.")
def reconcile_command(orders: Path, names: str, event_type: str, tolerance: float, **chosen: Any) -> None:
    """Compare what arrived with the ORDERS that should have: exit code 1 where they differ.

    ORDERS is a CSV file with the headers transaction_id and, as far as they are known, value, currency, timestamp and
    event_type. Events are found by custom_data.transaction_id; of each type that the file names, all must be in it.

    \b
      mock-capi reconcile orders.csv --url http://127.0.0.1:8080 --map transaction_id=order_no,value=total
      curl -sS "$URL/_inspect/export?format=ndjson" | mock-capi reconcile orders.csv --log -
    """
    try:
        check_environment(os.environ)
        expected = load(orders, _pairs(names), event_type)
        log = _log(chosen, {kind for _, kind in expected})
    except (SettingsError, OrdersError, LogError, UnreadableError, TargetError, TrustError) as error:
        fail(str(error))
    compared = compare(expected, log, tolerance)
    options.write(chosen["junit"], report.as_junit(compared, expected), "--junit")
    if chosen["as_json"]:
        say_json(report.as_json(compared))
    else:
        for line in report.table(compared):
            say(line)
    if compared.findings:
        sys.exit(EXIT_FAILED)


def _pairs(text: str) -> dict[str, str]:
    pairs = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        column, equals, header = (side.strip() for side in part.partition("="))
        if not (column and equals and header):
            fail(f"--map: {part!r} is not COLUMN=HEADER")
        pairs[column] = header
    return pairs


def _log(chosen: Mapping[str, Any], kinds: set[str]) -> Log:
    data_set_id = chosen["data_set_id"]
    if chosen["log"]:
        return log_of(_exported(chosen["log"]), data_set_id, kinds)
    if not chosen["url"]:
        fail("--url or --log is needed: where the events are")
    with HttpTarget(chosen["url"], trusted=context_for(chosen["url"], chosen["cacert"])) as target:
        return log_of(_pages(target, data_set_id, chosen["admin_token"]), data_set_id, kinds)


def _exported(name: str) -> Iterator[Submission]:
    with opened(name) as source:
        for number, line in enumerate(source.stream, 1):
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                raise LogError(f"{source.name}:{number}: this is no JSON") from None


def _pages(target: HttpTarget, data_set_id: str | None, token: str | None) -> Iterator[Submission]:
    """All submissions, oldest first; says what the log does not have any more."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked: dict[str, Any] = {"order": "asc", "limit": _A_PAGE} | ({"data_set_id": data_set_id} if data_set_id else {})
    while True:
        answer = target.send(Request("GET", f"/_inspect/submissions?{urlencode(asked)}", headers, b""))
        page = answer.json
        if answer.status != 200 or not isinstance(page, dict) or "submissions" not in page:
            message = page.get("message") if isinstance(page, dict) else None
            raise LogError(f"the server answered {answer.status}: {message or 'it is no mock-capi'}")
        yield from page["submissions"]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    if page["evicted"]:
        click.echo(f"{page['evicted']} submissions have left the log by now; what is missing may be there.", err=True)
