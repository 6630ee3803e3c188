"""Shapes of plaintext personal data: recognising them, in one text and at a glance in a whole body."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address

import jsonschema_rs

from mock_capi.pii.pieces import found, pieces

# Where a word may start: at no other character of one, or after a percent escape.
_ESCAPED_BEFORE = "(?<=%[0-9A-Fa-f]{2})"
_START = rf"(?:(?<![\w.])|{_ESCAPED_BEFORE})"
# Without the characters that part a URL: a query's other parameters are not part of an address.
_LOCAL = r"\w.!#$'+^`~-"
_LETTER = rf"(?:[{_LOCAL}]|%[89A-Fa-f][0-9A-Fa-f])"
_DOMAIN = r"@(?:[\w-]++\.)+[^\W\d_]{2,}+"
# Not from within an escape, or a row of them would be read again from each.
EMAIL = re.compile(rf"(?<![{_LOCAL}])(?<!%(?=[89A-Fa-f][0-9A-Fa-f])){_LETTER}++{_DOMAIN}(?:{_LETTER}*+{_DOMAIN})*+")
_END_OF_EMAIL = re.compile(rf"[{_LOCAL}]{_DOMAIN}")  # an escape ends like that too
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = re.compile(rf"{_START}(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?\w)")
IPV6 = re.compile(
    rf"(?:(?<![\w:.])|{_ESCAPED_BEFORE})[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f:]{{1,39}}(?:\.[0-9.]{{5,11}})?(?![\w:])"
)
# In a query a plus sign is a space.
_GAP = r"[ .()/+-]{0,2}"
PHONE = re.compile(
    rf"{_START}\+[0-9](?:{_GAP}[0-9]){{6,14}}(?!\w)"
    rf"|(?:(?<![\w.-])|{_ESCAPED_BEFORE})(?:\([0-9]{{3}}\)[ +]?|[0-9]{{3}}[ .+-])[0-9]{{3}}[ .+-][0-9]{{4}}(?![\w-])"
)
# How a URL, or JSON in a text, writes printable ASCII; and again, where it stands in another URL or text.
_SPELLED = re.compile(r"(?:%(?:25)*|(?<!\\)\\++u00)([2-6][0-9A-Fa-f]|7[0-9A-Ea-e])")
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
    rf"[0-9A-Fa-f:]{_PERCENT}3[Aa]",
    rf"{_PERCENT}3[Aa]:",  # not in one pattern with the last: that would take two hundred times as long
    rf"(?:[ .)+-]|{_PERCENT}2[09BbDd])[0-9][0-9][0-9](?:[ .+-]|{_PERCENT}2[0BbDd])[0-9][0-9][0-9][0-9]",
)
Screen = Callable[[str], bool]


def screen_without(*patterns: str) -> Screen:
    """True only where none of the patterns matches; these are such as both Rust and Python take."""
    schema = {"allOf": [{"not": {"pattern": pattern}} for pattern in patterns]}
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions()).is_valid


is_harmless = screen_without(*_HINTS)
"""True only of a text with no shape in it, or JSON with none in its strings; far quicker than a search."""
_LONE_EMAIL = re.compile(r"\s*[^@\s]+@[^@\s]+\s*")
_LONE_PHONE = re.compile(r"\s*\+?[0-9](?:[ .()/-]{0,2}[0-9]){6,14}\s*")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST_ADDRESS = 64


def spelled_out(text: str) -> str:
    """The text with the escapes of printable ASCII resolved, however often they are escaped themselves."""
    return _SPELLED.sub(lambda escape: chr(int(escape[1], 16)), text)


def shape_of(text: str) -> str | None:
    """What a free text contains: "e-mail address", "IPv4 address", "IPv6 address", "phone number" or None."""
    if is_harmless(text):
        return None
    plain = spelled_out(text)
    return shape_in(plain) or (shape_in(text) if plain != text else None)


def shape_in(text: str) -> str | None:
    """The same of a text in which nothing is escaped."""
    suspect = [piece for piece in pieces(text) if not is_harmless(piece)]
    if _holds(suspect, _END_OF_EMAIL):
        return "e-mail address"
    if _holds(suspect, IPV4):
        return "IPv4 address"
    if any(is_ipv6(text) for piece in suspect for text in found(IPV6, piece)):
        return "IPv6 address"
    return "phone number" if _holds(suspect, PHONE) else None


def _holds(suspect: Sequence[str], shape: re.Pattern[str]) -> bool:
    return any(True for piece in suspect for _ in found(shape, piece))


def shape_of_opaque(text: str) -> str | None:
    """What stands alone where an opaque id should; as `shape_of`, and `user@localhost` too."""
    if is_harmless(text):
        return None
    plain = spelled_out(text)
    if _LONE_EMAIL.fullmatch(plain):
        return "e-mail address"
    stripped = plain.strip()
    if len(stripped) > _LONGEST_ADDRESS:
        return shape_of(text)
    try:
        return f"IPv{ip_address(stripped).version} address"
    except ValueError:
        return shape_of(text)


def shape_of_hashed(text: str) -> str | None:
    """What stands where a hash should: there digits alone are a phone number, since no other text belongs there."""
    shape = shape_of_opaque(text)
    return "phone number" if shape is None and _LONE_PHONE.fullmatch(spelled_out(text)) else shape


def is_uuid_or_hash(text: str) -> bool:
    """A UUID or a SHA-256 in hex: forms of identifiers that hold no personal data."""
    return _UUID.fullmatch(text) is not None or is_hash(text)


def is_hash(text: str) -> bool:
    """A SHA-256 in hex, in small letters or capitals."""
    return _HASH.fullmatch(text) is not None


def looks_numeric(text: str) -> bool:
    """Bare digits of a phone number's length: a phone number, or just as well somebody's customer number."""
    return text.isascii() and text.isdigit() and 7 <= len(text) <= 15


def is_ipv6(text: str) -> bool:
    """Whether what looks like it is a real IPv6 address: not a time of day, not the `::` of a programming language."""
    groups = [group for group in text.split(":") if group]
    if len(groups) < 2 or not any(len(group) > 2 for group in groups):
        return False
    try:
        socket.inet_pton(socket.AF_INET6, text)  # says the same as ip_address, in a tenth of its time
    except OSError:
        return False
    return True
