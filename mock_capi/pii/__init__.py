"""Plaintext personal data: its shapes in a text, masking them, and hashes that tell."""

from __future__ import annotations

from mock_capi.pii.masking import Masking, mask_text
from mock_capi.pii.shapes import (
    Screen,
    is_harmless,
    is_hash,
    is_uuid_or_hash,
    looks_numeric,
    screen_without,
    shape_of,
    shape_of_hashed,
    shape_of_opaque,
)
from mock_capi.pii.telling import telling_hashes

__all__ = [
    "Masking",
    "Screen",
    "is_harmless",
    "is_hash",
    "is_uuid_or_hash",
    "looks_numeric",
    "mask_text",
    "screen_without",
    "shape_of",
    "shape_of_hashed",
    "shape_of_opaque",
    "telling_hashes",
]
