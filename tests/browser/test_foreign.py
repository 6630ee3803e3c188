"""A page from elsewhere neither reads nor steers, whatever its name is, and nothing that was sent ever runs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Download, Page, expect

from tests.browser.foreign import NAME, READING, STEERING, elsewhere
from tests.browser.inspector import Inspector
from tests.conftest import Running, start_server, stop_server
from tests.web.wire import Account, open_account

SCRIPTS = [
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "</style><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "]]><script>alert(1)</script>",
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the foreign page is."""
    with elsewhere() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that remembers nothing."""
    made = browser.new_context(accept_downloads=True)
    yield made
    made.close()


@pytest.fixture(params=[NAME, "localhost", "127.0.0.1"])
def foreign(context: BrowserContext, port: int, request: pytest.FixtureRequest) -> Page:
    """The foreign page: from another site, and from another port of this machine, which browsers call the same site."""
    page = context.new_page()
    page.goto(f"http://{request.param}:{port}/")
    return page


def url_beside(account: Account, page: Page) -> str:
    """The server by the name that the page has, if it may have it: nothing is nearer."""
    host = page.evaluate("location.hostname")
    return f"http://{'127.0.0.1' if host == NAME else host}:{account.running.port}"


def test_a_foreign_page_reads_nothing(foreign: Page, inspector: Inspector) -> None:
    """In every way that browsers have for it."""
    inspector.send()
    for way, script in READING.items():
        assert foreign.evaluate(script, url_beside(inspector.account, foreign)) is None, way


def test_a_foreign_page_steers_nothing(foreign: Page, inspector: Inspector) -> None:
    """Nor with what needs no leave, as forms do, whatever they hide."""
    submission = inspector.send()
    for way, script in STEERING.items():
        foreign.evaluate(script, url_beside(inspector.account, foreign))
        assert inspector.newest() == submission, way


def test_a_rebound_name_is_refused(context: BrowserContext, inspector: Inspector) -> None:
    """Its page would be of one origin with the server: neither the log nor the page is there under that name."""
    submission = inspector.send()
    page = context.new_page()
    url = f"http://{NAME}:{inspector.account.running.port}"
    for path in ("/_inspect", "/_inspect/static/app.js", "/_inspect/stream", "/_control/clock"):
        assert page.goto(url + path).status == 403  # type: ignore[union-attr]  # there is a response
    # Before the name was bound anew the attacker's own server answered under it.
    page.route("**/before", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(f"{url}/before")
    answers = page.evaluate(
        """() => Promise.all([
            fetch('/_inspect'), fetch('/_inspect/wait?timeout=0'), fetch('/_control/reset', {method: 'POST'}),
        ].map(asked => asked.then(answer => answer.json()))).then(found => found.map(one => one.error_code))"""
    )
    assert answers == ["FORBIDDEN_HOST"] * 3
    assert inspector.newest() == submission


def test_a_link_leads_to_the_page(foreign: Page, account: Account) -> None:
    """A build's page may link to the inspector; it works then as ever."""
    url = f"{url_beside(account, foreign)}/_inspect"
    foreign.evaluate('url => { document.body.innerHTML = `<a href="${url}">log</a>` }', url)
    foreign.click("a")
    expect(foreign.locator("#connection")).to_have_text("Live")


def test_the_token_is_asked_for_and_kept_in_the_tab(context: BrowserContext) -> None:
    """The page shows nothing before it, a wrong one is told, and neither its address nor another tab has it."""
    running = start_server("--admin-token", "open-sesame")
    try:
        page = context.new_page()
        page.goto(f"{running.url}/_inspect")
        field, button = page.get_by_role("textbox", name="Token"), page.get_by_role("button", name="Open")
        for token in ("wrong", "open-sesame"):
            field.fill(token)
            button.click()
            if token == "wrong":
                expect(page.get_by_text("does not take this token")).to_be_visible()
        expect(page.locator("#connection")).to_have_text("Live")
        assert "sesame" not in page.url
        assert page.evaluate("JSON.stringify({...localStorage}) + document.cookie").count("sesame") == 0
        other = context.new_page()
        other.goto(f"{running.url}/_inspect")
        expect(other.get_by_role("textbox", name="Token")).to_be_visible()
    finally:
        stop_server(running)


