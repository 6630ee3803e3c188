"""The fields of the IAB's Event and Conversion API (ECAPI 1.0), and which of the guide's fields each becomes."""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """Where a field goes, both by dotted path. `how` names what becomes of its value:

    `as_is`, or `listed` where it is no list yet; `email` and `ipv4` are hashed where they are not yet, the first of a
    list; `seconds` are Unix seconds, made of other forms of time.
    """

    theirs: str
    ours: str
    how: str = "as_is"


MARKS = ("user_data", "properties", "custom_event")
"""Fields that ECAPI has and the guide has not."""
OBJECTS = (
    ("user_data", "identifiers and privacy"),
    ("properties", "value, currency_code and custom_data"),
)
"""What is taken apart, and what it becomes. What no move takes out of `properties` stays in custom_data."""
# `ip_address`, `event_time`, `event_name` and `currency` are what other conversion APIs call these fields.
MOVES: tuple[Move, ...] = (
    Move("user_data.email_address", "identifiers.email_sha256", "email"),
    Move("user_data.ip_address", "identifiers.ip", "ipv4"),
    Move("user_data.event_ip_address", "identifiers.ip", "ipv4"),
    Move("user_data.ifa", "identifiers.ifa"),
    Move("user_data.customer_identifier", "identifiers.partner_id"),
    Move("user_data.gpp_string", "privacy.gpp_string"),
    Move("user_data.gpp_sid", "privacy.gpp_sid", "listed"),
    Move("user_data.mmt_only", "mmt_only"),
    Move("custom_event", "custom_event_name"),
    Move("properties.value", "value"),
    Move("properties.currency", "currency_code"),
    Move("properties.currency_code", "currency_code"),
    Move("properties.page_url", "page_url"),
    Move("properties.referrer", "referer"),
    Move("event_time", "timestamp", "seconds"),
    Move("event_name", "event_type"),
    Move("currency", "currency_code"),
)
