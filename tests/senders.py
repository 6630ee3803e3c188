"""Events, and a client that sends them and looks at what the log says of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY

NOW = 1_800_000_000
"""The time of tests, in epoch seconds: 2027-01-15T08:00:00Z."""
DAY = 86_400
EMAIL = sha256(b"test@example.com").hexdigest()
ADDRESS = sha256(b"203.0.113.7").hexdigest()


class _Gone:
    def __repr__(self) -> str:
        return "GONE"


GONE = _Gone()
"""As a value in `event(...)`: leave the field out."""


def event(**changes: Any) -> dict[str, Any]:
    """A minimal valid event (guide 9.1) as of NOW, with changes at its top level."""
    base: dict[str, Any] = {
        "data_set_id": DEFAULT_DATASET,
        "timestamp": NOW,
        "event_type": "purchase",
        "identifiers": {"email_sha256": EMAIL},
    }
    return {name: value for name, value in (base | changes).items() if value is not GONE}


def full_event(**changes: Any) -> dict[str, Any]:
    """An event with every field of guide 4.1 that draws no advisory."""
    return event(
        source="website",
        referer="https://www.example.com/search",
        page_url="https://www.example.com/checkout",
        value=129.99,
        currency_code="USD",
        identifiers={"email_sha256": EMAIL, "ip": ADDRESS, "ifa": "38400000-8cf0-11bd-b23e-10b96e40000d"},
        custom_data={"transaction_id": "txn_00123", "product_id": "SKU-4892", "coupon": ["SAVE10"]},
        mmt_only=False,
        ext={},
    ) | dict(changes)


@dataclass
class Sender:
    """Sends to the application in process. Every method answers the response as it came."""

    client: FlaskClient

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None, key: str = DEFAULT_KEY) -> TestResponse:
        """POST anything: bytes as they are, everything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **(headers or {})}
        return self.client.post(path, data=data, headers={k: v for k, v in sent.items() if v is not None})

    def one(self, body: Any, **options: Any) -> TestResponse:
        """Send to /v1/events."""
        return self.post("/v1/events", body, **options)

    def batch(self, body: Any, **options: Any) -> TestResponse:
        """Send to /v1/events/batch."""
        return self.post("/v1/events/batch", body, **options)

    def log(self, **filters: Any) -> list[dict[str, Any]]:
        """The submissions in the log, newest first."""
        return self.client.get("/_inspect", query_string=filters).get_json()["submissions"]  # type: ignore[no-any-return]

    def last(self) -> dict[str, Any]:
        """The newest submission in the log."""
        return self.log(limit=1)[0]

    def advisories(self) -> list[str]:
        """The codes that the newest submission drew."""
        return [advisory["code"] for advisory in self.last()["advisories"]]

    def control(self, method: str, path: str, body: Any = None) -> TestResponse:
        """Steer over /_control."""
        return self.client.open(f"/_control{path}", method=method, json=body)

    def read(self, **readings: str) -> None:
        """Give the default dataset other readings."""
        asked = {"data_set_id": DEFAULT_DATASET, "api_key": DEFAULT_KEY, "readings": readings}
        assert self.control("POST", "/datasets", asked).status_code == 200
