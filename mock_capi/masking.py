"""What may be kept of a body: its events, or its text, with all taken out that a mask takes out of texts."""

from __future__ import annotations

import re

import orjson

from mock_capi.model import JSON
from mock_capi.pii import is_hash, shape_of_hashed, shape_of_opaque
from mock_capi.redact import Mask

_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|([bfnrt/"\\]))')
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX_LIKE = re.compile(r"[0-9A-Fa-f]{6,}\.{0,3}|…")
_OPAQUE_FIELDS = frozenset({"ifa", "partner_id"})
_BARE = Mask()


def mask_malformed(body: bytes, mask: Mask = _BARE) -> bytes:
    """A body that is no JSON, as text with personal data masked; what is no text is dropped.

    NUL bytes go (UTF-16), and what is hidden in JSON's escapes is spelled out before the look.
    """
    try:
        text = body.replace(b"\x00", b"").decode("utf-8")
    except UnicodeDecodeError:
        text = body.replace(b"\x00", b"").decode("latin-1").encode("ascii", "replace").decode()
    unescaped = _ESCAPE.sub(_unescaped, text).encode("utf-16", "surrogatepass")
    return mask(unescaped.decode("utf-16", "replace")).encode()


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _SHORT_ESCAPES.get(escape[2], escape[2])


def mask_event(event: JSON, mask: Mask = _BARE) -> JSON:
    """A copy of an event as the log may keep it: free text by its shapes, identifiers more strictly."""
    if not isinstance(event, dict):
        return mask_json(event, mask)
    return {
        mask(key): _mask_identifiers(value, mask) if key == "identifiers" else mask_json(value, mask)
        for key, value in event.items()
    }


def mask_json(value: JSON, mask: Mask) -> JSON:
    """The same with every string and every key masked."""
    # Of a batch with one address in it most is clean, which is seen far quicker in one text than in many.
    return value if mask.is_clean(orjson.dumps(value).decode()) else _mask_all(value, mask)


def _mask_all(value: JSON, mask: Mask) -> JSON:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_mask_all(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(key): _mask_all(item, mask) for key, item in value.items()}
    return value


def _mask_identifiers(value: JSON, mask: Mask) -> JSON:
    if isinstance(value, dict):
        return {mask(key): _mask_identifier(key, item, mask) for key, item in value.items()}
    return _mask_hashed(value, mask)


def _mask_identifier(key: str, value: JSON, mask: Mask) -> JSON:
    if key not in _OPAQUE_FIELDS or not isinstance(value, str):
        return _mask_hashed(value, mask)
    text = mask(value)
    shape = shape_of_opaque(text)  # what is refused here but left in free text, such as user@localhost
    return f"[masked {shape}, {len(value)} characters]" if shape else text


def _mask_hashed(value: JSON, mask: Mask) -> JSON:
    """Where a hash belongs any other text may be a name, so only what is made of hex digits is shown."""
    if value is None or value == "" or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [_mask_hashed(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(key): _mask_hashed(item, mask) for key, item in value.items()}
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if not is_hash(text):
        shape = shape_of_hashed(text)
        if shape or not _HEX_LIKE.fullmatch(text):
            return f"[masked {shape or 'text'}, {len(text)} characters]"
    return mask_json(value, mask)  # a key may be made of hex digits too


def holds_odd_identifiers(event: JSON) -> bool:
    """True where `mask_event` would change an identifier that has no shape of its own, such as a name."""
    identifiers = event.get("identifiers") if isinstance(event, dict) else None
    if not isinstance(identifiers, dict):
        return identifiers is not None
    hashes = [value for key, value in identifiers.items() if key not in _OPAQUE_FIELDS]
    return not all(isinstance(value, str) and is_hash(value) for value in hashes)
