"""The frame: clock, faults, readings, clearing, colours, and the admin token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.inspector import Inspector
from tests.conftest import Running, start_server, stop_server
from tests.web.wire import Account, open_account

TOKEN = "let-me-in"


def test_the_clock_is_moved_and_shown(inspector: Inspector) -> None:
    """Set, frozen, advanced by a click, and let go again: the frame shows each at once."""
    page = inspector.open().page
    page.click("#clock-open")
    page.fill("#clock-input", "2027-01-15T08:00:00Z")
    page.check("#clock-frozen")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#clock-open")).to_contain_text("2027-01-15 08:00:00")
    expect(page.locator("#clock-mode")).to_have_text("frozen")
    page.get_by_role("button", name="+7 days").click()
    expect(page.locator("#clock-now")).to_have_text("2027-01-22 08:00:00")
    assert inspector.control("GET", "/clock")["iso"] == "2027-01-22T08:00:00Z"
    page.get_by_role("button", name="Back to real time").click()
    expect(page.locator("#clock-mode")).to_be_empty()


def test_a_time_that_cannot_be_is_refused_in_place(inspector: Inspector) -> None:
    """The dialog stays, with the server's words."""
    page = inspector.open().page
    page.click("#clock-open")
    page.fill("#clock-input", "yesterday")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog .problem")).to_contain_text("now")


def test_faults_are_armed_and_taken_away(inspector: Inspector) -> None:
    """What is armed here meets the next request, and is gone when it is removed."""
    page = inspector.open().page
    page.click("#faults-open")
    page.fill("#fault-status", "502")
    page.fill("#fault-times", "2")
    page.get_by_role("button", name="Arm").click()
    expect(page.locator("#dialog .faults")).to_contain_text("Answer 502, 2 times")
    assert inspector.post(inspector.event()).status_code == 502
    page.get_by_role("button", name="Remove: Answer 502").click()
    expect(page.locator("#dialog .faults")).to_contain_text("None is armed")
    page.keyboard.press("Escape")
    expect(inspector.row("Fault 502")).to_have_count(1)
    assert inspector.post(inspector.event()).status_code == 200


def test_clearing_is_asked_once(inspector: Inspector) -> None:
    """It takes a second click; then the dataset's log is empty, on the page and on the server."""
    inspector.send()
    page = inspector.open().page
    page.click("#clear-open")
    page.get_by_role("button", name="Keep it").click()
    expect(inspector.rows).to_have_count(1)
    page.click("#clear-open")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("#empty")).to_contain_text("Nothing has arrived yet")
    assert inspector.account.log() == []


def test_readings_that_differ_are_marked(browser: Browser, stage: Running) -> None:
    """The frame shows how many differ from the defaults, and which."""
    account = open_account(stage, readings={"hash_case": "any"})
    context = browser.new_context()
    page = Inspector(context.new_page(), account).open().page
    page.click("#readings-open")
    expect(page.locator("#readings-open")).to_have_text("1 reading")
    expect(page.locator("#dialog tr.changed")).to_contain_text("hash_case")
    expect(page.locator("#dialog tr.changed")).to_contain_text("default lower")
    context.close()


def test_colours_are_chosen_and_kept(inspector: Inspector) -> None:
    """The choice goes around from the system's to light and dark, and survives a reload."""
    page = inspector.open().page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    page.click("#theme")
    expect(page.locator("#theme")).to_have_attribute("aria-label", "Colours: dark")
    page.reload()
    assert page.evaluate(ground) != light
    page.click("#theme")
    assert page.evaluate(ground) == light


def test_the_base_url_is_copied(inspector: Inspector) -> None:
    """One click, and it can be pasted into a sender's settings."""
    page = inspector.open().page
    page.get_by_role("button", name="Copy the base URL").click()
    expect(page.locator("#announce")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == inspector.account.running.url


@pytest.fixture(scope="module")
def locked() -> Iterator[Running]:
    """A server that wants an admin token."""
    running = start_server("--admin-token", TOKEN)
    yield running
    stop_server(running)


def test_the_admin_token_is_asked_for(browser: Browser, locked: Running) -> None:
    """A wrong one is said to be wrong, the right one opens everything, and a reload does not ask again."""
    account = Account(locked, "00000000-0000-4000-8000-000000000001", "test-key")
    context = browser.new_context()
    shown = Inspector(context.new_page(), account)
    page = shown.page
    page.goto(f"{locked.url}/_inspect")
    for typed in ("wrong", TOKEN):
        page.locator("#token").fill(typed)
        page.get_by_role("button", name="Open", exact=True).click()
        if typed != TOKEN:
            expect(page.locator(".login .problem")).to_contain_text("does not take this token")
    shown.live()
    shown.post(shown.event(event_type="install"))
    expect(shown.row("install")).to_have_count(1)
    page.reload()
    shown.live()
    expect(shown.row("install")).to_have_count(1)
    assert shown.complaints == []
    context.close()
