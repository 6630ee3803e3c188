"""The sample senders of examples/ get the reports that one would want."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
import requests

from mock_capi.testing import MockCapi
from mock_capi.verdicts.exercise import RETRIES
from tests.tables import ROOT

SENDERS = ROOT / "examples" / "senders"
FIRST_FAILURES = RETRIES[:2]
AT_ONCE = [{**step, "retry_after": 0} if "retry_after" in step else step for step in RETRIES]
"""All failures, and nobody is told to wait for a whole second."""
BACKOFF_SECONDS = 0.06
PATIENT_SECONDS, IMPATIENT_SECONDS = 10.0, 0.5
"""How long a sender waits for an answer: where one does not come by design, not long."""


def start(capi: MockCapi, name: str, timeout: float = IMPATIENT_SECONDS) -> subprocess.Popen[bytes]:
    """Start a sample sender."""
    waits = {"BACKOFF_SECONDS": str(BACKOFF_SECONDS), "TIMEOUT_SECONDS": str(timeout)}
    account = {
        "MOCK_CAPI_URL": capi.url,
        "MOCK_CAPI_API_KEY": capi.api_key,
        "MOCK_CAPI_DATA_SET_ID": capi.data_set_id,
    }
    environment = {**os.environ, **account, **waits}
    return subprocess.Popen([sys.executable, str(SENDERS / f"{name}.py")], env=environment)


def report_on(name: str, failures: Any = FIRST_FAILURES, timeout: float = PATIENT_SECONDS) -> dict[str, Any]:
    """The report on a day of a sample sender, to whom some requests fail and two visitors are known."""
    with MockCapi() as capi:
        capi.faults.sequence(failures)
        capi.personas.add(email="ada@example.com", ip="203.0.113.7", label="Ada")
        with start(capi, name, timeout) as sending:
            assert sending.wait(30) == 0
        return report_of(capi)


def report_of(capi: MockCapi) -> dict[str, Any]:
    """The report on a mock's dataset."""
    asked = {"data_set_id": capi.data_set_id}
    return requests.get(f"{capi.url}/_inspect/report", asked, timeout=10).json()  # type: ignore[no-any-return]


def having(report: dict[str, Any], status: str) -> set[str]:
    """The ids of items with a status."""
    return {item["id"] for item in report["items"] if item["status"] == status}


def evidence(report: dict[str, Any], name: str) -> str:
    """What is said of an item."""
    return {item["id"]: str(item["evidence"]) for item in report["items"]}[name]


def test_the_right_one_passes_under_every_failure() -> None:
    """Nothing failed, all of the checklist that a log can prove is proven, and failures are dealt with."""
    report = report_on("right", AT_ONCE, IMPATIENT_SECONDS)
    assert having(report, "failed") == set()
    checklist = {item["status"] for item in report["items"] if item["chapter"] == "checklist"}
    assert checklist == {"passed", "manual"}
    retries = {item["id"] for item in report["items"] if item["chapter"] == "retries"}
    assert retries - having(report, "passed") == {"retry.end", "retry.refusals", "retry.duplicates"}
    assert "counted twice" in evidence(report, "retry.duplicates")
    assert having(report, "advisory") == {"retry.duplicates", "events.duplicate_event"}
    assert report["faults"] == {
        "met": 9,
        "kinds": {"status 500": 3, "status 503": 2, "status 429": 1, "reset": 1, "drop_after_store": 1, "timeout": 1},
    }


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("no_retry", {"checklist.retries", "retry.500"}),
        ("retries_400s", {"retry.refusals", "currency_code.required"}),
        ("double_hashing", {"checklist.identifiers", "email_sha256.persona", "ip.persona"}),
        ("milliseconds", {"checklist.timestamps", "timestamp.future"}),
    ],
)
def test_a_wrong_one_fails_for_what_it_does_wrong_and_nothing_else(name: str, failed: set[str]) -> None:
    """The report names the mistake."""
    assert having(report_on(name), "failed") == failed


def test_the_report_says_in_words_what_is_wrong() -> None:
    """What was refused and sent again is told with the gaps between the attempts."""
    words = evidence(report_on("retries_400s"), "retry.refusals")
    assert re.fullmatch(r"Sent again unchanged after a 400, 3 times, after (\d\.\d+(, )?){3} s\.", words)
