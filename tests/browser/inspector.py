"""The inspector page as tests use it, and a sender beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import time
from typing import Any
from urllib.parse import urlencode

import requests
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.senders import DAY, event
from tests.web.wire import DEADLINE, Account

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.example 127.0.0.1",  # as a name does whose DNS an attacker has
    "--disable-features=LocalNetworkAccessChecks",  # new browsers defend this machine; the server must without them
]
# What Chromium itself says of an answer that is no 200; the page deals with those.
_OF_CHROMIUM = "Failed to load resource"


class Inspector:
    """One page on one dataset. `complaints` are what its scripts failed with."""

    def __init__(self, page: Page, account: Account) -> None:
        self.page = page
        self.account = account
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_OF_CHROMIUM):
            self.complaints.append(message.text)

    # --- looking ---

    def open(self, **view: str) -> Inspector:
        """Open the page and wait until it is live."""
        query = urlencode({"data_set_id": self.account.data_set_id, **view})
        self.page.goto(f"{self.account.running.url}/_inspect?{query}")
        return self.live()

    def live(self) -> Inspector:
        expect(self.page.locator("#connection")).to_have_text("Live")
        return self

    @property
    def rows(self) -> Locator:
        """All rows in sight."""
        return self.page.locator("#list-rows .row")

    def row(self, text: str) -> Locator:
        """The row in which a text stands."""
        return self.rows.filter(has_text=text)

    @property
    def detail(self) -> Locator:
        return self.page.locator("#detail")

    def count(self, kind: str) -> Locator:
        """One of the counts above the list."""
        return self.page.locator(f".count.{kind}")

    # --- sending ---

    def post(self, body: object, path: str = "/v1/events") -> requests.Response:
        """Send as a client would."""
        headers = {"Authorization": f"Bearer {self.account.api_key}", "Content-Type": "application/json"}
        return requests.post(self.account.running.url + path, json.dumps(body), headers=headers, timeout=DEADLINE)

    def event(self, **changes: Any) -> dict[str, Any]:
        """A valid event of now."""
        return event(**{"data_set_id": self.account.data_set_id, "timestamp": int(time()), **changes})

    def send(self, **changes: Any) -> str:
        """Send an event; the submission's id, whatever became of it."""
        self.post(self.event(**changes))
        return self.newest()

    def send_late(self, **changes: Any) -> str:
        return self.send(timestamp=int(time()) - 9 * DAY, **changes)

    def batch(self, *changes: Mapping[str, Any]) -> str:
        """Send a batch."""
        self.post([self.event(**change) for change in changes], "/v1/events/batch")
        return self.newest()

    def newest(self) -> str:
        return str(self.account.log(limit=1)[0]["id"])

    def control(self, method: str, path: str, **body: Any) -> Any:
        """Steer the dataset's part of the server."""
        asked = {"data_set_id": self.account.data_set_id, **body}
        url = f"{self.account.running.url}/_control{path}"
        return requests.request(method, url, json=asked, timeout=DEADLINE).json()
