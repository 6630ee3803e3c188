"""A day in a shop, and the events that it makes: one by one as they happen, and what the till and the CRM add."""

import hashlib
import itertools
import os
import time
from typing import Any, NamedTuple

Event = dict[str, Any]
DATA_SET_ID = os.environ["MOCK_CAPI_DATA_SET_ID"]
HOUR = 3_600
NO_OPT_OUT = {"gpp_string": "DBABL~CVVqAAAAAACA", "gpp_sid": [7]}


class Visitor(NamedTuple):
    """Somebody in the shop, and what the consent banner said: a privacy object, or none where none applies."""

    email: str
    ip: str
    privacy: Event | None = None
    ifa: str | None = None
    opted_out: bool = False


VISITORS = (
    Visitor("Ada@example.com", "203.0.113.7", NO_OPT_OUT),
    Visitor("grace@example.com ", "203.0.113.21", NO_OPT_OUT, ifa="38400000-8cf0-11bd-b23e-10b96e40000d"),
    Visitor("linus@example.org", "198.51.100.4"),
    Visitor("edsger@example.net", "198.51.100.77"),
    Visitor("nobody@example.net", "198.51.100.99", opted_out=True),
)
WAY = ("page_view", "search", "viewed_item", "add_to_cart", "begin_checkout", "add_payment_info", "purchase")
NIGHTLY = ("purchase", "generate_lead", "qualify_lead", "close_convert_lead", "subscribe", "refund", "custom")


def digest(text: str) -> str:
    """SHA-256 in lowercase hex, of the text without spaces around it and without capitals."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()


def event(visitor: Visitor, event_type: str, timestamp: int, **fields: Any) -> Event:
    """One event as the guide describes it."""
    identifiers = {"email_sha256": digest(visitor.email), "ip": digest(visitor.ip)}
    identifiers |= {"ifa": visitor.ifa} if visitor.ifa else {}
    privacy = {"privacy": visitor.privacy} if visitor.privacy else {}
    names = {"data_set_id": DATA_SET_ID, "timestamp": timestamp, "event_type": event_type}
    return {**names, "identifiers": identifiers, **privacy, **fields}


def as_they_happen() -> list[Event]:
    """What visitors do on the website. Who has opted out is left out."""
    found = []
    for number, visitor in enumerate(visitor for visitor in VISITORS if not visitor.opted_out):
        for event_type in WAY:
            bought = {"value": 49.95 + number, "currency_code": "USD"} if event_type == "purchase" else {}
            page = f"https://shop.example.com/{event_type}"
            named = {"custom_data": {"transaction_id": f"web_{number}_{event_type}"}, "page_url": page}
            found.append(event(visitor, event_type, int(time.time()), source="website", **named, **bought))
    return found


def of_the_night() -> list[Event]:
    """What the till and the CRM hand over once a day."""
    now = int(time.time())
    visitors = itertools.cycle(visitor for visitor in VISITORS if not visitor.opted_out)
    return [_offline(next(visitors), number, now - HOUR - number * 60) for number in range(280)]


def _offline(visitor: Visitor, number: int, timestamp: int) -> Event:
    event_type = NIGHTLY[number % len(NIGHTLY)]
    paid = {"value": 10.5 + number, "currency_code": "EUR"} if event_type in ("purchase", "refund") else {}
    name = {"custom_event_name": "loyalty_card_issued"} if event_type == "custom" else {}
    source = "offline" if paid else "crm"
    return event(
        visitor,
        event_type,
        timestamp,
        source=source,
        mmt_only=number % 10 == 0,
        custom_data={"transaction_id": f"{source}_{number}"},
        **paid,
        **name,
    )
