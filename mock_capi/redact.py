"""What may be shown of a request: texts without secrets and personal data, header values, the path and the API key."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from copy import copy
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from mock_capi.model import Headers, Incoming
from mock_capi.pii import Screen, is_harmless, mask_text, screen_without

MASK = "****"
SHORTEST_HIDDEN = 4
"""Shorter keys hide nothing: the log would be full of masks."""
# Recognised by its form, so that a dataset for each test costs nothing where texts are looked through for keys.
_NEW_KEY = r"key-[A-Za-z0-9_-]{24}"
_SECRET = re.compile(
    r"auth|cookie|token|secret|passw|signature|api[-_]?key|session|credential|(?<!idempotency)[-_]key$|^key$",
    re.IGNORECASE,
)
# So many secrets make one pattern: there may be more than Rust takes in one, and Python's search is slower by each.
_AT_ONCE = 100
_FEW = "7"  # JSON in JSON in JSON has no more backslashes in a row
_PLAIN_IN_JSON = re.compile(r"[ !#-.0-\[\]-~]*")
_PLAIN_IN_URLS = re.compile(r"[A-Za-z0-9._~-]")
# Chrome/120.0.0.0: what looks like an address there is a version.
_PRODUCT = re.compile(r"((?<![\w/])[A-Za-z][\w.-]*/[0-9][\w.]*)")
_OWN_ADDRESS = re.compile(r"(?:[0-9.]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_WITH_VERSIONS = frozenset({"User-Agent", "Server", "Via"})
_USUAL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def new_key() -> str:
    """A key for a dataset that brings none."""
    return f"key-{secrets.token_urlsafe(18)}"


def is_new_key(key: str) -> bool:
    """Whether a key is of the form of those."""
    return re.fullmatch(_NEW_KEY, key) is not None


def mask_key(key: str) -> str:
    """Enough of a key to tell two apart, never enough to use: its first two characters, if it has eight."""
    return f"{key[:2]}{MASK}" if len(key) >= 8 else MASK


class _Some(NamedTuple):
    """Some of what is hidden: the pattern of all their spellings, and a quick look for it."""

    pattern: str
    is_missing_in: Screen


class Mask:
    """Takes these secrets, keys that were made here and personal data out of a text. Safe in several threads."""

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        long_enough = (text for text in hidden if len(text) >= SHORTEST_HIDDEN)
        longest_first = [_spelled(text) for text in sorted(set(long_enough), key=lambda text: (-len(text), text))]
        longest_first.append(_NEW_KEY)
        portions = ["|".join(longest_first[at : at + _AT_ONCE]) for at in range(0, len(longest_first), _AT_ONCE)]
        self._known = [_Some(pattern, screen_without(pattern)) for pattern in portions]
        self._sent: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        return text if self.is_clean(text) else mask_text(self.hide(text))

    def beside(self, key: str) -> Mask:
        """The same for a request with a key that nobody knows. Nothing is compiled, since there may be very many."""
        mask = copy(self)
        mask._sent = parts_of(key)
        return mask

    def is_clean(self, text: str) -> bool:
        """A quick look at a text or a whole body: True only where there is nothing to take out."""
        return is_harmless(text) and self._holds_none_known(text) and not (self._sent and self._may_hold_sent(text))

    def _holds_none_known(self, text: str) -> bool:
        for some in self._known:  # noqa: SIM110 - a generator takes as long as the look, twice in each request
            if not some.is_missing_in(text):
                return False
        return True

    def _may_hold_sent(self, text: str) -> bool:
        """In a body JSON has to escape quotes and backslashes, and may escape slashes and what is not ASCII."""
        return any(part in text or ("\\" in text and not _PLAIN_IN_JSON.fullmatch(part)) for part in self._sent)

    def hide(self, text: str) -> str:
        """The text without secrets, whatever else it holds."""
        for key in self._sent:
            text = text.replace(key, MASK)
        for some in self._known:
            text = text if some.is_missing_in(text) else re.sub(some.pattern, MASK, text)
        return text


def parts_of(key: str) -> tuple[str, ...]:
    """What to hide of a key as it was sent: all of it, and what follows a scheme that should not be there."""
    parts = (key, key.rpartition(" ")[2]) if " " in key else (key,)
    return tuple(part for part in parts if len(part) >= SHORTEST_HIDDEN)


def _spelled(secret: str) -> str:
    """A pattern for a secret as it may stand in a text, in JSON and in a URL."""
    # A pattern that begins with any number of backslashes would read a row of them again from each.
    return _spelling(secret[0], _FEW) + "".join(_spelling(character, "") for character in secret[1:])


def _spelling(character: str, most: str) -> str:
    """The same for a character, with so many backslashes before it as are allowed at the most."""
    if _PLAIN_IN_URLS.fullmatch(character):
        return re.escape(character)
    in_urls = "".join(f"%(?:25)*{_either_case(byte)}" for byte in character.encode())
    units = character.encode("utf-16-be").hex()
    halves = [_either_case(*bytes.fromhex(units[at : at + 4])) for at in range(0, len(units), 4)]
    in_json = "".join(rf"\\{{1,{most}}}u{half}" for half in halves)
    return rf"(?:\\{{0,{most}}}{re.escape(character)}|{in_urls}|{in_json})"


def _either_case(*numbers: int) -> str:
    """Hex digits, in small letters or capitals."""
    digits = "".join(f"{number:02x}" for number in numbers)
    return "".join(digit if digit.isdigit() else f"[{digit}{digit.upper()}]" for digit in digits)


class Shown(NamedTuple):
    """Of a request's head what may be kept; the path with its query."""

    method: str
    path: str
    headers: Headers


