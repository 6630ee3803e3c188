"""Events for benchmarks: every field of the guide's section 4, about 0.9 kB, no two alike."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Any

import orjson

from mock_capi.privacy import encode_gpp
from mock_capi.world import DEFAULT_DATASET

_NOTE = "A gift for somebody who likes to run along the river before the city wakes up. " * 2


def make(number: int) -> dict[str, Any]:
    """The event with this number."""
    return {
        "data_set_id": DEFAULT_DATASET,
        "timestamp": int(time.time()) - number % 600_000,
        "event_type": ("purchase", "page_view", "add_to_cart", "sign_up")[number % 4],
        "source": "website",
        "referer": "https://www.example.com/search?q=blue+sneakers",
        "page_url": "https://shop.example.com/checkout/thank-you",
        "value": 129.99,
        "currency_code": "USD",
        "identifiers": {
            "email_sha256": sha256(b"e%d" % number).hexdigest(),
            "ip": sha256(b"i%d" % number).hexdigest(),
            "partner_id": f"crm-{number:09d}",
        },
        "custom_data": {
            "transaction_id": f"txn_{number:09d}",
            "product_id": "SKU-4892",
            "coupon": ["SAVE10"],
            "search_term": "blue sneakers",
            "note": _NOTE,
        },
        "mmt_only": False,
        "ext": {},
    }


def batch(first: int, count: int = 1000) -> bytes:
    """A batch of events as it is sent."""
    return orjson.dumps([make(number) for number in range(first, first + count)])


def batch_with_consent(first: int, count: int = 1000) -> bytes:
    """A batch in which every event has a GPP string, of the fifty that recur among all users; a fifth opt out."""
    made = [make(number) for number in range(first, first + count)]
    for number, event in enumerate(made):
        event["privacy"] = {"gpp_string": CONSENTS[number % len(CONSENTS)], "gpp_sid": [7]}
    return orjson.dumps(made)


def _consent(number: int) -> str:
    sensitive = [number // 3**place % 3 for place in range(16)]
    return encode_gpp({"usnat": {"SaleOptOut": 1 if number % 5 == 0 else 2, "SensitiveDataProcessing": sensitive}})


CONSENTS = tuple(_consent(number) for number in range(50))


def single(number: int) -> bytes:
    """One event as it is sent."""
    return orjson.dumps(make(number))
