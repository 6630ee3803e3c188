"""The report as a page, as text and as JUnit XML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

from mock_capi.verdicts.page import html
from mock_capi.verdicts.written import junit, text
from mock_capi.world import Dataset
from tests.senders import event, full_event
from tests.verdicts.traffic import Traffic

EVIL = '<script>alert("1")</script>&"\''


class Page(HTMLParser):
    """Takes a page apart, and asserts that what is opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture
def report(traffic: Traffic) -> dict[str, Any]:
    """A report with items of every status, attempts and faults."""
    traffic.tries(full_event(), 1.0, 2.0, kind="status")
    traffic.send(event(value=1))
    traffic.send(event(surprise=1), second=9)
    return traffic.report()  # type: ignore[no-any-return]


def test_the_page_needs_nothing_else(report: dict[str, Any]) -> None:
    """No script, nothing to load from anywhere, and a policy that says so."""
    page = Page(html(report))
    assert {"script", "link", "img", "iframe", "object", "form"}.isdisjoint(tag for tag, _ in page.tags)
    assert not [attributes for _, attributes in page.tags if {"src", "href", "onload", "onclick"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?:", html(report))
    assert "default-src 'none'; style-src 'unsafe-inline'" in html(report)


def test_the_page_shows_every_item(report: dict[str, Any]) -> None:
    """Its words, its evidence, and where and by whom it was made."""
    shown = "".join(Page(html(report)).text)
    for item in report["items"]:
        assert item["about"].replace("`", "") in shown
        assert item["evidence"] in shown
    for word in (report["title"], report["data_set_id"], report["generated_at"], report["version"], "status 500"):
        assert word in shown
    assert "authorization=bearer" in shown


def test_what_failed_comes_first(report: dict[str, Any]) -> None:
    """Above the checklist, for those who have a minute."""
    page = html(report)
    assert page.index("What failed") < page.index("Implementation checklist")
    assert f"1 of {len(report['items'])} items failed" in page


def test_what_a_sender_chose_is_escaped(traffic: Traffic) -> None:
    """Names of datasets and fields are text, whatever they hold."""
    traffic.world.provision(Dataset(EVIL, "evil-key"))
    traffic.sender.one(event(data_set_id=EVIL, **{EVIL: 1}), key="evil-key")
    traffic.sender.one(event(data_set_id=EVIL, event_type=EVIL), key="evil-key")
    traffic.log = list(traffic.world.ledger.snapshot())
    page = Page(html(traffic.report(data_set_id=EVIL)))
    assert EVIL in page.text
    assert "script" not in {tag for tag, _ in page.tags}
    ElementTree.fromstring(junit(traffic.report(data_set_id=EVIL)))  # noqa: S314 - made here


def test_an_empty_report_is_a_page_too(traffic: Traffic) -> None:
    """It says that nothing was sent."""
    assert "nothing was sent" in Page(html(traffic.report())).text


def test_the_text_tells_what_to_do(report: dict[str, Any]) -> None:
    """Status, words and section; of what failed the evidence and the submissions."""
    lines = list(text(report))
    place = next(
        i for i, line in enumerate(lines) if line.startswith("  FAILED         A value has a currency_code. (7.1)")
    )
    assert lines[place + 1].strip().startswith("Once: currency_code: is required with value, for 0 too.")
    failing = next(item for item in report["items"] if item["id"] == "currency_code.required")
    assert failing["submissions"][0] in "".join(lines)
    assert "Seen: 1 of 45 event types, 3 of 4 identifiers." in lines[-2]
    assert lines[-1].startswith("1 of ")
    assert max(map(len, "\n".join(lines).splitlines())) <= 120


def test_the_xml_has_a_suite_for_each_chapter(report: dict[str, Any]) -> None:
    """Failed items are failures, what tells nothing is skipped, advisories pass with their words."""
    root = ElementTree.fromstring(junit(report))  # noqa: S314 - made here
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert set(cases) == {item["id"] for item in report["items"]}
    for item in report["items"]:
        kinds = [child.tag for child in cases[item["id"]]]
        expected = {"failed": "failure", "not_exercised": "skipped", "manual": "skipped"}
        assert kinds == [expected.get(item["status"], "system-out")]
    failures = sum(int(suite.attrib["failures"]) for suite in root.iter("testsuite"))
    assert failures == report["counts"]["failed"]
