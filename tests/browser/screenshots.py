"""Takes the README's pictures of the page: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import shutil
import sys
from time import time

from playwright.sync_api import Browser, expect, sync_playwright

from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY
from tests.browser.inspector import ARGUMENTS, Inspector
from tests.conftest import Running, start_server, stop_server
from tests.senders import ADDRESS, DAY
from tests.tables import ROOT
from tests.web.wire import Account

FOLDER = ROOT / "docs" / "images"
IFA = "38400000-8cf0-11bd-b23e-10b96e40000d"
OPTED_OUT = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}
PURCHASE = {"value": 129.99, "currency_code": "USD"}


def main() -> None:
    found = shutil.which("chromium")
    if found is None:
        sys.exit("the apt package chromium is needed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        running = start_server("--port", "8080")
        try:
            take_all(browser, running)
        finally:
            stop_server(running)
        browser.close()


def take_all(browser: Browser, running: Running) -> None:
    """One after the other: each shows what the ones before have sent."""
    page = browser.new_page(viewport={"width": 1280, "height": 760})
    shown = Inspector(page, Account(running, DEFAULT_DATASET, DEFAULT_KEY))
    page.goto(f"{running.url}/_inspect")
    shown.live()
    expect(page.locator("#empty")).to_be_visible()
    page.screenshot(path=FOLDER / "empty.png")
    fill(shown)
    expect(shown.count("refused")).to_contain_text("6")
    page.screenshot(path=FOLDER / "list.png")
    shown.row("PLAINTEXT_PII").click()
    expect(shown.detail.get_by_text("Copy as")).to_be_visible()
    page.screenshot(path=FOLDER / "detail.png")
    page.emulate_media(color_scheme="dark")
    shown.row("TIMESTAMP_IN_FUTURE").click()
    expect(shown.detail.get_by_text("Copy as")).to_be_visible()
    page.screenshot(path=FOLDER / "dark.png")


def fill(shown: Inspector) -> None:
    """A morning's traffic of a shop that is being connected."""
    now = int(time())
    for number, kind in enumerate(("page_view", "viewed_item", "add_to_cart", "begin_checkout")):
        shown.send(event_type=kind, timestamp=now - 40 * number, identifiers={"ip": ADDRESS, "ifa": IFA})
    bought = shown.event(**PURCHASE, timestamp=now - 95, custom_data={"transaction_id": "txn_0041"})
    shown.post(bought)
    shown.post(bought)
    shown.send(event_type="purchase", value=59, identifiers={"ifa": IFA})
    shown.send(**PURCHASE, timestamp=now - 9 * DAY)
    shown.send(**PURCHASE, timestamp=now - 41 * DAY)
    shown.send(event_type="sign_up", privacy=OPTED_OUT)
    shown.send(**PURCHASE, timestamp=now * 1000)
    shown.control("POST", "/faults", kind="status", status=503)
    shown.send(**PURCHASE)
    shown.send(**PURCHASE, identifiers={"email_sha256": "jane@example.com"}, custom_data={"transaction_id": "txn_0042"})
    shown.batch({"event_type": "page_view"}, {"event_type": "search"}, {**PURCHASE})
    shown.batch({"event_type": "page_view"}, {"value": 18.5}, {**PURCHASE})
    shown.send(event_type="install", identifiers={"ifa": IFA})


if __name__ == "__main__":
    main()
