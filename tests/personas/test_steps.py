"""The table of slips: every hash it should know, made here by other means, is known for what it is."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from mock_capi.personas import Trace, find, persona, wrong_in
from mock_capi.personas.steps import EMAIL, IPV4, IPV6, PHONE

EMAIL_OF_ANNA, ADDRESS = "Anna.Doe+shop@gmail.com", "203.0.113.7"
RIGHT = "anna.doe+shop@gmail.com"


def sha(text: str | bytes) -> str:
    """The SHA-256 of a text in hex."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def slips(value: str, **given: str) -> tuple[str, ...] | None:
    """The names of the slips that led from a person to a hash; None where it is not theirs."""
    trace = find(persona(given or {"email": EMAIL_OF_ANNA, "ip": ADDRESS}, "Anna").hashes, value)
    return tuple(slip.name for slip in trace.slips) if trace else None


def by(name: str) -> Callable[[str], str]:
    """A hash function as hex."""
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (sha(RIGHT), ()),
        (sha(EMAIL_OF_ANNA), ("not_lowercased",)),
        (sha(RIGHT.upper()), ("not_lowercased",)),
        (sha("ANNA.DOE+SHOP@gmail.com"), ("not_lowercased",)),
        (sha(f"{RIGHT} "), ("not_trimmed",)),
        (sha(f"\t{RIGHT}"), ("not_trimmed",)),
        (sha(f"{RIGHT}\u00a0"), ("not_trimmed",)),
        (sha(f"{RIGHT}\n"), ("newline",)),
        (sha(f"{RIGHT}\r\n"), ("newline",)),
        (sha(json.dumps(RIGHT)), ("quoted",)),
        (sha(str(RIGHT.encode())), ("quoted",)),
        (sha("annadoe+shop@gmail.com"), ("gmail_dots",)),
        (sha("anna.doe@gmail.com"), ("plus_tag",)),
        (sha("annadoe@gmail.com"), ("plus_tag", "gmail_dots")),
        (sha("anna.doe+shop@googlemail.com"), ("other_gmail",)),
        (sha(f"mailto:{RIGHT}"), ("mailto",)),
        (sha("anna.doe%2Bshop%40gmail.com"), ("percent_encoded",)),
        (sha(RIGHT.encode("utf-16-le")), ("encoding",)),
        (sha(b"\xef\xbb\xbf" + RIGHT.encode()), ("encoding",)),
        (sha(sha(RIGHT)), ("hashed_twice",)),
        (sha(sha(RIGHT).upper()), ("hashed_twice",)),
        (sha(hashlib.sha256(RIGHT.encode()).digest()), ("hashed_twice",)),
        (sha(by("md5")(RIGHT)), ("hashed_twice",)),
        *((by(name)(RIGHT), (name,)) for name in ("md5", "sha1", "sha224", "sha384", "sha512", "sha3_256")),
        (base64.b64encode(hashlib.sha256(RIGHT.encode()).digest()).decode(), ("base64",)),
        (base64.urlsafe_b64encode(hashlib.sha256(RIGHT.encode()).digest()).decode().rstrip("="), ("base64",)),
        (f"0x{sha(RIGHT)}", ("marked",)),
        (f"sha256:{sha(RIGHT)}", ("marked",)),
        (sha(RIGHT).upper(), ()),
        (f" {sha(RIGHT)}\n", ()),
        (sha(f"{EMAIL_OF_ANNA}\n"), ("not_lowercased", "newline")),
        (sha(sha(f"{RIGHT}\n")), ("newline", "hashed_twice")),
        (by("md5")(EMAIL_OF_ANNA), ("not_lowercased", "md5")),
        (sha("someone@example.com"), None),
        (sha(f"pepper{RIGHT}"), None),
    ],
)
def test_a_hash_of_an_email_is_known(value: str, names: tuple[str, ...] | None) -> None:
    """The right one, each slip alone, and two that come together."""
    assert slips(value) == names


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (sha(ADDRESS), ()),
        (sha(f"::ffff:{ADDRESS}"), ("ipv6_mapped",)),
        (sha("::ffff:cb00:7107"), ("ipv6_mapped",)),
        (sha("0000:0000:0000:0000:0000:ffff:cb00:7107"), ("ipv6_mapped",)),
        (sha("64:ff9b::cb00:7107"), ("ipv6_mapped",)),
        (sha(f"{ADDRESS}:443"), ("port",)),
        (sha("203.000.113.007"), ("leading_zeros",)),
        (sha("3405803783"), ("integer",)),
        (sha("cb007107"), ("integer",)),
        (sha("203.0.113.0"), ("cut_short",)),
        (sha(f"{ADDRESS}/32"), ("netmask",)),
        (sha(bytes([203, 0, 113, 7])), ("packed",)),
        (sha(bytes(10) + b"\xff\xff" + bytes([203, 0, 113, 7])), ("packed",)),
        (sha(f"{ADDRESS}\n"), ("newline",)),
        (sha(f"::ffff:{ADDRESS}\n"), ("ipv6_mapped", "newline")),
        (by("md5")(ADDRESS), ("md5",)),
        (sha("203.0.113.8"), None),
    ],
)
def test_a_hash_of_an_ipv4_address_is_known(value: str, names: tuple[str, ...] | None) -> None:
    """In all the ways in which addresses are written."""
    assert slips(value) == names


