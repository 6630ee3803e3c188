"""The list: live, searchable, and steady under the eyes of who reads it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY
from tests.browser.inspector import Inspector
from tests.conftest import start_server, stop_server
from tests.web.wire import Account


def test_an_event_appears_by_itself(inspector: Inspector) -> None:
    """What arrives while the page is open is shown with all that the columns promise."""
    inspector.open()
    inspector.send_late(event_type="install", value=12.5, currency_code="EUR")
    row = inspector.row("install")
    for text in ("single", "12.50 EUR", "email", "9 d", "Late"):
        expect(row).to_contain_text(text)


def test_the_counts_follow_and_filter(inspector: Inspector) -> None:
    """The strip counts what arrives; a click shows those alone, and another one all again."""
    inspector.open()
    inspector.send(event_type="install")
    inspector.send(event_type="nonsense")
    expect(inspector.count("refused")).to_contain_text("1")
    inspector.count("refused").click()
    expect(inspector.rows).to_have_count(1)
    expect(inspector.rows).to_contain_text("INVALID_EVENT_TYPE")
    assert "q=verdict%3Arefused" in inspector.page.url
    inspector.count("refused").click()
    expect(inspector.rows).to_have_count(2)


def test_refusals_filter_by_code_by_key_and_by_minute(inspector: Inspector) -> None:
    """Every chip and every bar of the strip is a filter of its own."""
    inspector.send()
    inspector.send(event_type="nonsense")
    inspector.open()
    for label in ("INVALID_EVENT_TYPE", "key ke****"):
        chip = inspector.page.locator(".chip", has_text=label)
        chip.click()
        expect(chip).to_have_attribute("aria-pressed", "true")
        expect(inspector.row("INVALID_EVENT_TYPE")).to_have_count(1)
        inspector.page.locator(".count.all").click()
    bar = inspector.page.locator(".histogram .bar").first
    bar.click()
    expect(bar).to_have_attribute("aria-pressed", "true")
    assert "since=" in inspector.page.url


def test_a_search_is_part_of_the_address(inspector: Inspector) -> None:
    """What is typed is looked for; the address keeps it over a reload, and Back undoes it."""
    inspector.send(event_type="install")
    inspector.send(event_type="add_to_cart")
    page = inspector.open().page
    page.focus("#q")
    for part in ("type:add", "_to", "_cart"):
        page.keyboard.type(part)
        page.wait_for_url(re.compile(f"q=type.*{part[-3:]}&"))
    page.keyboard.press("Enter")
    expect(inspector.rows).to_have_count(1)
    page.reload()
    expect(page.locator("#q")).to_have_value("type:add_to_cart")
    expect(inspector.rows).to_have_count(1)
    page.go_back()
    expect(inspector.rows).to_have_count(2)


def test_a_wrong_search_is_told_in_place(inspector: Inspector) -> None:
    """The server's own words stand under the box, and the list is not lost."""
    inspector.send()
    page = inspector.open().page
    page.fill("#q", "verdict:lat")
    expect(page.locator("#q-problem")).to_contain_text("late")
    page.fill("#q", "")
    expect(page.locator("#q-problem")).to_be_empty()
    expect(inspector.rows).to_have_count(1)


def test_the_grammar_is_at_hand(inspector: Inspector) -> None:
    """The help under the box lists the keys, and a click takes one over."""
    page = inspector.open().page
    page.click("#search-help-open")
    page.get_by_role("button", name="Add verdict:suppressed").click()
    expect(page.locator("#q")).to_have_value("verdict:suppressed")
    expect(page.locator("#empty")).to_contain_text("Nothing matches")


def test_a_batch_opens_into_its_events(inspector: Inspector) -> None:
    """A batch is one row that sums up; opened it shows each event with its own verdict."""
    inspector.batch({"event_type": "install"}, {"event_type": "nonsense"}, {"event_type": "add_to_cart"})
    inspector.open()
    batch = inspector.rows.first
    expect(batch).to_contain_text("install, nonsense, add_to_cart")
    batch.get_by_role("button", name="Show 3 events").click()
    expect(inspector.rows).to_have_count(4)
    expect(inspector.rows.nth(1)).to_contain_text("Refused with its batch")
    expect(inspector.rows.nth(2)).to_contain_text("INVALID_EVENT_TYPE")
    batch.get_by_role("button").click()
    expect(inspector.rows).to_have_count(1)


def test_what_is_read_stays_where_it_is(inspector: Inspector) -> None:
    """While the list is scrolled new rows wait behind a pill; without being read it goes on by itself."""
    for number in range(60):
        inspector.post(inspector.event(timestamp=1, custom_data={"number": number}))
    page = inspector.open().page
    page.locator("#list").evaluate("list => { list.scrollTop = 400; }")
    expect(inspector.rows.first).to_have_attribute("aria-rowindex", "4")
    before = inspector.rows.nth(12).bounding_box()
    inspector.send(event_type="install")
    expect(page.locator("#news")).to_have_text("1 new")
    assert inspector.rows.nth(12).bounding_box() == before
    page.click("#news")
    expect(inspector.row("install")).to_be_in_viewport()
    expect(page.locator("#news")).to_be_hidden()


