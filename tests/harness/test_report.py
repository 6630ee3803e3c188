"""A run's results as a table, as JUnit and as JSON."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from mock_capi.harness.cases import Case
from mock_capi.harness.matching import Difference
from mock_capi.harness.report import as_json, counts, junit, table
from mock_capi.harness.runner import Result

RAW = {"guide": "3.2", "subject": "timestamp.age"}


@pytest.fixture
def results() -> list[Result]:
    """One of each outcome, the failure with characters that XML can't have."""
    return [
        Result(Case("time.good", "time.yaml", RAW), seconds=0.5),
        Result(Case("time.bad", "time.yaml", RAW), (Difference("status", "400", "2\x0000 <\ud800>"),)),
        Result(Case("other.left", "other.yaml", RAW), why_not="needs a log"),
    ]


def test_the_table_shows_both_sides_and_what_was_left_out(results: list[Result]) -> None:
    """What failed, expected and got, and the sums."""
    text = "\n".join(table(results))
    for words in ("FAILED time.bad", "guide 3.2", "expected  400", "got       2", "1  needs a log"):
        assert words in text
    assert text.endswith("1 passed, 1 failed, 1 skipped")


def test_junit_is_xml_with_a_suite_for_each_file(results: list[Result]) -> None:
    """CI systems read it."""
    root = ElementTree.fromstring(junit(results).encode())  # noqa: S314 - our own
    suites = {suite.get("name"): suite for suite in root}
    assert {name: (s.get("tests"), s.get("failures"), s.get("skipped")) for name, s in suites.items()} == {
        "time": ("2", "1", "0"),
        "other": ("1", "0", "1"),
    }
    assert suites["time"][1].find("failure") is not None


def test_json_has_every_case(results: list[Result]) -> None:
    """With its differences."""
    shown = as_json(results, {"base_url": "here"})
    assert {name: shown[name] for name in ("base_url", "passed", "failed", "skipped")} == {
        "base_url": "here",
        **counts(results),
    }
    assert [case["outcome"] for case in shown["cases"]] == ["passed", "failed", "skipped"]
    assert shown["cases"][1]["differences"][0]["what"] == "status"
