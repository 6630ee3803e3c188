"""The schema's rules in words: which code a broken keyword stands for, and how to say it."""

from __future__ import annotations

import re

from mock_capi import pii
from mock_capi.model import JSON
from mock_capi.personas import find, whose_hash
from mock_capi.rules.shape import Event, Finding, Path, Setting
from mock_capi.spec import Breach

_COUNTED = ("email_sha256", "ifa", "ip")
_HEX64 = re.compile(r"[0-9a-fA-F]{64}")

_TYPES = {
    "string": "a string",
    "number": "a number, without quotes",
    "integer": "an integer",
    "object": "an object",
    "array": "an array",
    "boolean": "true or false, without quotes",
    "null": "null",
}


def _kind(value: JSON) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"


def _wanted(expected: JSON) -> str:
    return " or ".join(_TYPES[name] for name in ([expected] if isinstance(expected, str) else expected))


def not_an_event(breach: Breach, event: Event, setting: Setting) -> Finding:
    return Finding("INVALID_BODY", breach.path, f"is {_kind(breach.value)}; an event must be a JSON object.")


def missing(breach: Breach, event: Event, setting: Setting) -> Finding:
    return Finding("MISSING_FIELD", breach.path, "is required and missing. Send it with every event.")


def wrong_type(breach: Breach, event: Event, setting: Setting) -> Finding:
    if breach.keyword == "type":
        advice = "; leave the field out instead" if breach.value is None else ""
        message = f"is {_kind(breach.value)}, must be {_wanted(breach.expected)}{advice}."
    elif breach.keyword in ("minLength", "minItems"):
        message = "must not be empty."
    else:
        message = f"breaks the schema's {breach.keyword}. See GET /v1/schema/events."
    return Finding("INVALID_FIELD", breach.path, message)


def unknown(breach: Breach, event: Event, setting: Setting) -> Finding:
    known = setting.schema.fields if len(breach.path) == 1 else setting.schema.privacy_fields
    hint = setting.nearest(str(breach.path[-1]), known)
    return Finding("INVALID_FIELD", breach.path, f"is not a field of the guide{hint} (reading unknown_fields=reject).")


def event_type(breach: Breach, event: Event, setting: Setting) -> Finding:
    if not isinstance(breach.value, str):
        return Finding("INVALID_EVENT_TYPE", breach.path, f"is {_kind(breach.value)}, must be a string.")
    hint = setting.nearest(breach.value.strip().lower().replace(" ", "_"), setting.schema.event_types)
    message = f'is not a standard event type{hint or ""}. Use one of the guide\'s list, or "custom" with a name.'
    return Finding("INVALID_EVENT_TYPE", breach.path, message)


def custom_name(breach: Breach, event: Event, setting: Setting) -> Finding:
    message = 'is required with event_type "custom" and must not be blank.'
    return Finding("MISSING_CUSTOM_EVENT_NAME", breach.path, message)


def _no_identifier(path: Path = ("identifiers",), why: str = "") -> Finding:
    return Finding("MISSING_IDENTIFIER", path, f"At least one hashed identifier is required.{why}")


def identifiers(breach: Breach, event: Event, setting: Setting) -> Finding:
    if breach.keyword == "type" and breach.value is not None:
        message = f"is {_kind(breach.value)}, must be an object with email_sha256, ifa or ip."
        return Finding("INVALID_IDENTIFIER", breach.path, message)
    alone = isinstance(breach.value, dict) and breach.value.get("partner_id")
    return _no_identifier(("identifiers",), " partner_id alone does not count." if alone else "")


def _all_empty(event: Event) -> bool:
    sent = event.get("identifiers")
    return isinstance(sent, dict) and all(sent.get(name) in (None, "") for name in (*_COUNTED, "partner_id"))


def hashed(breach: Breach, event: Event, setting: Setting) -> Finding:
    value = breach.value
    if _all_empty(event):
        return _no_identifier()
    if not isinstance(value, str):
        return Finding("INVALID_IDENTIFIER", breach.path, f"is {_kind(value)}, must be a string of 64 hex digits.")
    shape = pii.shape_of_hashed(value)
    if shape:
        message = f"looks like a plaintext {shape}. Send its SHA-256 as 64 lowercase hex digits."
        return Finding("PLAINTEXT_PII", breach.path, message)
    trace = find(setting.personas, value)
    whose = f" It is {whose_hash(str(breach.path[-1]), trace)}." if trace else ""
    message = f"{_why_no_hash(value)}{whose} Send SHA-256 as 64 lowercase hex digits."
    return Finding("INVALID_IDENTIFIER", breach.path, message)


def _why_no_hash(value: str) -> str:
    if not value:
        return "is empty; leave it out where there is none."
    if value != value.strip():
        return "has white space around it."
    if _HEX64.fullmatch(value):
        return "has capital letters."
    if not re.fullmatch(r"[0-9a-fA-F]*", value):
        return f"has {len(value)} characters, not all of them hex digits."
    known = {32: "MD5", 40: "SHA-1", 128: "SHA-512"}
    hint = f" (that is the length of {known[len(value)]})" if len(value) in known else ""
    return f"has {len(value)} hex digits, not 64{hint}."


def opaque(breach: Breach, event: Event, setting: Setting) -> Finding:
    if _all_empty(event):
        return _no_identifier()
    if not isinstance(breach.value, str):
        message = f"is {_kind(breach.value)}, must be a string."
    elif breach.keyword == "maxLength":
        message = f"has {len(breach.value)} characters, at most {breach.expected} are allowed."
    else:
        message = "is blank; leave it out where there is none."
    return Finding("INVALID_IDENTIFIER", breach.path, message)


def no_currency(breach: Breach, event: Event, setting: Setting) -> Finding:
    return Finding("MISSING_CURRENCY_CODE", breach.path, "is required with value, for 0 too. Send an ISO 4217 code.")


def currency(breach: Breach, event: Event, setting: Setting) -> Finding:
    value = breach.value
    if not isinstance(value, str):
        message = f"is {_kind(value)}, must be a string."
    elif value.strip().upper() in breach.expected:
        message = f'is not spelled as ISO 4217 does: "{value.strip().upper()}", in capitals and without spaces.'
    else:
        message = "is not a current ISO 4217 code, such as USD."
    return Finding("INVALID_CURRENCY_CODE", breach.path, message)


def timestamp(breach: Breach, event: Event, setting: Setting) -> Finding:
    problem = "is negative" if breach.keyword == "minimum" else f"is {_kind(breach.value)}"
    if isinstance(breach.value, float) and breach.keyword == "type":
        problem = "has a fraction"
    message = f"{problem}; send whole Unix seconds as an integer, without quotes."
    return Finding("INVALID_TIMESTAMP", breach.path, message)


def no_sid(breach: Breach, event: Event, setting: Setting) -> Finding:
    return Finding(
        "MISSING_GPP_SID", breach.path, "is required with gpp_string. Send the ids of the sections in force."
    )


def gpp_type(breach: Breach, event: Event, setting: Setting) -> Finding:
    return Finding("INVALID_GPP_STRING", breach.path, f"is {_kind(breach.value)}, must be a string.")
