"""HTTPS as `serve` is told to do it, and where the commands beside it find what certifies it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mock_capi.settings import Settings
from mock_capi.web.tls import Identity, TlsError, is_made, loaded, made, names_of

CA_NAME = "mock-capi-ca.pem"


class Secured(NamedTuple):
    """What the server shows, None under plain HTTP, and the file that clients have to trust, if there is one."""

    identity: Identity | None = None
    ca_file: Path | None = None


def secured(settings: Settings) -> Secured:
    """As the settings say. Raises TlsError."""
    if not settings.https:
        return Secured()
    if settings.tls_cert and settings.tls_key:
        return Secured(loaded(settings.tls_cert, settings.tls_key), settings.tls_ca)
    if settings.tls_cert or settings.tls_key:
        raise TlsError("--tls-cert and --tls-key go together: a certificate and its private key")
    identity, ca = made(names_of(settings.host, settings.allowed_hosts))
    return Secured(identity, _written(ca, settings.tls_ca))


def certifying_files(settings: Settings) -> list[Path]:
    """The files that may certify a server with these settings, as far as there are any."""
    named = [file for file in (settings.tls_cert, settings.tls_ca) if file]
    return [file for file in named or _usual_places() if file.exists()]


def _usual_places() -> list[Path]:
    """This folder, or that of temporary files: in a container the former is often not the server's own."""
    from tempfile import gettempdir  # here, since it loads much that plain HTTP has no need of

    places = [Path(CA_NAME)]
    with suppress(OSError):  # where nothing at all can be written to there is none
        places.append(Path(gettempdir(), CA_NAME))
    return places


def _written(ca: bytes, wanted: Path | None) -> Path:
    """The absolute path of the file that was written. Raises TlsError."""
    for path in [wanted] if wanted else _usual_places():
        try:
            _write(ca, path)
        except OSError as error:
            refusal = error
        else:
            return path.absolute()
    where = f"--tls-ca {wanted}" if wanted else f"{CA_NAME}, for which --tls-ca would name another place,"
    raise TlsError(f"{where} cannot be written: {refusal.strerror}")


def _write(ca: bytes, path: Path) -> None:
    """Raises OSError, and TlsError rather than to destroy what somebody else may need."""
    if path.is_file() and not is_made(path.read_bytes()):
        raise TlsError(f"{path} is there and holds something else than the CA of a mock; name another with --tls-ca")
    # What somebody put there as a link is not followed: the file's usual name can be guessed.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644), "wb") as file:
        file.write(ca)
