"""The page without a mouse, by ear, in the dark, and in a small window."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.inspector import Inspector
from tests.web.wire import Account

GRAVE = ("serious", "critical")


def barriers(inspector: Inspector) -> list[Any]:
    """What axe-core finds that keeps somebody out."""
    found = Axe().run(inspector.page).response["violations"]
    return [(item["id"], item["nodes"][0]["html"]) for item in found if item["impact"] in GRAVE]


@pytest.fixture(params=["light", "dark"])
def coloured(inspector: Inspector, request: pytest.FixtureRequest) -> Inspector:
    """The page in either colours."""
    inspector.page.emulate_media(color_scheme=request.param)
    return inspector


def fill(inspector: Inspector) -> None:
    """One of each verdict, and a batch."""
    inspector.send()
    inspector.send()
    inspector.send_late(event_type="install")
    inspector.send(event_type="nonsense", value=1)
    inspector.send(privacy={"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]})
    inspector.control("POST", "/faults", kind="status", status=503)
    inspector.send()
    inspector.batch({}, {"value": 10})


def test_axe_finds_nothing_grave_in_list_and_detail(coloured: Inspector) -> None:
    """With a batch opened, a refused submission shown and the search's help open, in either colours."""
    fill(coloured)
    coloured.open()
    coloured.rows.first.locator("[data-expand]").click()
    expect(coloured.page.locator("#list-rows .level2")).to_have_count(2)
    assert barriers(coloured) == []
    coloured.row("INVALID_EVENT_TYPE").click()
    expect(coloured.detail.get_by_text("Copy as")).to_be_visible()
    coloured.page.click("#search-help-open")
    expect(coloured.page.get_by_role("button", name="Add verdict:late")).to_be_visible()
    assert barriers(coloured) == []


def test_axe_finds_nothing_grave_in_an_empty_log_and_dialogs(coloured: Inspector) -> None:
    """Where nothing has arrived, and with each dialog open."""
    page = coloured.open().page
    expect(page.locator("#empty")).to_be_visible()
    assert barriers(coloured) == []
    for opener in ("#clock-open", "#faults-open", "#clear-open", "#keys-open"):
        page.click(opener)
        expect(page.locator("#dialog")).to_be_visible()
        assert barriers(coloured) == []
        page.keyboard.press("Escape")


def test_the_keyboard_alone_is_enough(inspector: Inspector) -> None:
    """Search, move, open a batch and its event, go on to the next, and back, with keys only."""
    inspector.send(event_type="install")
    inspector.batch({}, {"event_type": "nonsense"})
    page = inspector.open().page
    press = page.keyboard.press
    expect(inspector.rows).to_have_count(2)
    press("j")
    expect(inspector.rows.first).to_have_attribute("aria-selected", "true")
    press("ArrowRight")
    expect(inspector.rows).to_have_count(4)
    press("j")
    press("j")
    press("Enter")
    expect(inspector.detail).to_contain_text("INVALID_EVENT_TYPE")
    press("j")
    expect(inspector.detail).to_contain_text("Accepted")
    press("Escape")
    expect(inspector.detail).to_be_hidden()
    press("/")
    page.keyboard.type("type:install")
    press("Enter")
    expect(inspector.rows).to_have_count(1)
    press("Escape")
    press("?")
    expect(page.locator("#dialog")).to_contain_text("Next row")
    press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()


def test_what_arrives_is_said_aloud(inspector: Inspector) -> None:
    """A live region tells who cannot see the list."""
    page = inspector.open().page
    inspector.send(event_type="nonsense")
    expect(page.locator("#announce")).to_have_text("Refused, INVALID_EVENT_TYPE")


def test_a_phone_shows_it_all(browser: Browser, account: Account) -> None:
    """At 375 pixels nothing is wider than the screen, and a submission takes the list's place."""
    context = browser.new_context(viewport={"width": 375, "height": 740}, has_touch=True)
    shown = Inspector(context.new_page(), account)
    fill(shown)
    page = shown.open().page
    fits = "document.documentElement.scrollWidth <= innerWidth"
    expect(shown.row("INVALID_EVENT_TYPE")).to_be_visible()
    assert page.evaluate(fits)
    shown.row("INVALID_EVENT_TYPE").tap()
    expect(shown.detail.get_by_text("Copy as")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    assert page.evaluate(fits)
    page.get_by_role("button", name="← List").click()
    expect(shown.row("INVALID_EVENT_TYPE")).to_be_visible()
    assert shown.complaints == []
    context.close()
