"""Masking personal data before anything is kept: free text by its shapes, identifiers more strictly."""

from __future__ import annotations

import re

import orjson

from mock_capi.model import JSON
from mock_capi.pii.pieces import pieces
from mock_capi.pii.shapes import (
    EMAIL,
    IPV4,
    IPV6,
    PHONE,
    is_harmless,
    is_hash,
    is_ipv6,
    shape_of_hashed,
    shape_of_opaque,
)

_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|([bfnrt/"\\]))')
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX_LIKE = re.compile(r"[0-9A-Fa-f]{6,}\.{0,3}|…")
_OPAQUE_FIELDS = frozenset({"ifa", "partner_id"})
_LONGEST_LOOKED_THROUGH = 50_000


def mask_text(text: str) -> str:
    """The text with every shape of personal data replaced by `[masked ...]`. Linear in its length.

    Of a suspect text that goes on and on without a break nothing is kept: looking through it keeps others waiting.
    """
    if is_harmless(text):
        return text
    return "".join(piece if is_harmless(piece) else _masked(piece) for piece in pieces(text))


def _masked(text: str) -> str:
    if len(text) > _LONGEST_LOOKED_THROUGH:
        return f"[masked text, {len(text)} characters]"
    text = EMAIL.sub("[masked e-mail]", text)
    if is_harmless(text):  # mostly that was all
        return text
    text = IPV4.sub("[masked IPv4]", text)
    text = IPV6.sub(lambda match: "[masked IPv6]" if is_ipv6(match[0]) else match[0], text)
    return PHONE.sub("[masked phone]", text)


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
    """The same with the shapes masked in every string and every key."""
    # Of a batch with one address in it most is clean, which is seen far quicker in one text than in many.
    return value if is_harmless(orjson.dumps(value).decode()) else _mask_all(value)


def _mask_all(value: JSON) -> JSON:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [_mask_all(item) for item in value]
    if isinstance(value, dict):
        return {mask_text(key): _mask_all(item) for key, item in value.items()}
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
    if is_hash(text):
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
    return isinstance(value, str) and is_hash(value)