@pytest.mark.parametrize("form", ["NFD", "NFKD"])
def test_an_address_in_another_unicode_form_is_known(form: Any) -> None:
    """NFC is right, however the person was registered."""
    composed = "zo\u00eb@example.com"
    other = unicodedata.normalize(form, composed)
    for given in (composed, other):
        assert slips(sha(composed), email=given) == ()
        assert slips(sha(other), email=given) == ("unicode_form",)


def test_small_letters_of_turkish_are_known() -> None:
    """Where the locale makes a dotless i of a capital I."""
    assert slips(sha("info@example.com"), email="INFO@example.com") == ()
    assert slips(sha("\u0131nfo@example.com"), email="INFO@example.com") == ("turkish",)


def test_hashes_of_what_no_field_takes_are_known() -> None:
    """An IPv6 address and a phone number, however they are written: neither is right anywhere."""
    for given, written in (
        ({"ip": "2001:db8::1"}, ("2001:db8::1", "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001")),
        ({"phone": "+1 (415) 555-0123"}, ("+14155550123", "14155550123", "0014155550123", "+1 (415) 555-0123")),
    ):
        hashes = persona(given, "Ben").hashes
        for text in written:
            trace = find(hashes, sha(text))
            assert trace
            assert all(wrong_in(field, trace) for field in ("email_sha256", "ip", "ifa"))


@pytest.mark.parametrize("kind", [EMAIL, IPV4, IPV6, PHONE], ids=lambda kind: str(kind.words))
def test_every_slip_says_what_is_wrong_and_how_to_mend_it(kind: Any) -> None:
    """Each row of the table is complete, and its name stands once."""
    rows = [slip for step in kind.steps for slip in step.slips if kind.field]
    assert len({slip.name for slip in rows}) == len(rows)
    assert all(slip.wrong and slip.mend.endswith((".", ")")) for slip in rows)
    assert kind.field or kind.otherwise.endswith(".")


def test_every_slip_is_made() -> None:
    """By a person who has all that slips need: capitals, dots, a tag, an accent."""
    person = persona({"email": "Zo\u00eb.Iris+shop@Gmail.com", "ip": ADDRESS}, "Zoe")
    made = {slip.name for trace in person.hashes.values() for slip in trace.slips}
    assert made == {slip.name for kind in (EMAIL, IPV4) for step in kind.steps for slip in step.slips}


def test_what_is_said_is_short_and_without_the_address() -> None:
    """Messages end up in logs and mails."""
    person = persona({"email": EMAIL_OF_ANNA, "ip": ADDRESS, "phone": "+14155550123"}, "Anna")
    traces: set[Trace] = set(person.hashes.values())
    for field in ("email_sha256", "ip", "ifa"):
        for words in filter(None, (wrong_in(field, trace) for trace in traces)):
            assert len(words) < 330
            assert not any(secret in words.lower() for secret in (RIGHT, "anna.doe", ADDRESS, "4155550123"))
