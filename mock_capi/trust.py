"""Whom a client of this project trusts under HTTPS, and in words why a server could not be talked to."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from http.client import BadStatusLine
from pathlib import Path

VARIABLE = "MOCK_CAPI_TLS_CA"
"""Where `serve --tls` writes its CA, and where clients find it."""
_BUNDLE = "REQUESTS_CA_BUNDLE"
_TLS_ALERT = "\x15\x03"


class TrustError(ValueError):
    """A file of CAs that cannot be read; the message names it."""


def context_for(url: str, ca_file: str | Path | None = None) -> ssl.SSLContext | None:
    """What a server at an https URL has to be certified by: the system's CAs, those that SSL_CERT_FILE and
    REQUESTS_CA_BUNDLE name, and those in `ca_file`. None for any other URL. Raises TrustError."""
    if not url.lower().startswith("https:"):
        return None
    context = ssl.create_default_context()  # OpenSSL looks at SSL_CERT_FILE itself
    for file in (os.environ.get(_BUNDLE), ca_file):
        if file:
            _add(context, Path(file))
    return context


def pinned(files: Iterable[Path]) -> ssl.SSLContext:
    """Trust in what these files certify and in nothing else, whatever its name. Raises TrustError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a server's own certificate may stand there
    for file in files:
        _add(context, file)
    return context


def _add(context: ssl.SSLContext, path: Path) -> None:
    try:
        if path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except OSError as error:  # an SSLError too, where it is there and holds no certificate
        reason = "it holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else error.strerror
        raise TrustError(f"the file of CAs {path} cannot be used: {reason}") from error


def why(error: Exception) -> str:
    """What an exchange failed for, and where it is a matter of HTTPS what to do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}; name its CA with --cacert or {VARIABLE}"
    if isinstance(error, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(error):
        return "it does not speak TLS; ask it with http://"
    if isinstance(error, BadStatusLine) and str(error).startswith(_TLS_ALERT):
        return "it speaks TLS; ask it with https://"
    return str(error) or type(error).__name__
