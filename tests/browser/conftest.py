"""What the browser's tests share: Chromium, a server of their own, and a page that must not complain."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.inspector import ARGUMENTS, Inspector
from tests.conftest import Running, require, start_server, stop_server
from tests.web.wire import Account, open_account

expect.set_options(timeout=20_000)  # machines that build may be busy


# Not for the whole session: Playwright keeps an event loop running, which tests elsewhere start for themselves.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    found = shutil.which("chromium")
    require(found is not None, "chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def stage() -> Iterator[Running]:
    """A server whose log nobody else fills."""
    running = start_server()
    yield running
    stop_server(running)


@pytest.fixture
def account(stage: Running) -> Account:
    """A fresh dataset on it."""
    return open_account(stage)


@pytest.fixture(scope="package")
def profile(browser: Browser) -> BrowserContext:
    """What a browser keeps from one page to the next; tests leave in it what they found."""
    return browser.new_context(
        viewport={"width": 1400, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )


@pytest.fixture
def inspector(profile: BrowserContext, account: Account) -> Iterator[Inspector]:
    """The page, of that dataset alone. No script of it may have failed in the end."""
    shown = Inspector(profile.new_page(), account)
    yield shown
    shown.page.close()
    assert shown.complaints == []
