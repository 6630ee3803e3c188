"""The certificate that is made and the one that is brought along: names, validity, keys, and what is said of others."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from mock_capi.web.tls import TlsError, is_made, loaded, made, names_of, readable
from tests.web.certificates import DAY, Pair, self_signed

# Good for a hundred years. `openssl x509 -req` makes such ones where no extensions are asked for.
VERSION_1 = b"""
-----BEGIN CERTIFICATE-----
MIIBJDCBywIUMivUbQ0XwEkqdvsg86xLxGsKrawwCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTAyNDEwM1oYDzIxMjYxMTAxMDI0MTAz
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASHjLoBZNzoo+EbmGIzwb+zKUMCrXRu276cLVXbRxwrchC+8BRy+OVuwJd5GAh8
GabvKbRar5mOtUJTfpm1+mD+MAoGCCqGSM49BAMCA0gAMEUCIF3qhhNQFxqfyA8m
mZm4gem76y9nSH5B1CTjIsqwHOKsAiEA5ZDjCnzY54B6xkqS/BQc/QZ5jRbShJt3
49C9D2DnmPc=
-----END CERTIFICATE-----
"""


def leaf_of(chain: bytes) -> x509.Certificate:
    """The first of its certificates."""
    return x509.load_pem_x509_certificates(chain)[0]


def names_in(certificate: x509.Certificate) -> set[str]:
    """All that it is valid for."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = names.get_values_for_type(x509.IPAddress)
    return {*names.get_values_for_type(x509.DNSName), *map(str, addresses)}


def test_it_is_certified_for_the_names_it_was_made_for() -> None:
    """Addresses too, by a CA that signs it."""
    identity, ca = made(["localhost", "127.0.0.1", "::1", "mock.example.com"])
    certificate = leaf_of(identity.chain)
    assert names_in(certificate) == {"localhost", "127.0.0.1", "::1", "mock.example.com"}
    certificate.verify_directly_issued_by(leaf_of(ca))


def test_it_is_valid_now_and_for_as_long_as_every_system_takes() -> None:
    """Some take none that is valid for more than 825 days."""
    certificate = leaf_of(made(["localhost"])[0].chain)
    now = datetime.now(UTC)
    assert certificate.not_valid_before_utc < now < certificate.not_valid_after_utc - timedelta(days=365)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=825)


def test_the_key_is_shown_to_nobody() -> None:
    """Not even where an identity is printed; and each is made anew."""
    one, other = (made(["localhost"])[0] for _ in range(2))
    assert b"PRIVATE KEY" in one.key
    assert "PRIVATE" not in repr(one)
    assert one.key != other.key


def test_a_name_that_cannot_be_certified_is_told() -> None:
    """With what is wrong with it."""
    with pytest.raises(TlsError, match=re.escape("for all of localhost, mock_capi: Codepoint U+005F")):
        made(["localhost", "mock_capi"])


@pytest.mark.parametrize(("host", "is_named"), [("10.1.2.3", True), ("::", False), ("0.0.0.0", False)])  # noqa: S104
def test_a_server_is_called_many_names(host: str, is_named: bool) -> None:
    """This machine's, a container's, the address it listens on unless that is all of them, and those asked for."""
    names = names_of(host, ["capi.test", "b.test"])
    assert {"localhost", "127.0.0.1", "::1", "mock-capi", "host.docker.internal", "capi.test", "b.test"} <= set(names)
    assert (host in names) == is_named
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("own", "is_named"), [("Build-Box", True), ("my_machine", False), ("", False)])
def test_the_machines_name_is_among_them_if_it_can_be(
    monkeypatch: pytest.MonkeyPatch, own: str, is_named: bool
) -> None:
    """A name that no certificate can have keeps nobody from starting."""
    monkeypatch.setattr(socket, "gethostname", lambda: own)
    names = names_of("127.0.0.1")
    assert (own.lower() in names) == is_named
    made(names)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-256", "P-384", "Ed25519", "RSA 2048"],
)
def test_ones_own_is_taken(tmp_path: Path, key: Any) -> None:
    """Keys of the usual kinds."""
    pair = self_signed(tmp_path, key)
    identity = loaded(*pair)
    assert identity.chain == pair.certificate.read_bytes()
    assert b"PRIVATE KEY" in identity.key


