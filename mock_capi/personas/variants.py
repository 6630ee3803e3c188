"""What comes of an address, of its bytes and of its hash where somebody does not do as the guide says."""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any


def same(text: Any) -> Any:
    return text


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# --- an e-mail address ---


def without_dots(text: str) -> Iterator[str]:
    local, _, domain = text.partition("@")
    if domain.lower() in ("gmail.com", "googlemail.com"):
        yield f"{local.replace('.', '')}@{domain}"


def without_tag(text: str) -> Iterator[str]:
    local, _, domain = text.partition("@")
    yield f"{local.partition('+')[0]}@{domain}"


def other_gmail(text: str) -> Iterator[str]:
    local, _, domain = text.partition("@")
    others = {"gmail.com": "googlemail.com", "googlemail.com": "gmail.com"}
    if domain.lower() in others:
        yield f"{local}@{others[domain.lower()]}"


def other_cases(text: str) -> Iterator[str]:
    local, _, domain = text.partition("@")
    yield from (text, text.upper(), text.capitalize(), text.title(), f"{local.lower()}@{domain}")
    yield from (f"{local}@{domain.lower()}", f"{local.title()}@{domain.lower()}", f"{local.upper()}@{domain.lower()}")
    yield from (f"{local.capitalize()}@{domain.lower()}", f"{local.capitalize()}@{domain.capitalize()}")


def in_turkish(text: str) -> Iterator[str]:
    yield from (capitals.replace("I", "\u0131").lower() for capitals in (text, text.upper()))


def other_forms(text: str) -> Iterator[str]:
    yield from (unicodedata.normalize(form, text) for form in ("NFD", "NFKC", "NFKD"))


# --- an IP address ---


def mapped(text: str) -> Iterator[str]:
    high, low = divmod(int(IPv4Address(text)), 0x10000)
    yield from (f"::ffff:{text}", f"::FFFF:{text}", f"0:0:0:0:0:ffff:{text}", f"::{text}")
    yield from (f"::ffff:{high:x}:{low:x}", f"::FFFF:{high:X}:{low:X}", f"0:0:0:0:0:ffff:{high:x}:{low:x}")
    yield from (IPv6Address(f"::ffff:{text}").exploded, f"64:ff9b::{text}", f"64:ff9b::{high:x}:{low:x}")


def padded(text: str) -> Iterator[str]:
    yield ".".join(octet.zfill(3) for octet in text.split("."))


def as_number(text: str) -> Iterator[str]:
    number = int(IPv4Address(text))
    yield from (str(number), f"{number:08x}", f"{number:08X}", f"0x{number:08x}", f"0x{number:08X}")


def cut_short(text: str) -> Iterator[str]:
    first, second, third, _ = text.split(".")
    yield from (f"{first}.{second}.{third}.0", f"{first}.{second}.0.0", f"{first}.{second}.{third}")


def with_port(text: str) -> Iterator[str]:
    yield from (f"{text}:{port}" for port in (0, 80, 443, 3000, 5000, 8000, 8080, 8443))


def with_mask(text: str) -> Iterator[str]:
    yield from (f"{text}/32", f"{text}/24")


def packed(text: str) -> Iterator[bytes]:
    try:
        address = ip_address(text)
    except ValueError:
        return
    yield address.packed
    if address.version == 4:
        yield IPv6Address(f"::ffff:{text}").packed


def ipv6_forms(text: str) -> Iterator[str]:
    for written in (text, IPv6Address(text).compressed, IPv6Address(text).exploded):
        yield from (written, written.upper(), f"[{written}]")


# --- a phone number ---


def e164(text: str) -> str:
    return f"+{''.join(filter(str.isdigit, text))}"


def phone_forms(text: str) -> Iterator[str]:
    digits = e164(text)[1:]
    yield from (text, digits, f"00{digits}")


# --- what is put around a text, its bytes, and their hash ---


def spaced(text: str) -> Iterator[str]:
    yield from (f"{text} ", f" {text}", f" {text} ")
    for space in ("  ", "\t", "\u00a0"):
        yield from (f"{text}{space}", f"{space}{text}", f"{space}{text}{space}")


def quoted(text: str) -> Iterator[str]:
    yield from (f'"{text}"', f"'{text}'", f"b'{text}'", f'\\"{text}\\"', f'["{text}"]', f"<{text}>")


def not_utf8(text: str) -> Iterator[bytes]:
    yield from (text.encode(encoding) for encoding in ("utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "utf-32-le"))
    yield text.encode("latin-1", "replace")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def twice(data: bytes) -> Iterator[str]:
    once = hashlib.sha256(data)
    yield from (sha256(text.encode()) for text in (once.hexdigest(), once.hexdigest().upper()))
    yield from (sha256(once.digest()), sha256(b64encode(once.digest())))
    yield from (sha256(text.encode()) for text in (old("md5", data), old("sha1", data)))


def old(name: str, data: bytes) -> str:
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def in_base64(data: bytes) -> Iterator[str]:
    digest = hashlib.sha256(data).digest()
    for encoded in (b64encode(digest), urlsafe_b64encode(digest), b64encode(digest.hex().encode())):
        yield from (encoded.decode(), encoded.decode().rstrip("="))


def marked(data: bytes) -> Iterator[str]:
    yield from (f"{mark}{sha256(data)}" for mark in ("0x", "\\x", "sha256:", "sha256-", "sha256=", "sha256$"))
