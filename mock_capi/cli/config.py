"""`mock-capi config`: the settings that `serve` would start with, and where each comes from."""

from __future__ import annotations

import click
import orjson

from mock_capi.cli import configured
from mock_capi.cli.ending import fail
from mock_capi.config import showing
from mock_capi.config.schema import schema_of, written
from mock_capi.settings import OPTIONS, SettingsError, check_world

FORMATS = ("text", "json", "toml")


@click.command("config")
@configured.server_options()
@click.option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True)
@click.option("--show-secrets", is_flag=True, help="Show API keys and the admin token as they are.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the file instead.")
def config_command(form: str, show_secrets: bool, schema: bool, **flags: str | None) -> None:
    """Show what `serve` would start with, given the same options, and where each setting comes from.

    \b
      mock-capi config --port 9090
      mock-capi config --datasets shop=key-1 --format toml --show-secrets > new.toml
    """
    if schema:
        click.echo(written(schema_of(OPTIONS)), nl=False)
        return
    settings = configured.settings_of(flags)
    try:
        check_world(settings)
    except SettingsError as error:
        fail(str(error))
    if form == "toml":
        click.echo(showing.as_toml(OPTIONS, settings.given, secrets=show_secrets), nl=False)
    elif form == "json":
        shown = showing.as_json(OPTIONS, settings.given, settings.file, secrets=show_secrets)
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2))
    else:
        click.echo(showing.as_text(OPTIONS, settings.given, settings.file, secrets=show_secrets))
