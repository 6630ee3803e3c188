"""Shapes of plaintext personal data: recognising them, and masking them before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from ipaddress import IPv4Network, ip_address

import jsonschema_rs
import orjson

from mock_capi.model import JSON

# Without the characters that part a URL: a query's other parameters are not part of an address.
_LOCAL = r"\w.!#$'+^`~-"
_DOMAIN = r"(?:@|%40)(?:[\w-]++\.)+[^\W\d_]{2,}+"
_EMAIL = re.compile(rf"(?<![{_LOCAL}])[{_LOCAL}]++{_DOMAIN}(?:[{_LOCAL}]*+{_DOMAIN})*+")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
# Where a word may start: at no other character of one, or after a percent escape.
_START = r"(?:(?<![\w.])|(?<=%[0-9A-Fa-f]{2}))"
_IPV4 = re.compile(rf"{_START}(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?\w)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,39}(?:\.[0-9.]{5,11})?(?![\w:])")
_GAP = r"(?:[ .()/-]|%2[089]){0,2}"
_PHONE = re.compile(
    rf"{_START}(?:\+[0-9](?:{_GAP}[0-9]){{6,14}}|%2[Bb][0-9](?:(?:\+|{_GAP})[0-9]){{6,14}})(?!\w)"
    r"|(?<![\w.-])(?:\([0-9]{3}\) ?|[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}(?![\w-])"
)
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|([bfnrt/"\\]))')
# What every shape above contains. Rust's regex reads a 1 MB body in under 1 ms where Python's takes 50; it is
# quickest with several small patterns, and with digits spelled out instead of counted.
_HINTS = (
    r"@|%40|::|\\u00",
    r"(?:\+|%2[Bb])[0-9]",
    r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
    r"[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
    r"[ .)-][0-9][0-9][0-9][ .-][0-9][0-9][0-9][0-9]",
)
Screen = Callable[[str], bool]


def _screen_without(*patterns: str) -> Screen:
    schema = {"allOf": [{"not": {"pattern": pattern}} for pattern in patterns]}
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions()).is_valid


_no_hint = _screen_without(*_HINTS)

_PRIVATE_NETWORKS = (
    *("10.0.0.0/24", "10.0.1.0/24", "172.16.0.0/24", "172.17.0.0/24", "172.18.0.0/24"),
    *("192.168.0.0/24", "192.168.1.0/24", "192.168.2.0/24", "169.254.169.0/24"),
)
_LONE_EMAIL = re.compile(r"\s*[^@\s]+(?:@|%40)[^@\s]+\s*")
_LONE_PHONE = re.compile(r"\s*(?:\+|%2[Bb])?[0-9](?:[ .()/-]{0,2}[0-9]){6,14}\s*")
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX_LIKE = re.compile(r"[0-9A-Fa-f]{6,}\.{0,3}|…")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_OPAQUE_FIELDS = frozenset({"ifa", "partner_id"})


def screen_for(key: str | None) -> Screen:
    """A quick look at a whole body: True only where `mask_text` would change nothing and the key is not in it."""
    # JSON may write a slash with a backslash before it; any other escape of ASCII is a hint by itself.
    return _screen_without(*_HINTS, re.escape(key).replace("/", r"\\?/")) if key else _no_hint


def shape_of(text: str) -> str | None:
    """What a free text contains: "e-mail address", "IPv4 address", "IPv6 address", "phone number" or None."""
    if _no_hint(text):
        return None
    if _EMAIL.search(text):
        return "e-mail address"
    if _IPV4.search(text):
        return "IPv4 address"
    if any(_is_ipv6(match[0]) for match in _IPV6.finditer(text)):
        return "IPv6 address"
    return "phone number" if _PHONE.search(text) else None


def shape_of_opaque(text: str) -> str | None:
    """What stands alone where an opaque id should; as `shape_of`, and `user@localhost` too."""
    if _no_hint(text):
        return None
    if _LONE_EMAIL.fullmatch(text):
        return "e-mail address"
    try:
        return f"IPv{ip_address(text.strip()).version} address"
    except ValueError:
        return shape_of(text)


def shape_of_hashed(text: str) -> str | None:
    """What stands where a hash should: there digits alone are a phone number, since no other text belongs there."""
    shape = shape_of_opaque(text)
    return "phone number" if shape is None and _LONE_PHONE.fullmatch(text) else shape


def is_uuid_or_hash(text: str) -> bool:
    """A UUID or a SHA-256 in hex: forms of identifiers that hold no personal data."""
    return _UUID.fullmatch(text) is not None or _HASH.fullmatch(text) is not None


def looks_numeric(text: str) -> bool:
    """Bare digits of a phone number's length: a phone number, or just as well somebody's customer number."""
    return text.isascii() and text.isdigit() and 7 <= len(text) <= 15


def mask_text(text: str) -> str:
    """The text with every shape of personal data replaced by `[masked ...]`. Linear in its length."""
    if _no_hint(text):
        return text
    text = _EMAIL.sub("[masked e-mail]", text)
    text = _IPV4.sub("[masked IPv4]", text)
    text = _IPV6.sub(lambda match: "[masked IPv6]" if _is_ipv6(match[0]) else match[0], text)
    return _PHONE.sub("[masked phone]", text)


def mask_malformed(body: bytes) -> bytes:
    """A body that is no JSON, as text with personal data masked; what is no text is dropped.

    NUL bytes go (UTF-16), and what is hidden in JSON's escapes is spelled out before the look.
    """
    try:
        text = body.replace(b"\x00", b"").decode("utf-8")
    except UnicodeDecodeError:
        text = body.replace(b"\x00", b"").decode("latin-1").encode("ascii", "replace").decode()
    spelled_out = _ESCAPE.sub(_spelled_out, text).encode("utf-16", "surrogatepass")
    return mask_text(spelled_out.decode("utf-16", "replace")).encode()


def _spelled_out(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _SHORT_ESCAPES.get(escape[2], escape[2])


def mask_event(event: JSON) -> JSON:
    """A copy of an event as the log may keep it: free text by its shapes, identifiers more strictly."""
    if not isinstance(event, dict):
        return mask_json(event)
    return {
        mask_text(key): _mask_identifiers(value) if key == "identifiers" else mask_json(value)
        for key, value in event.items()
    }


def mask_json(value: JSON) -> JSON:
    """A copy with the shapes masked in every string and every key."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [mask_json(item) for item in value]
    if isinstance(value, dict):
        return {mask_text(key): mask_json(item) for key, item in value.items()}
    return value