def redact_head(incoming: Incoming, mask: Mask) -> Shown:
    """Method, path and headers as they may be kept.

    Mostly nothing is in them but the key, in its place; that is seen far quicker in one text than in many.
    """
    method, path, headers = incoming.method, _shown_path(incoming.path, incoming.query), incoming.headers
    told, values = [method, path, *headers], []
    for name, value in headers.items():
        if _stands_apart(name, value):
            values.append(_redact_apart(name, value, mask))
        else:
            values.append(value)
            told.append(value)
    if mask.is_clean("\n".join(told)):
        return Shown(method, path, _headers_of(headers, values))
    return Shown(redact_method(method, mask), mask(path), redact_headers(headers, mask))


def redact_headers(headers: Mapping[str, str], mask: Mask) -> Headers:
    """The headers as they may be kept: secrets masked, personal data in values too."""
    return _headers_of(map(mask, headers), (_redact_header(name, value, mask) for name, value in headers.items()))


def _headers_of(names: Iterable[str], values: Iterable[str]) -> Headers:
    # The log has mostly the same ones, over and over.
    return tuple(zip(map(intern, names), map(intern, values), strict=True))


def _redact_header(name: str, value: str, mask: Mask) -> str:
    if _stands_apart(name, value):
        return _redact_apart(name, value, mask)
    if name in _WITH_VERSIONS:
        return "".join(part if place % 2 else mask(part) for place, part in enumerate(_PRODUCT.split(value)))
    return mask(value)


def _stands_apart(name: str, value: str) -> bool:
    """Whether a header is told by its name: a secret, or the server's own address, which is nobody's."""
    return _is_secret(name) or (name == "Host" and _OWN_ADDRESS.fullmatch(value) is not None)


def _redact_apart(name: str, value: str, mask: Mask) -> str:
    if not _is_secret(name):
        return mask.hide(value)
    scheme, space, rest = value.partition(" ")
    known = scheme.lower() in ("bearer", "basic", "digest", "token")
    return f"{scheme} {mask_key(rest.strip())}" if space and known else mask_key(value)


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def redact_method(method: str, mask: Mask) -> str:
    """The method as it may be kept, which may be any word."""
    return method if method in _USUAL_METHODS else mask(method)


def redact_path(path: str, query: str, mask: Mask) -> str:
    """Path and query as they may be kept: values of parameters that are named like secrets are masked."""
    return mask(_shown_path(path, query))


def _shown_path(path: str, query: str) -> str:
    shown = "&".join(_redact_parameter(parameter) for parameter in query.split("&")) if query else ""
    return f"{path}?{shown}" if shown else path


def _redact_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={MASK}" if equals and value and _is_secret(name) else parameter
