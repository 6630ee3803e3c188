"""`mock-capi explain`: what a code says, why, and how to mend it."""

from __future__ import annotations

import click
import orjson

from mock_capi.cli.ending import fail
from mock_capi.harness.cases import CaseError, load_all, load_bases
from mock_capi.manual.pages import LISTED, Manual
from mock_capi.manual.writing import as_json, text
from mock_capi.readings import nearest


@click.command("explain")
@click.argument("code", required=False)
@click.option("--json", "in_json", is_flag=True, help="As JSON.")
def explain_command(code: str | None, in_json: bool) -> None:
    """Explain a CODE: what, why, what to do, an example refused and one accepted. Without a CODE, list them."""
    if code is None:
        _list(in_json)
        return
    name = code.strip().upper().replace("-", "_")
    known = [listed.name for listed in LISTED]
    if name not in known:
        fail(f"no code is called {code!r} (`mock-capi explain` lists them){nearest(name, known)}")
    try:
        page, bases = Manual(load_all()).page(name), load_bases()
    except CaseError as error:
        fail(str(error))
    if in_json:
        click.echo(orjson.dumps(as_json(page, bases), option=orjson.OPT_INDENT_2))
        return
    for line in text(page, bases):
        click.echo(line)


def _list(in_json: bool) -> None:
    if in_json:
        names = ("name", "status", "guide", "documented", "meaning", "remedy")
        rows = [{name: getattr(code, name) for name in names} for code in LISTED]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    for code in LISTED:
        click.echo(f"{code.name:26}  {code.status or 'advisory'!s:8}  {code.meaning}")
