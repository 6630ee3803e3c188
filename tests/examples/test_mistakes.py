"""The right Python sender with one mistake each: the report names the mistake, and nothing else."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from mock_capi.testing import MockCapi
from mock_capi.verdicts.exercise import RETRIES
from tests.examples.sending import evidence, having, orders_in, report_of, run

FIRST_FAILURES = RETRIES[:2]


def report_on(capi: MockCapi, name: str, orders: Path) -> dict[str, Any]:
    """The report on a wrong sender, to whom some requests fail."""
    capi.faults.sequence(FIRST_FAILURES)
    run(capi, [sys.executable, f"python/{name}.py"], orders, BATCH_SIZE=10)
    return report_of(capi)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Three batches of ten orders, some of each of which cost nothing."""
    return orders_in(tmp_path, 30)


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("no_retry", {"checklist.retries", "retry.500"}),
        ("retries_400s", {"retry.refusals", "currency_code.required"}),
        ("double_hashing", {"checklist.identifiers", "email_sha256.persona", "ip.persona"}),
        ("milliseconds", {"checklist.timestamps", "timestamp.future"}),
    ],
)
def test_a_wrong_one_fails_for_what_it_does_wrong_and_nothing_else(
    capi: MockCapi, few: Path, name: str, failed: set[str]
) -> None:
    """The report names the mistake."""
    assert having(report_on(capi, name, few), "failed") == failed


def test_the_report_says_in_words_what_is_wrong(capi: MockCapi, few: Path) -> None:
    """What was refused and sent again is told with the gaps between the attempts."""
    words = evidence(report_on(capi, "retries_400s", few), "retry.refusals")
    assert re.fullmatch(r"Sent again unchanged after a 400, 4 times, after (\d\.\d+(, )?){4} s\.", words)
