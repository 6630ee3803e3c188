"""What may be shown of a request's head: header values, the path and the API key, with secrets taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from sys import intern

from mock_capi.model import Headers
from mock_capi.pii import mask_text

MASK = "****"
SHORTEST_HIDDEN = 4
_SECRET = re.compile(r"auth|cookie|token|secret|password|signature|api[-_]?key|session|credential", re.IGNORECASE)
_PLAIN = frozenset({"Host", "Content-Length", "Content-Type", "Accept", "Accept-Encoding", "Connection", "Expect"})
_EMAIL_ONLY = frozenset({"User-Agent", "Server", "Via"})


def mask_key(key: str) -> str:
    """Enough of a key to tell two apart, never enough to use: its first two characters, if it has eight."""
    return f"{key[:2]}{MASK}" if len(key) >= 8 else MASK


def redact_headers(headers: Mapping[str, str], key: str | None) -> Headers:
    """The headers as they may be kept: secrets masked, personal data in values too."""
    return tuple(
        (intern(name), intern(value if name in _PLAIN else _redact_header(name, value, key)))
        for name, value in headers.items()
    )


def _redact_header(name: str, value: str, key: str | None) -> str:
    if _is_secret(name):
        scheme, space, rest = value.partition(" ")
        known = scheme.lower() in ("bearer", "basic", "digest", "token")
        return f"{scheme} {mask_key(rest.strip())}" if space and known else mask_key(value)
    value = hide_key(value, key)
    if name in _EMAIL_ONLY and "@" not in value:
        return value
    return mask_text(value)


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def redact_path(path: str, query: str, key: str | None) -> str:
    """Path and query as they may be kept."""
    return mask_text(hide_key(f"{path}?{query}" if query else path, key))


def hide_key(text: str, key: str | None) -> str:
    """The text without the key that the request was sent with; shorter keys than `SHORTEST_HIDDEN` hide nothing."""
    return text.replace(key, MASK) if key and len(key) >= SHORTEST_HIDDEN else text