def test_long_logs_are_paged_and_only_what_is_in_sight_is_built(inspector: Inspector) -> None:
    """Scrolling reaches the oldest row through every page, with a few dozen elements at any time."""
    oldest = inspector.send(event_type="install")
    for _ in range(320):
        inspector.post([])
    page = inspector.open().page
    expect(page.locator("#list-foot")).to_contain_text("321 submissions")
    oldest_row = page.locator(f'[id="row-{oldest}"]')
    page.wait_for_function(
        "id => { const list = document.getElementById('list'); list.scrollTop = list.scrollHeight;"
        " return document.getElementById(id); }",
        arg=f"row-{oldest}",
    )
    expect(oldest_row).to_be_visible()
    assert inspector.rows.count() < 60


def test_it_polls_where_nothing_can_be_streamed(inspector: Inspector) -> None:
    """Without a stream the page says that it polls, and shows what arrives all the same."""
    page = inspector.page
    page.route("**/_inspect/stream?*", lambda route: route.abort())
    page.goto(f"{inspector.account.running.url}/_inspect?data_set_id={inspector.account.data_set_id}")
    expect(page.locator("#connection")).to_have_text("Polling")
    inspector.send(event_type="install")
    expect(inspector.row("install")).to_have_count(1)


def test_it_says_when_the_server_is_gone(inspector: Inspector) -> None:
    """Offline is shown as such; when the server is back nothing in between is missing."""
    page = inspector.open().page
    page.route("**/_inspect/s*", lambda route: route.abort())
    inspector.control("DELETE", "/log")  # ends the stream
    expect(page.locator("#connection")).to_have_text("Offline")
    inspector.send(event_type="install")
    page.unroute_all()
    expect(inspector.row("install")).to_have_count(1)


def test_it_comes_back_with_the_server(browser: Browser) -> None:
    """A server that is started anew has another log; the page shows that one, and follows it."""
    first = start_server()
    context = browser.new_context()
    shown = Inspector(context.new_page(), Account(first, DEFAULT_DATASET, DEFAULT_KEY))
    shown.send(event_type="install")
    shown.send(event_type="install")
    page = shown.open().page
    expect(shown.row("install")).to_have_count(2)
    stop_server(first)
    expect(page.locator("#connection")).to_have_text("Offline")
    second = start_server("--port", str(first.port))
    shown.live()
    expect(page.locator("#empty")).to_contain_text("Nothing has arrived yet")
    shown.send(event_type="login")
    expect(shown.row("login")).to_have_count(1)
    stop_server(second)
    context.close()


def test_a_stream_that_is_held_back_keeps_nobody_waiting(inspector: Inspector) -> None:
    """Behind a proxy that lets no stream through the list is there all the same, and then is polled."""
    inspector.send(event_type="install")
    page = inspector.page
    page.route("**/_inspect/stream?*", lambda _route: None)
    page.goto(f"{inspector.account.running.url}/_inspect?data_set_id={inspector.account.data_set_id}")
    expect(inspector.row("install")).to_have_count(1)
    expect(page.locator("#connection")).to_have_text("Connecting")
    inspector.send(event_type="login")
    expect(page.locator("#connection")).to_have_text("Polling")
    expect(inspector.row("login")).to_have_count(1)


def test_pausing_keeps_the_list_still(inspector: Inspector) -> None:
    """Paused nothing moves; going on brings what was missed."""
    page = inspector.open().page
    inspector.send(event_type="install")
    expect(inspector.rows).to_have_count(1)
    page.click("#pause")
    expect(page.locator("#connection")).to_have_text("Paused")
    inspector.send(event_type="add_to_cart")
    expect(inspector.count("accepted")).to_contain_text("2")
    expect(inspector.rows).to_have_count(1)
    page.click("#pause")
    expect(inspector.rows).to_have_count(2)


def test_the_empty_page_helps(inspector: Inspector) -> None:
    """It shows three requests that are ready to be sent, without the key, and sends samples itself."""
    page = inspector.open().page
    empty = page.locator("#empty")
    for text in ("curl -sS", "import requests", "await fetch", inspector.account.data_set_id, "MOCK_CAPI_API_KEY"):
        expect(empty).to_contain_text(text)
    assert inspector.account.api_key not in empty.inner_text()
    page.get_by_role("button", name="Send a late event").click()
    expect(inspector.row("Late")).to_have_count(1)
    expect(empty).to_be_hidden()


def test_datasets_are_switched(inspector: Inspector) -> None:
    """Another dataset is another list; the address says which."""
    inspector.send(event_type="install")
    page = inspector.open().page
    expect(inspector.rows).to_have_count(1)
    page.select_option("#dataset", "00000000-0000-4000-8000-000000000001")
    expect(page.locator("#empty")).to_contain_text("Bearer test-key")
    page.go_back()
    expect(inspector.rows).to_have_count(1)
