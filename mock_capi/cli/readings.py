"""`mock-capi readings`: what is decided where the guide is silent, and the alternatives."""

from __future__ import annotations

import click

from mock_capi.readings import READINGS, alternatives


@click.command("readings")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def readings_command(as_json: bool) -> None:
    """List the readings: what is decided where the guide is silent, and the alternatives."""
    if as_json:
        import orjson

        rows = [
            {
                "name": r.name,
                "alternatives": alternatives(r),
                "guide": r.metadata["guide"],
                "about": r.metadata["about"],
            }
            for r in READINGS
        ]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for reading in READINGS:
        default, *others = alternatives(reading)
        click.echo(f"{reading.name} = {default}  (or {', '.join(others)}; guide {reading.metadata['guide']})")
        click.echo(f"    {reading.metadata['about']}")
