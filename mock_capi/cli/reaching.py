"""Which server a command talks to, and whom it trusts there: the one that is named, or that of the settings."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

import click

from mock_capi import trust
from mock_capi.cli.configured import settings_of
from mock_capi.cli.ending import fail
from mock_capi.cli.https import certifying_files
from mock_capi.settings import CONFIG, Settings, SettingsError, check_environment
from mock_capi.web.paths import url_of

cacert_option = click.option(
    "--cacert",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar=trust.VARIABLE,
    help="A CA to trust under HTTPS, as PEM.  [env: MOCK_CAPI_TLS_CA]",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server, the token that it asks for, and the settings that it was found by where it was not named."""

    url: str
    admin_token: str | None
    settings: Settings | None = None

    @classmethod
    def of(cls, url: str | None, admin_token: str | None, config: str | None) -> Server:
        """The one that is named, or the one that `serve` would start here; or the end of the command."""
        if not url:
            found = settings_of({CONFIG.name: config})
            return cls(url_of(found.host, found.port, tls=found.https), admin_token or found.admin_token, found)
        try:
            check_environment(os.environ)
        except SettingsError as error:
            fail(str(error))
        return cls(url, admin_token)  # the settings are another server's, and so is their token

    def trusted(self, cacert: Path | None) -> ssl.SSLContext | None:
        """What it has to be certified by, None under plain HTTP.

        One that is not named is known by its certificate alone, since it may be asked by another name than the
        certificate's. Raises TrustError.
        """
        if self.settings is None:
            return trust.context_for(self.url, cacert)
        if not self.settings.https:
            return None
        return trust.pinned([cacert] if cacert else certifying_files(self.settings))
