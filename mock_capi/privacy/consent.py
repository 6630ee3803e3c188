"""What an event's privacy object says: the sections it names, and what those in force opt out of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mock_capi.model import NO_CONSENT_SIGNAL, Consent
from mock_capi.privacy import us_privacy
from mock_capi.privacy.gpp import Gpp, OptOuts, Section


def consent_of(privacy: Mapping[str, Any], gpp: Gpp | None) -> Consent:
    """The signals in force (guide 5.1) in a privacy object that passed the rules, with its string taken apart."""
    sections = gpp.sections if gpp else ()
    binding = in_force(sections, privacy.get("gpp_sid", ()))
    found = OptOuts(sale=us_privacy.opts_out_of_sale(privacy.get("us_privacy_string", "")))
    for section in binding:
        found |= section.opt_outs()
    if not sections and not any(found):
        return NO_CONSENT_SIGNAL
    return Consent(_names(sections), *found, in_force=_names(binding))


def in_force(sections: Sequence[Section], gpp_sid: Sequence[int]) -> tuple[Section, ...]:
    """The sections that bind the receiver: those that gpp_sid names; the string may hold more."""
    return tuple([section for section in sections if section.id in gpp_sid])


def _names(sections: Sequence[Section]) -> tuple[str, ...]:
    return tuple([section.prefix or str(section.id) for section in sections])
