"""Shapes of plaintext personal data: recognising them in a text, and masking them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from ipaddress import IPv4Network, ip_address

import jsonschema_rs

Masking = Callable[[str], str]
"""Takes out of a text what may not be shown."""
Screen = Callable[[str], bool]
# Where a word may start: at no other character of one, or after a percent escape.
_ESCAPED_BEFORE = "(?<=%[0-9A-Fa-f]{2})"
_START = rf"(?:(?<![\w.])|{_ESCAPED_BEFORE})"
# Without the characters that part a URL: a query's other parameters are not part of an address.
_LOCAL = r"\w.!#$'+^`~-"
_LETTER = rf"(?:[{_LOCAL}]|%[89A-Fa-f][0-9A-Fa-f])"
_DOMAIN = r"@(?:[\w-]++\.)+[^\W\d_]{2,}+"
_EMAIL = re.compile(rf"(?<![{_LOCAL}]){_LETTER}++{_DOMAIN}(?:{_LETTER}*+{_DOMAIN})*+")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_START}(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?\w)")
_IPV6 = re.compile(
    rf"(?:(?<![\w:.])|{_ESCAPED_BEFORE})[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f:]{{1,39}}(?:\.[0-9.]{{5,11}})?(?![\w:])"
)
# In a query a plus sign is a space.
_GAP = r"[ .()/+-]{0,2}"
_PHONE = re.compile(
    rf"{_START}\+[0-9](?:{_GAP}[0-9]){{6,14}}(?!\w)"
    rf"|(?:(?<![\w.-])|{_ESCAPED_BEFORE})(?:\([0-9]{{3}}\)[ +]?|[0-9]{{3}}[ .+-])[0-9]{{3}}[ .+-][0-9]{{4}}(?![\w-])"
)
# How a URL, or JSON in a text, writes printable ASCII; and again, where it stands in another URL or text.
_SPELLED = re.compile(r"(?:%(?:25)*|\\+u00)([2-6][0-9A-Fa-f]|7[0-9A-Ea-e])")
_PERCENT = "%(?:25)*"
# What every shape above contains, however it is spelled; of what is seldom escaped, any escape is a hint. Rust's regex
# reads a 1 MB body in under 1 ms where Python's takes 50; it is quickest with several small patterns, and with digits
# spelled out instead of counted.
_HINTS = (
    r"@|::|\\u00",
    rf"{_PERCENT}(?:2[Ee]|3[0-9]|4[0-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])",
    rf"(?:\+|{_PERCENT}2[Bb])[0-9]",
    r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
    r"[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
    rf"[0-9A-Fa-f:]{_PERCENT}3[Aa]|{_PERCENT}3[Aa]:",
    rf"(?:[ .)+-]|{_PERCENT}2[09BbDd])[0-9][0-9][0-9](?:[ .+-]|{_PERCENT}2[0BbDd])[0-9][0-9][0-9][0-9]",
)


def screen(*patterns: str) -> Screen:
    """A quick look at a whole body: True only where `mask_text` would change nothing, and no pattern matches."""
    return screen_without(*_HINTS, *patterns)


def screen_without(*patterns: str) -> Screen:
    """True only where none of the patterns matches; these are such as both Rust and Python take."""
    schema = {"allOf": [{"not": {"pattern": pattern}} for pattern in patterns]}
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions()).is_valid


is_clean = screen()
"""The same for the shapes alone."""

_PRIVATE_NETWORKS = (
    *("10.0.0.0/24", "10.0.1.0/24", "172.16.0.0/24", "172.17.0.0/24", "172.18.0.0/24"),
    *("192.168.0.0/24", "192.168.1.0/24", "192.168.2.0/24", "169.254.169.0/24"),
)
_LONE_EMAIL = re.compile(r"\s*[^@\s]+@[^@\s]+\s*")
_LONE_PHONE = re.compile(r"\s*\+?[0-9](?:[ .()/-]{0,2}[0-9]){6,14}\s*")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HASH = re.compile(r"[0-9a-fA-F]{64}")


def shape_of(text: str) -> str | None:
    """What a free text contains: "e-mail address", "IPv4 address", "IPv6 address", "phone number" or None."""
    return None if is_clean(text) else _shape_in(_spelled_out(text)) or _shape_in(text)


def _shape_in(text: str) -> str | None:
    if _EMAIL.search(text):
        return "e-mail address"
    if _IPV4.search(text):
        return "IPv4 address"
    if any(_is_ipv6(match[0]) for match in _IPV6.finditer(text)):
        return "IPv6 address"
    return "phone number" if _PHONE.search(text) else None


def shape_of_opaque(text: str) -> str | None:
    """What stands alone where an opaque id should; as `shape_of`, and `user@localhost` too."""
    if is_clean(text):
        return None
    plain = _spelled_out(text)
    if _LONE_EMAIL.fullmatch(plain):
        return "e-mail address"
    try:
        return f"IPv{ip_address(plain.strip()).version} address"
    except ValueError:
        return shape_of(text)


def shape_of_hashed(text: str) -> str | None:
    """What stands where a hash should: there digits alone are a phone number, since no other text belongs there."""
    shape = shape_of_opaque(text)
    return "phone number" if shape is None and _LONE_PHONE.fullmatch(_spelled_out(text)) else shape


def is_uuid_or_hash(text: str) -> bool:
    """A UUID or a SHA-256 in hex: forms of identifiers that hold no personal data."""
    return _UUID.fullmatch(text) is not None or is_hash(text)


def is_hash(text: str) -> bool:
    """A SHA-256 in hex, in small letters or capitals."""
    return _HASH.fullmatch(text) is not None


def looks_numeric(text: str) -> bool:
    """Bare digits of a phone number's length: a phone number, or just as well somebody's customer number."""
    return text.isascii() and text.isdigit() and 7 <= len(text) <= 15


def mask_text(text: str) -> str:
    """The text with every shape of personal data replaced by `[masked ...]`; linear in its length.

    Where a shape is hidden in escapes the whole text comes back without them.
    """
    if is_clean(text):
        return text
    plain = _spelled_out(text)
    masked = _masked(plain)
    return masked if masked != plain else _masked(text)


def _masked(text: str) -> str:
    text = _IPV6.sub(lambda match: "[masked IPv6]" if _is_ipv6(match[0]) else match[0], text)
    text = _EMAIL.sub("[masked e-mail]", text)
    text = _IPV4.sub("[masked IPv4]", text)
    return _PHONE.sub("[masked phone]", text)


def _spelled_out(text: str) -> str:
    """The text with the escapes of printable ASCII resolved, however often they are escaped themselves."""
    return _SPELLED.sub(lambda escape: chr(int(escape[1], 16)), text)


def _is_ipv6(text: str) -> bool:
    """A real IPv6 address: not a time of day, not the `::` of a programming language."""
    groups = [group for group in text.split(":") if group]
    if len(groups) < 2 or not any(len(group) > 2 for group in groups):
        return False
    try:
        return ip_address(text).version == 6
    except ValueError:
        return False


@cache
def telling_hashes() -> dict[str, str]:
    """SHA-256 of what should not have been hashed, to its description.

    Texts that stand for nothing, loopback, and the private addresses that are most in use, which
    are described as `an address ...`.
    """
    texts = {"": "the empty string", " ": "a space", "\n": "a newline", "NaN": '"NaN"'}
    for word in ("null", "undefined", "none", "nil", "nan", "n/a", "na", "unknown", "true", "false", "0"):
        texts |= {spelling: f'"{spelling}"' for spelling in (word, word.upper(), word.capitalize())}
    texts |= {name: f"an address of no one ({name})" for name in ("localhost", "::1", "0.0.0.0")}  # noqa: S104 - text
    texts |= {str(address): "an address of this very machine" for address in IPv4Network("127.0.0.0/24")}
    for network in _PRIVATE_NETWORKS:
        texts |= {str(address): "an address of a private network" for address in IPv4Network(network)}
    return {sha256(text.encode()).hexdigest(): words for text, words in texts.items()}
