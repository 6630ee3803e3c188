"""What must never get out, in every form that it could get out in."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import jsonschema_rs

KEYS = {"shop": "cnry/Key+One=4711", "app": "cnry-key-two-4712"}
"""Datasets with their keys: one of letters that URLs and JSON escape, one that they leave alone."""
ADMIN_TOKEN = "cnry-admin-4713"
STRANGER = "cnry-stranger-4714"
"""The key of some other server: this one knows it only where it is sent as a key."""
PERSONAL = {
    "e-mail": "cnry.jane+shop@mail.cnry.example",
    "IPv4": "203.0.113.77",
    "IPv6": "2001:db8:77::c4a7",
    "phone": "+4917655512347",
    "US phone": "(555) 018-7734",
}
PERSONA = {"email": "cnry.anna@persona.cnry.example", "ip": "198.51.100.23", "phone": "+4915755598761"}
SECRET = {"key of shop": KEYS["shop"], "key of app": KEYS["app"], "admin token": ADMIN_TOKEN}
SOWN = {**SECRET, **PERSONAL, **{f"persona's {name}": PERSONA[name] for name in PERSONA}}
ALL = {**SOWN, "stranger's key": STRANGER}
# What is left of one that was taken out in part is as bad.
_PARTS = {
    "e-mail": ("cnry.jane", "mail.cnry"),
    "phone": ("17655512347",),
    "US phone": ("018-7734",),
    "IPv6": ("77::c4a7",),
    "persona's email": ("cnry.anna", "persona.cnry"),
    "persona's phone": ("15755598761",),
}


def forms(text: str) -> Iterator[str]:
    """A text as it is, and in the escapes of URLs, JSON, HTML and base64."""
    quoted = quote(text, safe="")
    yield from (text, quoted, quote(text), quote_plus(text), quote(quoted, safe=""), quoted.lower(), html.escape(text))
    yield from (json.dumps(text)[1:-1], text.replace("/", "\\/"), text.replace("@", "\\u0040"))
    yield from (text.replace("+", "\\u002b"), text.replace("+", "\\u002B"))
    for shift in range(3):  # inside of something longer base64 depends on where it begins
        encoded = b64encode(b"\0" * shift + text.encode())[4 if shift else 0 : -4]
        yield encoded.decode()
    yield urlsafe_b64encode(text.encode()).decode().rstrip("=")


LOOKED_FOR = {
    name: tuple(dict.fromkeys(form for part in (text, *_PARTS.get(name, ())) for form in forms(part)))
    for name, text in ALL.items()
}


# One pattern for all of them, since outputs have megabytes.
_ANY = "|".join(re.escape(form) for looked_for in LOOKED_FOR.values() for form in looked_for)
_holds_none = jsonschema_rs.Draft202012Validator(
    {"not": {"pattern": _ANY}}, pattern_options=jsonschema_rs.RegexOptions()
).is_valid


def found_in(output: str) -> list[str]:
    """The names of the canaries that an output holds, each with the form that it has there."""
    if _holds_none(output):
        return []
    return [f"{name} as {form}" for name, looked_for in LOOKED_FOR.items() for form in looked_for if form in output]