@pytest.fixture(scope="module")
def hostile(stage: Running) -> Account:
    """A dataset with a name that would run, and everything in its log too."""
    account = open_account(stage, data_set_id="".join(SCRIPTS))
    shown = Inspector.__new__(Inspector)
    shown.account = account
    for text in SCRIPTS:
        shown.post(shown.event(event_type=text, custom_data={text: text}, source=text, page_url=text))
        shown.post(shown.event(event_type="custom", custom_event_name=text, currency_code=text, value=1))
    shown.post("<script>alert(1)</script>", "/v1/<img src=x onerror=alert(1)>")
    return account


@pytest.mark.parametrize(
    "path",
    [
        *("/_inspect/report?format=html", "/_inspect/report?format=junit", "/_inspect/report"),
        *(
            "/_inspect/submissions",
            "/_inspect/events",
            "/_inspect/summary",
            "/_inspect/wait?timeout=0",
            "/_inspect/help",
        ),
    ],
)
def test_nothing_of_an_answer_runs(context: BrowserContext, hostile: Account, path: str) -> None:
    """Whoever opens it in a browser: no dialog, no script, and no image is asked for."""
    page = context.new_page()
    opened: list[Dialog] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: opened.append(dialog))  # noqa: PLW0108 - Playwright marks what it is given
    page.on("request", lambda request: asked.append(request.url))
    page.goto(hostile.running.url + path)
    assert page.locator("img, script, [onload], [onerror]").count() == 0
    assert [url for url in asked[1:] if not url.endswith("/favicon.ico")] == []
    assert opened == []


def test_the_saved_report_runs_nothing(context: BrowserContext, hostile: Account) -> None:
    """Its own policy holds where no server sends one, and nothing in it needs to be held back."""
    page = context.new_page()
    opened: list[Dialog] = []
    page.on("dialog", lambda dialog: opened.append(dialog))  # noqa: PLW0108 - as above
    text = context.request.get(
        f"{hostile.running.url}/_inspect/report", params={"format": "html", "data_set_id": hostile.data_set_id}
    ).text()
    assert "&lt;script&gt;" in text
    page.set_content(text)
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("img, script, svg[onload], [onerror]").count() == 0
    assert opened == []


@pytest.mark.parametrize("form", ["ndjson", "har", "curl"])
def test_an_export_is_saved(context: BrowserContext, hostile: Account, form: str) -> None:
    """A browser that is led there shows nothing of it."""
    page = context.new_page()
    saved: list[Download] = []
    page.on("download", lambda download: saved.append(download))  # noqa: PLW0108 - as above
    with page.expect_download() as download:
        page.evaluate("url => { location.href = url }", f"{hostile.running.url}/_inspect/export?format={form}")
    assert download.value.suggested_filename.startswith("mock-capi.")
    assert page.url == "about:blank"


def test_the_page_shows_such_a_dataset_as_text(context: BrowserContext, hostile: Account) -> None:
    """Its name stands in the frame, in the list of datasets and in the address."""
    shown = Inspector(context.new_page(), hostile)
    opened: list[Dialog] = []
    shown.page.on("dialog", lambda dialog: opened.append(dialog))  # noqa: PLW0108 - as above
    shown.open()
    expect(shown.rows).to_have_count(2 * len(SCRIPTS) + 1)
    shown.rows.first.click()
    expect(shown.detail.get_by_text("Copy as")).to_be_visible()
    assert opened == []
    assert shown.complaints == []
    assert json.loads(shown.page.evaluate("JSON.stringify([...document.scripts].map(one => one.src))")) == [
        f"{hostile.running.url}/_inspect/static/theme.js",
        f"{hostile.running.url}/_inspect/static/app.js",
    ]
