"""What the server shows under HTTPS: a certificate from a CA that is made for one run, or the user's own."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_capi.clock import real_time

if TYPE_CHECKING:
    from cryptography import x509

USUAL_NAMES = (
    *("localhost", "127.0.0.1", "::1"),
    *("mock-capi", "capi", "host.docker.internal", "host.containers.internal"),
)
"""What a server on this machine, or in a container beside the sender's, is usually called."""
_ORGANIZATION = "mock-capi"
_ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104 - told apart, not bound  # nosec B104
_HOST_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
# Apple's systems take no certificate that is valid for longer than 825 days.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=800)
_LONGEST_CHAIN = 60_000  # bytes; a pipe takes a little more


class TlsError(ValueError):
    """A certificate or key that cannot be used or made; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, with those that lead to its root behind it, and its private key; both as PEM."""

    chain: bytes
    key: bytes = field(repr=False)


def made(names: Collection[str]) -> tuple[Identity, bytes]:
    """A certificate for these names and addresses, and as PEM that of its CA, whose key is thrown away.

    Raises TlsError.
    """
    import trustme  # here, as with cryptography below: it adds an eighth to the time that a server takes to start

    authority = trustme.CA(organization_name=_ORGANIZATION, organization_unit_name="CA of one run")
    now = _now()
    try:
        leaf = authority.issue_cert(*names, not_before=now - _BEFORE, not_after=now + _AFTER)
    except ValueError as error:
        raise TlsError(f"a certificate cannot be made for all of {', '.join(names)}: {error}") from error
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    return Identity(chain, leaf.private_key_pem.bytes()), authority.cert_pem.bytes()


def is_made(pem: bytes) -> bool:
    """Whether this is such a CA's certificate and nothing else."""
    from cryptography import x509

    try:
        (certificate,) = x509.load_pem_x509_certificates(pem)
    except ValueError:
        return False
    return [name.value for name in certificate.issuer.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)] == [
        _ORGANIZATION
    ]


def names_of(host: str, others: Collection[str] = ()) -> list[str]:
    """All that a server may be called that listens on a host; `others` are names that somebody asked for."""
    own = socket.gethostname().lower()
    machine = [own] if _HOST_NAME.fullmatch(own) else []  # it is nobody's fault where it is no name for a certificate
    asked = [host] if host not in _ALL_ADDRESSES else []
    return list(dict.fromkeys((*USUAL_NAMES, *machine, *asked, *sorted(others))))


def loaded(certificate: Path, key: Path) -> Identity:
    """The user's own, checked: the server would end without a word that helps. Raises TlsError."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    chain = _certificates(certificate)
    _check_validity(chain[0], certificate)
    private = _private_key(key)
    if chain[0].public_key() != private.public_key():
        raise TlsError(f"--tls-key {key} is not the key of the first certificate in {certificate}")
    pem = b"".join(item.public_bytes(Encoding.PEM) for item in chain)
    if len(pem) > _LONGEST_CHAIN:
        raise TlsError(
            f"--tls-cert {certificate} has {len(chain)} certificates; only those up to the root belong in it"
        )
    return Identity(pem, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _certificates(path: Path) -> list[x509.Certificate]:
    from cryptography import x509

    pem = _read(path, "--tls-cert")
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise TlsError(f"--tls-cert {path} holds no certificate in PEM form: {error}") from error


def _check_validity(leaf: x509.Certificate, path: Path) -> None:
    from cryptography.x509 import Version

    now = _now()
    if leaf.not_valid_after_utc < now:
        raise TlsError(f"--tls-cert {path} expired on {leaf.not_valid_after_utc:%Y-%m-%d}; take one that is valid")
    if leaf.not_valid_before_utc > now:
        raise TlsError(f"--tls-cert {path} is valid from {leaf.not_valid_before_utc:%Y-%m-%d} on, and not yet")
    if leaf.version is not Version.v3:
        raise TlsError(f"--tls-cert {path} is an X.509 certificate of version 1; make one of version 3, with names")


def _private_key(path: Path) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = _read(path, "--tls-key")
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        raise TlsError(f"--tls-key {path} is encrypted; `openssl pkey -in {path} -out FILE` decrypts it") from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TlsError(f"--tls-key {path} holds no private key in PEM form") from error
    if not _is_servable(key):
        raise TlsError(f"--tls-key {path} is of a kind that cannot be served; take P-256, P-384, Ed25519 or RSA 2048")
    return key


def _is_servable(key: Any) -> bool:
    """Whether the server's TLS library signs with such a key; with any other it ends the process."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size in (2048, 3072, 4096) and key.public_key().public_numbers().e >= 65537
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    return isinstance(key, ed25519.Ed25519PrivateKey)


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TlsError(f"{option} {path} cannot be read: {error.strerror}") from error


def _now() -> datetime:
    return datetime.fromtimestamp(real_time(), UTC)


@contextmanager
def readable(text: bytes) -> Iterator[str]:
    """A path under which a text can be read once, though it lies on no disk."""
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(text)
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)
