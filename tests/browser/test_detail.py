"""One submission: why it was refused, where, and what to do about it."""

from __future__ import annotations

from time import time

import pytest
from playwright.sync_api import expect

from tests.browser.inspector import Inspector
from tests.senders import DAY

CONSENT = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}


@pytest.mark.parametrize(
    ("changes", "code", "place", "line", "told"),
    [
        ({"timestamp": int(time() * 1000)}, "TIMESTAMP_IN_FUTURE", "/timestamp", '"timestamp"', "divide by 1000"),
        (
            {"identifiers": {"email_sha256": "jane@example.com"}},
            "PLAINTEXT_PII",
            "/identifiers/email_sha256",
            '"email_sha256"',
            "Hash it with SHA-256",
        ),
    ],
)
def test_a_newcomer_sees_in_one_click_what_is_wrong(
    inspector: Inspector, changes: dict[str, object], code: str, place: str, line: str, told: str
) -> None:
    """From the row it is one click to the reason, the remedy, and the very line."""
    inspector.send(**changes)
    inspector.open()
    inspector.row(code).click()
    expect(inspector.detail.locator(".remark")).to_contain_text(told)
    expect(inspector.detail.locator(".remark .pointer")).to_have_text(place)
    expect(inspector.detail.locator(".code .marked")).to_contain_text(line)
    expect(inspector.detail.locator(".code .marked")).to_contain_text(code)


def test_a_newcomer_finds_the_one_bad_event_of_a_batch_in_two_clicks(inspector: Inspector) -> None:
    """The batch opens, the bad event is the one in red, and its own view shows what it lacks."""
    inspector.batch({}, {"value": 10}, {})
    inspector.open()
    inspector.rows.first.locator("[data-expand]").click()
    expect(inspector.page.locator("#list-rows .level2.is-refused")).to_have_count(1)
    inspector.page.locator("#list-rows .level2.is-refused").click()
    expect(inspector.detail.locator(".remark")).to_have_count(1)
    expect(inspector.detail.locator(".remark")).to_contain_text("Send an ISO 4217 code")
    expect(inspector.detail.locator(".code .marked")).to_contain_text("currency_code is missing here")


def test_every_remark_leads_to_its_place(inspector: Inspector) -> None:
    """A click on a pointer brings its line into sight, however long the body is."""
    sent = {f"field_{number}": number for number in range(300)}
    inspector.send(custom_data=sent, identifiers={"email_sha256": "short"})
    inspector.open(id=inspector.newest())
    inspector.detail.get_by_role("button", name="Show /identifiers/email_sha256 in the body").click()
    expect(inspector.detail.locator(".code .marked.refused")).to_be_in_viewport()


def test_it_has_an_address_of_its_own(inspector: Inspector) -> None:
    """A link opens it, a reload keeps it, and Back leads to the list."""
    wanted = inspector.send(event_type="nonsense")
    inspector.send()
    page = inspector.open().page
    inspector.row("INVALID_EVENT_TYPE").click()
    expect(inspector.detail).to_contain_text(wanted)
    page.reload()
    expect(inspector.detail).to_contain_text(wanted)
    expect(inspector.row("INVALID_EVENT_TYPE")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(inspector.detail).to_be_hidden()


def test_it_tells_the_whole_story(inspector: Inspector) -> None:
    """Headers, response, age, consent in words and the advisories of a late event of somebody who opted out."""
    wanted = inspector.send(timestamp=int(time()) - 8 * DAY, privacy=CONSENT)
    inspector.open(id=wanted)
    detail = inspector.detail
    for text in (
        "Suppressed, Late",
        "OPTED_OUT",
        "8 d old",
        "over 7 days: late",
        '"status": "RECEIVED"',
        "Opted out of",
    ):
        expect(detail).to_contain_text(text)
    expect(detail.get_by_label("Consent in words")).to_contain_text("usnat", ignore_case=True)
    detail.get_by_text("Request headers").click()
    expect(detail.locator(".headers")).to_contain_text("application/json")


def test_retries_are_linked(inspector: Inspector) -> None:
    """The attempts of one payload are listed with their answers, and lead to each other."""
    inspector.control("POST", "/faults", kind="status", status=503)
    sent = inspector.event()
    inspector.post(sent)
    first = inspector.newest()
    inspector.post(sent)
    inspector.open(id=inspector.newest())
    attempts = inspector.detail.locator(".attempts li")
    expect(attempts).to_have_count(2)
    attempts.first.get_by_role("button").click()
    expect(inspector.detail.locator(".id")).to_have_text(first)
    expect(inspector.detail).to_contain_text("Answer 503")


def test_it_shows_what_tells_it_from_one_that_was_accepted(inspector: Inspector) -> None:
    """The difference names the place, and both values."""
    inspector.send(value=5, currency_code="USD")
    inspector.open(id=inspector.send(value=5, currency_code="US"))
    change = inspector.detail.locator(".difference li", has_text="/currency_code")
    expect(change.locator(".before")).to_contain_text('"USD"')
    expect(change.locator(".after")).to_contain_text('"US"')


def test_it_is_copied_in_many_forms(inspector: Inspector) -> None:
    """What is copied is what is shown."""
    inspector.open(id=inspector.send())
    for label, text in (("curl", "curl -sS"), ("pytest assertion", "assert_received"), ("contract case", "expect:")):
        inspector.detail.locator("summary", has_text=label).click()
        button = inspector.detail.get_by_role("button", name=f"Copy as {label}")
        button.click()
        expect(button).to_have_text("Copied")
        copied = inspector.page.evaluate("navigator.clipboard.readText()")
        assert text in copied
        assert copied == inspector.detail.get_by_label(label, exact=True).text_content()


def test_numbers_stand_as_they_were_sent(inspector: Inspector) -> None:
    """A timestamp with a fraction of nothing is refused, and is not shown as if it were an integer."""
    now = int(time())
    inspector.post(inspector.event(timestamp=float(now)))
    inspector.open(id=inspector.newest())
    expect(inspector.detail.locator(".code .marked")).to_contain_text(f"{now}.0")


def test_what_is_not_in_the_log_is_said_to_be_gone(inspector: Inspector) -> None:
    """An old link does not lead into a void."""
    inspector.open(id="single.gone")
    expect(inspector.detail).to_contain_text("Not in the log")


def test_a_request_without_json_is_shown_as_it_came(inspector: Inspector) -> None:
    """A body that is no JSON has no lines to mark, and is shown as text."""
    inspector.account.running.get("/livez")
    inspector.post(None)
    inspector.open(id=inspector.newest())
    expect(inspector.detail).to_contain_text("INVALID_BODY")
