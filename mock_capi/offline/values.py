"""Values of ECAPI events made into the guide's: hashes, lists and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from ipaddress import ip_address
from typing import NamedTuple

from mock_capi import clock
from mock_capi.model import JSON

_HASH = re.compile(r"[0-9a-fA-F]{64}")
# A Unix second so large lies in the year 5138, a millisecond in 1973.
_MILLISECONDS = 100_000_000_000


class UnfitError(ValueError):
    """A value that the guide has no place for; the message says why, without the value."""


class Made(NamedTuple):
    """A value in its new form; `how` it came to it, nothing where it is as it was."""

    value: JSON
    how: str = ""


def _as_is(value: JSON) -> Made:
    if value is None:
        raise UnfitError("it is null")
    return Made(value)


def _listed(value: JSON) -> Made:
    return _as_is(value) if value is None or isinstance(value, list) else Made([value], "made a list")


def _first(value: JSON) -> tuple[str, str]:
    """The text, or the first of a list of texts, and a word on the others."""
    texts = value if isinstance(value, list) else [value]
    if not texts or not isinstance(texts[0], str) or not texts[0].strip():
        raise UnfitError("it is empty or no text")
    others = f"; {len(texts) - 1} more of the list dropped" if len(texts) > 1 else ""
    return texts[0].strip(), others


def _email(value: JSON) -> Made:
    text, others = _first(value)
    if _HASH.fullmatch(text):
        return _lower(text, others)
    if "@" not in text:
        raise UnfitError("it is neither an e-mail address nor a SHA-256")
    return Made(sha256(text.lower().encode()).hexdigest(), f"hashed, in lower case{others}")


def _ipv4(value: JSON) -> Made:
    text, others = _first(value)
    if _HASH.fullmatch(text):
        return _lower(text, others)
    try:
        address = ip_address(text)
    except ValueError:
        raise UnfitError("it is neither an IPv4 address nor a SHA-256") from None
    if address.version != 4:
        raise UnfitError("it is an IPv6 address, and the guide takes hashes of IPv4 alone")
    return Made(sha256(str(address).encode()).hexdigest(), f"hashed{others}")


def _lower(text: str, others: str) -> Made:
    changed = "" if text == text.lower() else "hash put in lower case"
    return Made(text.lower(), (changed + others).removeprefix("; "))


def seconds(value: JSON) -> Made:
    """Unix seconds from other forms of time. Raises UnfitError."""
    if isinstance(value, str):
        return Made(_of_text(value), "made a number of Unix seconds from text")
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > clock.LATEST * 1000:
        raise UnfitError("it is no time")
    if abs(value) > _MILLISECONDS:
        return Made(int(value // 1000), "milliseconds, divided by 1000")
    return Made(int(value), "" if isinstance(value, int) else "fraction cut off")


def _of_text(text: str) -> int:
    try:
        return int(seconds(int(text)).value) if text.strip().isdecimal() else int(clock.parse(text.strip()))
    except ValueError:
        raise UnfitError("it is neither a Unix time nor ISO 8601 with a time zone") from None


HOW: Mapping[str, Callable[[JSON], Made]] = {
    "as_is": _as_is,
    "listed": _listed,
    "email": _email,
    "ipv4": _ipv4,
    "seconds": seconds,
}
"""What the table of moves names, each from a value to its new form. Raise UnfitError."""
