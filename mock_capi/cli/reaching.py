"""Which server a command talks to, and whom it trusts there: the one that is named, or that of the environment."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import click

from mock_capi import trust
from mock_capi.cli.https import certifying_files
from mock_capi.settings import resolve
from mock_capi.web.paths import url_of

cacert_option = click.option(
    "--cacert",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar=trust.VARIABLE,
    help="A CA to trust under HTTPS, as PEM.  [env: MOCK_CAPI_TLS_CA]",
)


def address(url: str | None) -> str:
    """The URL that is named, or without one where `serve` would listen in this environment. Raises SettingsError."""
    if url:
        return url
    settings = resolve({}, os.environ)
    return url_of(settings.host, settings.port, tls=settings.https)


def trusted(url: str | None, cacert: Path | None) -> ssl.SSLContext | None:
    """What the server there has to be certified by, None under plain HTTP.

    One that is not named is known by its certificate alone, since it may be asked by another name than the
    certificate's. Raises SettingsError and TrustError.
    """
    if url:
        return trust.context_for(url, cacert)
    settings = resolve({}, os.environ)
    if not settings.https:
        return None
    return trust.pinned([cacert] if cacert else certifying_files(settings))
