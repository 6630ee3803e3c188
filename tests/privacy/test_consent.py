"""Consent: what an event's privacy object comes to."""

from __future__ import annotations

from typing import Any

import pytest

from mock_capi.model import NO_CONSENT_SIGNAL, Consent
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
        ({"gpp_string": US_NATIONAL, "gpp_sid": [7]}, Consent(gpp_sections=("usnat",))),
        ({"gpp_string": "DBABCYA~BAAA", "gpp_sid": [26], "us_privacy_string": "1YYN"}, Consent(("usky",), sale=True)),
        ({"gpp_string": "broken", "gpp_sid": [7], "us_privacy_string": "1YYN"}, NO_CONSENT_SIGNAL),
    ],
)
def test_the_signals_of_an_event_are_summed_up(privacy: dict[str, Any], consent: Consent) -> None:
    """Guide 5.1: the sections of the string, and the opt-outs that are in force."""
    assert consent_of(privacy) == consent


def test_any_opt_out_counts() -> None:
    """Of sale, of sharing, or of targeted advertising."""
    opted_out = [Consent(sale=True), Consent(sharing=True), Consent(targeted_advertising=True)]
    assert [consent.opted_out for consent in (*opted_out, NO_CONSENT_SIGNAL)] == [True, True, True, False]
