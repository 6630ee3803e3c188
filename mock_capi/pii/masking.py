"""Masking personal data in a text, by its shapes."""

from __future__ import annotations

from collections.abc import Callable

from mock_capi.pii.pieces import pieces
from mock_capi.pii.shapes import EMAIL, IPV4, IPV6, PHONE, is_harmless, is_ipv6, spelled_out

Masking = Callable[[str], str]
"""Takes out of a text what may not be shown."""
_LONGEST_LOOKED_THROUGH = 50_000


def mask_text(text: str) -> str:
    """The text with every shape of personal data replaced by `[masked ...]`. Linear in its length.

    Where a shape is hidden in escapes the whole text comes back without them. Of a suspect text that goes on and on
    without a break nothing is kept: looking through it keeps others waiting.
    """
    if is_harmless(text):
        return text
    plain = spelled_out(text)
    masked = _masked(plain)
    return masked if masked != plain or plain == text else _masked(text)


def _masked(text: str) -> str:
    return "".join(piece if is_harmless(piece) else _masked_piece(piece) for piece in pieces(text))


def _masked_piece(text: str) -> str:
    if len(text) > _LONGEST_LOOKED_THROUGH:
        return f"[masked text, {len(text)} characters]"
    # First, since its end before an at sign would be taken for who has the mailbox, and the rest of it left.
    text = IPV6.sub(lambda match: "[masked IPv6]" if is_ipv6(match[0]) else match[0], text)
    text = EMAIL.sub("[masked e-mail]", text)
    if is_harmless(text):  # mostly that was all
        return text
    text = IPV4.sub("[masked IPv4]", text)
    return PHONE.sub("[masked phone]", text)
