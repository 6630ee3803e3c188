"""What may be shown of a request's head: header values, the path and the API key, with secrets taken out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from sys import intern

import orjson

from mock_capi.model import JSON, Headers
from mock_capi.pii import mask_text

Secrets = tuple[str, ...]
MASK = "****"
SHORTEST_HIDDEN = 4
_SECRET = re.compile(r"auth|cookie|token|secret|password|signature|api[-_]?key|session|credential", re.IGNORECASE)
_PLAIN = frozenset({"Content-Length"})
# Versions look like addresses, and the address of a host that was called is nobody's.
_EMAIL_ONLY = frozenset({"Host", "User-Agent", "Server", "Via"})
_AT = re.compile("@|%40")
_USUAL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def mask_key(key: str) -> str:
    """Enough of a key to tell two apart, never enough to use: its first two characters, if it has eight."""
    return f"{key[:2]}{MASK}" if len(key) >= 8 else MASK


def redact_headers(headers: Mapping[str, str], secrets: Secrets) -> Headers:
    """The headers as they may be kept: secrets masked, personal data in values too."""
    return tuple(
        (intern(_shown_name(name)), intern(value if name in _PLAIN else _redact_header(name, value, secrets)))
        for name, value in headers.items()
    )


def _redact_header(name: str, value: str, secrets: Secrets) -> str:
    if _is_secret(name):
        scheme, space, rest = value.partition(" ")
        known = scheme.lower() in ("bearer", "basic", "digest", "token")
        return f"{scheme} {mask_key(rest.strip())}" if space and known else mask_key(value)
    value = hide(value, secrets)
    if name in _EMAIL_ONLY and not _AT.search(value):
        return value
    return mask_text(value)


@lru_cache(maxsize=256)
def _shown_name(name: str) -> str:
    """The sender chose it, so it may hold anything."""
    return mask_text(name)


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def redact_method(method: str, secrets: Secrets) -> str:
    """The method as it may be kept, which may be any word."""
    return method if method in _USUAL_METHODS else mask_text(hide(method, secrets))


def redact_path(path: str, query: str, secrets: Secrets) -> str:
    """Path and query as they may be kept: values of parameters that are named like secrets are masked."""
    shown = "&".join(_redact_parameter(parameter) for parameter in query.split("&")) if query else ""
    return mask_text(hide(f"{path}?{shown}" if shown else path, secrets))


def _redact_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={MASK}" if equals and value and (_is_secret(name) or name.lower() == "key") else parameter


def hide(text: str, secrets: Secrets) -> str:
    """The text without these secrets."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def written_without(value: JSON, secrets: Secrets) -> bytes:
    """A JSON value as it is written, with none of these secrets in its strings and names."""
    written = orjson.dumps(value)
    if not any(_as_written(secret) in written for secret in secrets):
        return written
    return orjson.dumps(_hide_in(value, secrets))


def _as_written(secret: str) -> bytes:
    """A text as JSON has it between quotes; orjson escapes nothing else than the standard library does."""
    return json.dumps(secret, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")


def _hide_in(value: JSON, secrets: Secrets) -> JSON:
    if isinstance(value, str):
        return hide(value, secrets)
    if isinstance(value, list):
        return [_hide_in(item, secrets) for item in value]
    if isinstance(value, dict):
        return {hide(name, secrets): _hide_in(item, secrets) for name, item in value.items()}
    return value


def secrets_in(key: str) -> Secrets:
    """What to hide of a key as it was sent: all of it, and what follows a scheme that should not be there.

    Keys of up to three characters hide nothing: the log would be full of masks.
    """
    parts = (key, key.rpartition(" ")[2]) if " " in key else (key,)
    return tuple(part for part in parts if len(part) >= SHORTEST_HIDDEN)
