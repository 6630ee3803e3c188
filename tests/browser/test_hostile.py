"""What events hold is shown and never run, and never spoils the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.browser.inspector import Inspector

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
RTL = "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u061c"
LONG = "x" * 100_000


@pytest.mark.parametrize(
    "text",
    [SCRIPT, '"><svg/onload=alert(1)>', "{{7*7}}${7*7}", RTL, LONG],
    ids=["script", "attribute", "template", "direction", "long"],
)
def test_it_is_shown_as_text(inspector: Inspector, text: str) -> None:
    """In every field that is shown: nothing runs, no dialog opens, and nothing is wider than the window."""
    opened: list[Dialog] = []
    inspector.page.on("dialog", lambda dialog: opened.append(dialog))  # noqa: PLW0108 - Playwright marks what it is given
    inspector.post(
        inspector.event(
            event_type="custom", custom_event_name=text, currency_code=text[:60], value=1, custom_data={text: text}
        )
    )
    inspector.post(inspector.event(event_type=text, identifiers={text: text}), "/v1/events?" + "q" * 500)
    page = inspector.open().page
    expect(inspector.rows).to_have_count(2)
    for row in (1, 0):
        inspector.rows.nth(row).click()
        expect(inspector.detail.locator(".verdict-head")).to_be_visible()
        expect(inspector.detail.get_by_text("Copy as")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("(d => d.scrollWidth <= d.clientWidth)(document.getElementById('detail'))")
    assert page.locator("#list-rows img, #list-rows script, #detail img, #detail script").count() == 0
    assert opened == []


def test_marks_that_turn_the_direction_are_named(inspector: Inspector) -> None:
    """Nobody is shown a text that reads otherwise than it is."""
    inspector.send(event_type="custom", custom_event_name=RTL)
    inspector.open()
    expect(inspector.rows.first.locator(".type")).to_contain_text("U+202E")


def test_long_texts_are_cut_and_come_whole_when_asked(inspector: Inspector) -> None:
    """A string of 100 kB takes no room until somebody wants it, and then stays when more becomes known."""
    held: list[Route] = []
    inspector.page.route("**/context", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    inspector.open(id=inspector.send(custom_data={"long": LONG}))
    more = inspector.detail.get_by_role("button", name="more", exact=False).first
    expect(more).to_have_text("… 99,702 more")
    more.click()
    expect(inspector.detail.locator(".code").first).to_contain_text(LONG)
    held[0].continue_()
    expect(inspector.detail.get_by_text("Copy as")).to_be_visible()
    expect(inspector.detail.locator(".code").first).to_contain_text(LONG)


def test_nothing_from_elsewhere_is_loaded(inspector: Inspector) -> None:
    """The page and all it needs come from the server alone."""
    asked: list[str] = []
    inspector.page.on("request", lambda request: asked.append(request.url))
    inspector.open(id=inspector.send(page_url="https://example.com/pixel.gif"))
    expect(inspector.detail.get_by_text("Copy as")).to_be_visible()
    assert {url for url in asked if not url.startswith(inspector.account.running.url)} == set()
