"""Bytes to JSON, strictly: what a common parser lets pass but another refuses is refused here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jsonschema_rs
import orjson

from mock_capi import pii
from mock_capi.model import JSON, Incoming, Kept, Violation

DEEPEST = 64
"""Objects and arrays may be nested this deep."""


class Decoded(NamedTuple):
    """A body taken apart: its events as `kept` says, or the violation that kept it from being read.

    `suspect` is False only where the body can hold neither plaintext personal data nor the API key.
    """

    events: Sequence[JSON] = ()
    kept: Kept = Kept.NOTHING
    suspect: bool = True
    violation: Violation | None = None


def decode(incoming: Incoming, is_clean: pii.Screen) -> Decoded:
    """Strict UTF-8 JSON (guide 1.1). NaN, infinities, lone surrogates, a BOM and deep nesting are refused.

    `is_clean` looks at the text for anything that must not be kept.
    """
    body = incoming.body
    if body is None:
        return Decoded()
    if not incoming.complete:
        message = f"The body ended after {len(body)} bytes, before the length that was announced."
        return Decoded(kept=Kept.TEXT, violation=_malformed(message))
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return Decoded(kept=Kept.TEXT, violation=_malformed(_located(body, error)))
    if _too_deep(document):
        message = f"The body nests objects and arrays deeper than {DEEPEST}."
        return Decoded(kept=Kept.TEXT, violation=_malformed(message))
    if isinstance(document, dict):
        return Decoded([document], Kept.EVENT, not is_clean(body.decode()))
    if isinstance(document, list):
        return Decoded(document, Kept.BATCH, not is_clean(body.decode()))
    return Decoded(kept=Kept.TEXT)


def _malformed(message: str) -> Violation:
    return Violation("MALFORMED_JSON", "", None, message)


def _located(body: bytes, error: orjson.JSONDecodeError) -> str:
    """Where the JSON ends to be JSON, and the likely reason; never a quotation."""
    reason = _reason(body)
    if reason:
        return f"The body is not JSON: {reason}."
    at = f"line {error.lineno}, column {error.colno}"
    return f"The body is not strict JSON at {at}{_near(error)}. Serialise it with a JSON library."


def _reason(body: bytes) -> str | None:
    start = body[:64].lstrip()
    if not start:
        return "it is empty"
    if start.startswith(b"\xef\xbb\xbf"):
        return "it starts with a byte order mark; send UTF-8 without it"
    if start.startswith(b"\x1f\x8b"):
        return "it is compressed"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
        return "it is not UTF-8 (it looks like UTF-16)"
    if start.startswith(b"<"):
        return "it looks like XML"
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} is not UTF-8"
    return None


def _near(error: orjson.JSONDecodeError) -> str:
    rest = error.doc[error.pos : error.pos + 12]
    if rest.startswith(("NaN", "Infinity", "-Infinity", "nan")):
        return ": NaN and infinities are not JSON"
    if rest.startswith(("/", "#")):
        return ": comments are not JSON"
    if rest.startswith("'"):
        return ": strings need double quotes"
    if "infinity" in error.msg:
        return ": a number is too large"
    return ": a string has a lone surrogate" if "surrogate" in error.msg else ""


def _nested(levels: int) -> JSON:
    """The schema of a document that nests so deep at the most."""
    schema: JSON = {"type": ["string", "number", "boolean", "null"]}
    for _ in range(levels):
        schema = {"additionalProperties": schema, "items": schema}
    return schema


# Nearly every body is this shallow, and Rust finds that out in half the time that a walk takes.
_is_shallow = jsonschema_rs.Draft202012Validator(_nested(8)).is_valid


def _too_deep(document: JSON) -> bool:
    """Whether the nesting exceeds DEEPEST."""
    return not _is_shallow(document) and _depth_exceeds(document)


def _depth_exceeds(document: JSON) -> bool:
    level: list[JSON] = [document]
    for _ in range(DEEPEST):
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)
