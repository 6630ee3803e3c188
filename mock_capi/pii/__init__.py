"""Plaintext personal data: its shapes, masking it before anything is kept, and hashes that tell."""

from __future__ import annotations

from mock_capi.pii.masking import holds_odd_identifiers, mask_event, mask_json, mask_malformed, mask_text
from mock_capi.pii.shapes import (
    Screen,
    is_uuid_or_hash,
    looks_numeric,
    screen_for,
    shape_of,
    shape_of_hashed,
    shape_of_opaque,
)
from mock_capi.pii.telling import telling_hashes

__all__ = [
    "Screen",
    "holds_odd_identifiers",
    "is_uuid_or_hash",
    "looks_numeric",
    "mask_event",
    "mask_json",
    "mask_malformed",
    "mask_text",
    "screen_for",
    "shape_of",
    "shape_of_hashed",
    "shape_of_opaque",
    "telling_hashes",
]
