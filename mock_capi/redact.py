"""What may be shown of a request: texts without secrets and personal data, header values, the path and the API key."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from copy import copy
from functools import lru_cache
from sys import intern

from mock_capi.model import Headers
from mock_capi.pii import Screen, mask_text, screen, screen_without, shape_of

MASK = "****"
SHORTEST_HIDDEN = 4
"""Shorter keys hide nothing: the log would be full of masks."""
# Recognised by its form, so that a dataset for each test costs nothing where texts are looked through for keys.
_NEW_KEY = r"key-[A-Za-z0-9_-]{24}"
_SECRET = re.compile(
    r"auth|cookie|token|secret|passw|signature|api[-_]?key|session|credential|(?<!idempotency)[-_]key$|^key$",
    re.IGNORECASE,
)
_PLAIN_IN_URLS = re.compile(r"[A-Za-z0-9._~-]")
# Chrome/120.0.0.0: what looks like an address there is a version.
_PRODUCT = re.compile(r"((?<![\w/])[A-Za-z][\w.-]*/[0-9][\w.]*)")
_WITH_VERSIONS = frozenset({"User-Agent", "Server", "Via"})


def new_key() -> str:
    """A key for a dataset that brings none."""
    return f"key-{secrets.token_urlsafe(18)}"


def is_new_key(key: str) -> bool:
    """Whether a key is of the form of those."""
    return re.fullmatch(_NEW_KEY, key) is not None


def mask_key(key: str) -> str:
    """Enough of a key to tell two apart, never enough to use: its first two characters, if it has eight."""
    return f"{key[:2]}{MASK}" if len(key) >= 8 else MASK


class Mask:
    """Takes these secrets, keys that were made here and personal data out of a text.

    `is_clean` is a quick look at a text or a whole body: True only where there is nothing to take out. Safe to use from
    several threads.
    """

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        long_enough = (text for text in hidden if len(text) >= SHORTEST_HIDDEN)
        longest_first = sorted(set(long_enough), key=lambda text: (-len(text), text))
        pattern = "|".join([*("".join(map(_spelling, text)) for text in longest_first), _NEW_KEY])
        self._pattern = pattern
        self._holds_none = screen_without(pattern)
        self.is_clean: Screen = screen(pattern)
        self._sent: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        return mask_text(self.hide(text))

    def beside(self, key: str) -> Mask:
        """The same for a request with a key that nobody knows. Nothing is compiled, since there may be very many."""
        sent = parts_of(key)
        mask = copy(self)
        mask._sent = sent
        mask.is_clean = lambda text: self.is_clean(text) and not any(part in text for part in sent)
        return mask

    def hide(self, text: str) -> str:
        """The text without secrets, whatever else it holds."""
        for key in self._sent:
            text = text.replace(key, MASK)
        return text if self._holds_none(text) else re.sub(self._pattern, MASK, text)


def parts_of(key: str) -> tuple[str, ...]:
    """What to hide of a key as it was sent: all of it, and what follows a scheme that should not be there."""
    parts = (key, key.rpartition(" ")[2]) if " " in key else (key,)
    return tuple(part for part in parts if len(part) >= SHORTEST_HIDDEN)


def _spelling(character: str) -> str:
    """A pattern for a character as it may stand in a text, in JSON and in a URL."""
    if _PLAIN_IN_URLS.fullmatch(character):
        return re.escape(character)
    in_urls = "".join(f"%(?:25)*{_either_case(byte)}" for byte in character.encode())
    units = character.encode("utf-16-be").hex()
    in_json = "".join(rf"\\+u{_either_case(*bytes.fromhex(units[at : at + 4]))}" for at in range(0, len(units), 4))
    return rf"(?:\\*{re.escape(character)}|{in_urls}|{in_json})"


def _either_case(*numbers: int) -> str:
    """Hex digits, in small letters or capitals."""
    digits = "".join(f"{number:02x}" for number in numbers)
    return "".join(digit if digit.isdigit() else f"[{digit}{digit.upper()}]" for digit in digits)


def redact_headers(headers: Mapping[str, str], mask: Mask) -> Headers:
    """The headers as they may be kept: secrets masked, personal data in values too."""
    return tuple((intern(name), intern(_redact_header(name, value, mask))) for name, value in headers.items())


def _redact_header(name: str, value: str, mask: Mask) -> str:
    if _is_secret(name):
        scheme, space, rest = value.partition(" ")
        known = scheme.lower() in ("bearer", "basic", "digest", "token")
        return f"{scheme} {mask_key(rest.strip())}" if space and known else mask_key(value)
    if mask.is_clean(value):
        return value
    if name == "Host" and (shape_of(value) or "").startswith("IP"):  # the server's own address is nobody's
        return mask.hide(value)
    if name in _WITH_VERSIONS:
        return "".join(part if place % 2 else mask(part) for place, part in enumerate(_PRODUCT.split(value)))
    return mask(value)


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def redact_path(path: str, query: str, mask: Mask) -> str:
    """Path and query as they may be kept: values of parameters that are named like secrets are masked."""
    shown = "&".join(_redact_parameter(parameter) for parameter in query.split("&")) if query else ""
    return mask(f"{path}?{shown}" if shown else path)


def _redact_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={MASK}" if equals and value and _is_secret(name) else parameter
