"""The rules that refuse an event for what the schema can't say: scope, plaintext, time, consent."""

from __future__ import annotations

from collections.abc import Callable

from mock_capi import pii
from mock_capi.privacy import GppError, OptOuts, us_privacy
from mock_capi.privacy.consent import in_force
from mock_capi.rules.shape import NOTHING, Event, Finding, Findings, Path, Setting

OLDEST_SECONDS = 30 * 86_400
"""Guide section 3.2: older events are refused."""
_MILLISECONDS = 100_000_000_000


def scope(event: Event, setting: Setting) -> Findings:
    sent = event["data_set_id"]
    if sent == setting.data_set_id:
        return NOTHING
    if sent not in setting.datasets:
        message = "is not a provisioned dataset. Use the id that was issued with the API key."
        return (Finding("UNKNOWN_DATASET", ("data_set_id",), message),)
    if setting.data_set_id is None:
        return NOTHING
    code = "DATASET_NOT_AUTHORIZED" if setting.readings.foreign_dataset == "403" else "UNKNOWN_DATASET"
    message = "is another dataset than the API key's. Each dataset has a key of its own."
    return (Finding(code, ("data_set_id",), message),)


def plaintext_in(name: str) -> Callable[[Event, Setting], Findings]:
    def check(event: Event, setting: Setting) -> Findings:
        value = event["identifiers"][name]
        if value.isdigit() and pii.looks_numeric(value):
            message = "is all digits; if it is a phone number it must not be sent in plain text."
            return (Finding("SUSPECTED_PII", ("identifiers", name), message),)
        shape = pii.shape_of_opaque(value) if setting.suspect and not pii.is_uuid_or_hash(value) else None
        if shape is None:
            return NOTHING
        return (Finding("PLAINTEXT_PII", ("identifiers", name), f"looks like a plaintext {shape}. Hash it."),)

    return check


def timestamp(event: Event, setting: Setting) -> Findings:
    """Form, then future, then age: of these an event breaks one at the most."""
    sent = event["timestamp"]
    old = setting.now - sent
    if 0 <= old < OLDEST_SECONDS and type(sent) is int:
        return NOTHING
    if type(sent) is not int and setting.readings.integer_valued_floats == "reject":
        form = "is beyond 64 bits" if _is_beyond(sent) else "is written as a decimal number"
        message = f"{form}; send whole Unix seconds without a decimal point or exponent."
        return (Finding("INVALID_TIMESTAMP", ("timestamp",), message),)
    return _ahead(sent, setting) if old < 0 else _too_old(old, setting)


def _is_beyond(sent: float) -> bool:
    """Whether it may have been sent as an integer all the same: the parser makes decimals of those beyond 64 bits."""
    return not -(2**63) <= sent < 2**64


def _ahead(sent: float, setting: Setting) -> Findings:
    ahead = sent - setting.now
    tolerance = setting.readings.future_tolerance_seconds
    if tolerance is None or ahead <= tolerance:
        message = f"is {ahead:.0f} s ahead of the clock. Synchronise the sender's clock."
        return (Finding("FUTURE_TIMESTAMP", ("timestamp",), message),)
    hint = " It looks like milliseconds; divide by 1000." if sent > _MILLISECONDS else ""
    message = f"lies in the future by more than {tolerance} s.{hint}"
    return (Finding("TIMESTAMP_IN_FUTURE", ("timestamp",), message),)


def _too_old(old: float, setting: Setting) -> Findings:
    at_the_edge = old == OLDEST_SECONDS and setting.readings.window_edge == "accept"
    if old < OLDEST_SECONDS or at_the_edge:
        return NOTHING
    message = f"is {old:.0f} s old; the limit is 30 days ({OLDEST_SECONDS} s). Send events sooner."
    return (Finding("TIMESTAMP_TOO_OLD", ("timestamp",), message),)


def sid_form(event: Event, setting: Setting) -> Findings:
    sids = event["privacy"]["gpp_sid"]
    bad = next((index for index, sid in enumerate(sids) if type(sid) is not int), None)
    if bad is None:
        return NOTHING
    form = "is beyond 64 bits" if _is_beyond(sids[bad]) else "is a decimal number"
    message = f"{form}, must be an integer without a decimal point."
    return (Finding("INVALID_FIELD", ("privacy", "gpp_sid", bad), message),)


def gpp_valid(event: Event, setting: Setting) -> Findings:
    gpp = setting.gpp(event["privacy"]["gpp_string"])
    if not isinstance(gpp, GppError):
        return NOTHING
    message = f"is not a valid GPP string: {gpp}. Pass it on as the consent platform made it."
    return (Finding("INVALID_GPP_STRING", ("privacy", "gpp_string"), message),)


def sid_listed(event: Event, setting: Setting) -> Findings:
    gpp = setting.gpp(event["privacy"]["gpp_string"])
    if isinstance(gpp, GppError):
        return NOTHING
    applicable = (sid for sid in event["privacy"]["gpp_sid"] if sid > 0 and sid not in (3, 4))
    absent = sorted({sid for sid in applicable if sid not in gpp.section_ids})
    if not absent:
        return NOTHING
    code = "INVALID_GPP_STRING" if setting.readings.gpp_sid_mismatch == "reject" else "GPP_SID_MISMATCH"
    listed = ", ".join(map(str, gpp.section_ids))
    message = f"names section {absent[0]}, which the GPP string does not have; it has {listed}."
    return (Finding(code, ("privacy", "gpp_sid"), message),)


def gpp_opt_out(event: Event, setting: Setting) -> Findings:
    gpp = setting.gpp(event["privacy"]["gpp_string"])
    sections = () if isinstance(gpp, GppError) else in_force(gpp.sections, event["privacy"]["gpp_sid"])
    said = [(section, section.opt_outs()) for section in sections]
    told = [f"{section.prefix} of {_listed(opt_outs)}" for section, opt_outs in said if any(opt_outs)]
    return _opted_out("gpp_string", "; ".join(told), setting) if told else NOTHING


def us_privacy_opt_out(event: Event, setting: Setting) -> Findings:
    if not us_privacy.opts_out_of_sale(event["privacy"]["us_privacy_string"]):
        return NOTHING
    return _opted_out("us_privacy_string", "of sale", setting)


def _opted_out(name: str, what: str, setting: Setting) -> Findings:
    path: Path = ("privacy", name)
    if setting.readings.opt_out == "reject":
        message = f"opts out ({what}); do not send the event (reading opt_out=reject)."
        return (Finding("INVALID_FIELD", path, message, rank="INVALID_GPP_STRING"),)
    return (Finding("OPTED_OUT", path, f"opts out ({what}); the event is kept from optimization."),)


def _listed(opt_outs: OptOuts) -> str:
    return ", ".join(name.replace("_", " ") for name, opted_out in opt_outs._asdict().items() if opted_out)
