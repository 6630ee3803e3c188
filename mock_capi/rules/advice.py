"""The rules that only advise: what a careful client may send, and should know about."""

from __future__ import annotations

from collections.abc import Callable, Collection

import orjson

from mock_capi import pii
from mock_capi.model import JSON
from mock_capi.privacy import GppError, us_privacy
from mock_capi.rules.ecapi import MARKS, MOVES, OBJECTS
from mock_capi.rules.shape import NOTHING, Event, Finding, Findings, Path, Setting

LARGE_CUSTOM_DATA = 16 * 1024
_ECAPI_MARKS = frozenset(MARKS)


def ecapi(event: Event, setting: Setting) -> Findings:
    if _ECAPI_MARKS.isdisjoint(event):
        return NOTHING
    table = ", ".join(f"{theirs} -> {ours}" for theirs, ours, *_ in (*OBJECTS, *MOVES))
    return (Finding("ECAPI_SHAPE", (), f"has the shape of the IAB's ECAPI. The guide's fields are: {table}."),)


def unknown_fields(event: Event, setting: Setting) -> Findings:
    if event.keys() <= setting.schema.fields or setting.readings.unknown_fields == "reject":
        return NOTHING
    return _unknown("UNKNOWN_FIELD", (), event, setting.schema.fields, setting)


def unknown_privacy(event: Event, setting: Setting) -> Findings:
    if setting.readings.unknown_fields == "reject":
        return NOTHING
    return _unknown("UNKNOWN_FIELD", ("privacy",), event["privacy"], setting.schema.privacy_fields, setting)


def unknown_identifiers(event: Event, setting: Setting) -> Findings:
    known = setting.schema.identifiers
    if event["identifiers"].keys() <= known:
        return NOTHING
    return _unknown("UNKNOWN_IDENTIFIER", ("identifiers",), event["identifiers"], known, setting)


def _unknown(code: str, path: Path, sent: Event, known: Collection[str], setting: Setting) -> Findings:
    words = [name for name in sent if name not in known][:20]
    message = "is not in the guide and is ignored{}."
    return tuple(Finding(code, (*path, word), message.format(setting.nearest(word, known))) for word in words)


def event_id(event: Event, setting: Setting) -> Findings:
    return (Finding("EVENT_ID_IGNORED", ("event_id",), "is made by Paramount; the one sent is ignored."),)


def unused_name(event: Event, setting: Setting) -> Findings:
    if event["event_type"] == "custom":
        return NOTHING
    message = 'is ignored, since event_type is not "custom".'
    return (Finding("UNUSED_CUSTOM_EVENT_NAME", ("custom_event_name",), message),)


def telling_hash(name: str) -> Callable[[Event, Setting], Findings]:
    def check(event: Event, setting: Setting) -> Findings:
        what = setting.telling_hashes.get(event["identifiers"][name].lower())
        if what is None:
            return NOTHING
        if what.startswith("an address"):
            message = f"is the SHA-256 of {what}. Behind a proxy, take the client's address."
            return (Finding("HASH_OF_PRIVATE_ADDRESS", ("identifiers", name), message),)
        message = f"is the SHA-256 of {what}. Leave it out where there is none."
        return (Finding("HASH_OF_NOTHING", ("identifiers", name), message),)

    return check


def ifa(event: Event, setting: Setting) -> Findings:
    value = event["identifiers"]["ifa"]
    if not value.strip("0-"):
        message = "is all zeros, which devices send when tracking is off. Leave it out."
        return (Finding("ZERO_IFA", ("identifiers", "ifa"), message),)
    if pii.is_uuid_or_hash(value):
        return NOTHING
    return (Finding("UNUSUAL_IFA", ("identifiers", "ifa"), "is neither a UUID nor a SHA-256 in hex."),)


def negative(event: Event, setting: Setting) -> Findings:
    if event["value"] >= 0 or event["event_type"] == "refund":
        return NOTHING
    return (Finding("NEGATIVE_VALUE", ("value",), "is negative, and the event is no refund."),)


def lone_currency(event: Event, setting: Setting) -> Findings:
    if "value" in event:
        return NOTHING
    return (Finding("CURRENCY_WITHOUT_VALUE", ("currency_code",), "is sent without value."),)


def suspected_in(name: str) -> Callable[[Event, Setting], Findings]:
    def check(event: Event, setting: Setting) -> Findings:
        if not setting.suspect:
            return NOTHING
        value = event[name]
        text = value if isinstance(value, str) else "\n".join(_strings(value))
        shape = pii.shape_of(text)
        if shape is None:
            return NOTHING
        return (Finding("SUSPECTED_PII", (name,), f"holds what looks like a plaintext {shape}."),)

    return check


def _strings(value: JSON) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *_strings(item))]
    return []


def large_custom_data(event: Event, setting: Setting) -> Findings:
    if setting.body_bytes <= LARGE_CUSTOM_DATA:
        return NOTHING
    size = len(orjson.dumps(event["custom_data"]))
    if size <= LARGE_CUSTOM_DATA:
        return NOTHING
    return (Finding("LARGE_CUSTOM_DATA", ("custom_data",), f"has {size} bytes, more than 16 KB."),)


def ext(event: Event, setting: Setting) -> Findings:
    return (
        (Finding("EXT_NOT_EMPTY", ("ext",), "is reserved for later use; leave it empty."),) if event["ext"] else NOTHING
    )


def lone_sid(event: Event, setting: Setting) -> Findings:
    if "gpp_string" in event["privacy"]:
        return NOTHING
    return (Finding("GPP_SID_WITHOUT_STRING", ("privacy", "gpp_sid"), "is sent without gpp_string."),)


def unknown_sections(event: Event, setting: Setting) -> Findings:
    gpp = setting.gpp(event["privacy"]["gpp_string"])
    unknown = () if isinstance(gpp, GppError) else [section.id for section in gpp.sections if section.prefix is None]
    message = "lists section {}, which nobody has defined; it is skipped."
    return tuple(
        Finding("UNKNOWN_GPP_SECTION", ("privacy", "gpp_string"), message.format(number)) for number in unknown[:3]
    )


def us_privacy_form(event: Event, setting: Setting) -> Findings:
    if us_privacy.is_valid(event["privacy"]["us_privacy_string"]):
        return NOTHING
    message = "is not four characters: 1, then notice Y N -, opt-out Y N, LSPA Y N -, or 1---."
    return (Finding("INVALID_US_PRIVACY_STRING", ("privacy", "us_privacy_string"), message),)