def test_ones_own_may_have_words_around_it(tmp_path: Path) -> None:
    """As openssl prints them, and with the certificates up to the root behind it."""
    pair = self_signed(tmp_path)
    leaf = pair.certificate.read_bytes()
    root = made(["localhost"])[1]
    pair.certificate.write_bytes(b"Certificate:\n    Data:\n" + leaf + b"\nthe next\n" + root)
    assert loaded(*pair).chain == leaf + root


def refused(pair: Pair) -> str:
    """What is said of files; the server itself would end the process without a word that helps."""
    with pytest.raises(TlsError) as caught:
        loaded(*pair)
    return str(caught.value)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """By their option, and why."""
    right = self_signed(tmp_path)
    missing = tmp_path / "no.pem"
    assert refused(Pair(missing, right.key)) == f"--tls-cert {missing} cannot be read: No such file or directory"
    assert refused(Pair(right.certificate, missing)) == f"--tls-key {missing} cannot be read: No such file or directory"
    assert refused(Pair(right.certificate, tmp_path)) == f"--tls-key {tmp_path} cannot be read: Is a directory"


def test_files_with_something_else_in_them_are_told(tmp_path: Path) -> None:
    """Swapped, or the same one twice."""
    right = self_signed(tmp_path)
    assert f"--tls-cert {right.key} holds no certificate in PEM form" in refused(Pair(right.key, right.certificate))
    twice = Pair(right.certificate, right.certificate)
    assert refused(twice) == f"--tls-key {right.certificate} holds no private key in PEM form"


def test_an_encrypted_key_is_told(tmp_path: Path) -> None:
    """With the command that decrypts it."""
    pair = self_signed(tmp_path, password=b"secret")
    assert refused(pair) == f"--tls-key {pair.key} is encrypted; `openssl pkey -in {pair.key} -out FILE` decrypts it"


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()])
def test_a_key_of_another_certificate_is_told(tmp_path: Path, key: Any) -> None:
    """Whether it is of the same kind or not."""
    (tmp_path / "other").mkdir()
    pair = Pair(self_signed(tmp_path).certificate, self_signed(tmp_path / "other", key).key)
    assert refused(pair) == f"--tls-key {pair.key} is not the key of the first certificate in {pair.certificate}"


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 1024),  # noqa: S505 - what is weak is what is refused
        rsa.generate_private_key(3, 2048),
    ],
    ids=["P-521", "RSA 1024", "exponent 3"],
)
def test_a_key_that_the_server_cannot_use_is_told(tmp_path: Path, key: Any) -> None:
    """With those that it can."""
    message = "is of a kind that cannot be served; take P-256, P-384, Ed25519 or RSA 2048"
    assert message in refused(self_signed(tmp_path, key))


@pytest.mark.parametrize(("age", "words"), [(31 * DAY, "own.pem expired on 20"), (-DAY, ", and not yet")])
def test_a_certificate_that_is_not_valid_now_is_told(tmp_path: Path, age: timedelta, words: str) -> None:
    """No client would take it."""
    assert words in refused(self_signed(tmp_path, age=age))


def test_a_certificate_without_names_is_told(tmp_path: Path) -> None:
    """Version 1 of the format has none."""
    pair = self_signed(tmp_path)
    pair.certificate.write_bytes(VERSION_1)
    assert "own.pem is an X.509 certificate of version 1; make one of version 3" in refused(pair)


def test_a_store_of_certificates_is_told(tmp_path: Path) -> None:
    """It would be sent with every handshake."""
    pair = self_signed(tmp_path)
    pair.certificate.write_bytes(pair.certificate.read_bytes() * 200)
    assert "own.pem has 200 certificates; only those up to the root belong in it" in refused(pair)


def test_a_made_ca_is_told_from_anything_else(tmp_path: Path) -> None:
    """Nothing else may be written over."""
    ca = made(["localhost"])[1]
    assert is_made(ca)
    assert not is_made(ca * 2)
    assert not is_made(self_signed(tmp_path).certificate.read_bytes())
    assert not is_made(b"")


def test_what_is_handed_over_is_on_no_disk() -> None:
    """It can be read once, and is gone afterwards."""
    with readable(b"text" * 10_000) as path:
        assert Path(path).is_fifo()
        assert Path(path).read_bytes() == b"text" * 10_000
    assert not Path(path).exists()
