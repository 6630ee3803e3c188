"""What an event's privacy object says: the sections it names, and what they opt out of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_capi.model import NO_CONSENT_SIGNAL, Consent
from mock_capi.privacy import us_privacy
from mock_capi.privacy.gpp import GppError, decode_gpp


def consent_of(privacy: Mapping[str, Any]) -> Consent:
    """The signals in force (guide 5.1) in a privacy object that passed the schema."""
    sections: tuple[str, ...] = ()
    if "gpp_string" in privacy:
        try:
            gpp = decode_gpp(privacy["gpp_string"])
        except GppError:
            return NO_CONSENT_SIGNAL
        sections = tuple(section.prefix or str(section.id) for section in gpp.sections)
    sale = us_privacy.opts_out_of_sale(privacy.get("us_privacy_string", ""))
    return Consent(gpp_sections=sections, sale=sale) if sections or sale else NO_CONSENT_SIGNAL