def _mask_identifiers(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {mask_text(key): _mask_identifier(key, item) for key, item in value.items()}
    return _mask_hashed(value)


def _mask_identifier(key: str, value: JSON) -> JSON:
    if key not in _OPAQUE_FIELDS or not isinstance(value, str):
        return _mask_hashed(value)
    text = mask_text(value)
    shape = shape_of_opaque(text)  # what is refused here but left in free text, such as user@localhost
    return f"[masked {shape}, {len(value)} characters]" if shape else text


def _mask_hashed(value: JSON) -> JSON:
    """Where a hash belongs any other text may be a name, so only what is made of hex digits is shown."""
    if value is None or value == "" or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [_mask_hashed(item) for item in value]
    if isinstance(value, dict):
        return {mask_text(key): _mask_hashed(item) for key, item in value.items()}
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if _HASH.fullmatch(text):
        return value
    shape = shape_of_hashed(text)
    if shape is None and _HEX_LIKE.fullmatch(text):
        return value
    return f"[masked {shape or 'text'}, {len(text)} characters]"


def holds_odd_identifiers(event: JSON) -> bool:
    """True where `mask_event` would change an identifier that has no shape of its own, such as a name."""
    identifiers = event.get("identifiers") if isinstance(event, dict) else None
    if not isinstance(identifiers, dict):
        return identifiers is not None
    return any(key not in _OPAQUE_FIELDS and not _is_hash(value) for key, value in identifiers.items())


def _is_hash(value: JSON) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


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
