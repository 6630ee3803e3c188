"""Consent: what an event's privacy object comes to."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.model import NO_CONSENT_SIGNAL, Consent
from mock_capi.privacy import decode_gpp
from mock_capi.privacy.consent import consent_of

US_NATIONAL = "DBABLA~BVQqAAAAAgA.QA"


@pytest.mark.parametrize(
    ("privacy", "consent"),
    [
        ({}, NO_CONSENT_SIGNAL),
        ({"gpp_sid": [7]}, NO_CONSENT_SIGNAL),
        ({"us_privacy_string": "1YNN"}, NO_CONSENT_SIGNAL),
        ({"us_privacy_string": "nonsense"}, NO_CONSENT_SIGNAL),
        ({"us_privacy_string": "1YYN"}, Consent(sale=True)),
        ({"gpp_string": US_NATIONAL, "gpp_sid": [7]}, Consent(("usnat",), in_force=("usnat",))),
        ({"gpp_string": US_NATIONAL, "gpp_sid": [8], "us_privacy_string": "1YYN"}, Consent(("usnat",), sale=True)),
        ({"us_privacy_string": "1YYN", "gpp_sid": [7]}, Consent(sale=True)),
    ],
)
def test_the_signals_of_an_event_are_summed_up(privacy: dict[str, Any], consent: Consent) -> None:
    """Guide 5.1: the sections of the string, and the opt-outs that are in force."""
    text = privacy.get("gpp_string")
    assert consent_of(privacy, decode_gpp(text) if text else None) == consent


def test_any_opt_out_counts() -> None:
    """Of sale, of sharing, or of targeted advertising."""
    opted_out = [Consent(sale=True), Consent(sharing=True), Consent(targeted_advertising=True)]
    assert [consent.opted_out for consent in (*opted_out, NO_CONSENT_SIGNAL)] == [True, True, True, False]
