"""What the sender that is right does about failures, in each language, as the go-live report grades it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from mock_capi.testing import MockCapi
from mock_capi.verdicts.exercise import RETRIES
from tests.examples.sending import Told, evidence, having, orders_in, report_of, run
from tests.web.wire import eventually

ONE = {"kind": "status", "status": 500}
FAILURES = [ONE, *({"after": 1, **step} for step in ({**ONE, "times": 6}, *RETRIES, ONE, ONE, ONE))]
"""The first is met by what a runtime does only once; the second batch fails as often as a sender tries. With so many
first waits jitter shows beyond doubt."""
WAITS = {"BATCH_SIZE": 10, "BACKOFF_SECONDS": 0.15, "TIMEOUT_SECONDS": 5}
"""Long enough for a machine that is busy."""


class Exercised(NamedTuple):
    """What a sender and the report told."""

    told: Told
    report: dict[str, Any]


@pytest.fixture(scope="module")
def exercised(senders: Mapping[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exercised]:
    """Twelve batches by each sender, all at the same time since they mostly wait, each on a mock of its own."""
    orders = orders_in(tmp_path_factory.mktemp("orders"), 120)

    def exercise(capi: MockCapi, command: list[str]) -> Exercised:
        capi.faults.sequence(FAILURES)
        told = run(capi, command, orders, **WAITS)
        # Some of its longest waits must pass in silence before a batch is known to be given up.
        eventually(lambda: "retry.end" in having(report_of(capi), "passed"))
        return Exercised(told, report_of(capi))

    with ExitStack() as mocks, ThreadPoolExecutor(len(senders)) as pool:
        capis = [mocks.enter_context(MockCapi()) for _ in senders]
        return dict(zip(senders, pool.map(exercise, capis, senders.values()), strict=True))


def test_failures_are_tried_again_ever_later_and_not_for_ever(
    exercised: Mapping[str, Exercised], language: str
) -> None:
    """After every kind of failure the report finds the same payload again, with growing waits, jitter and an end."""
    told, report = exercised[language]
    assert told[:2] == (1, "120 orders: 110 accepted, 0 refused, 10 given up, 0 left out since they name nobody")
    assert having(report, "failed") == set()
    assert having(report, "advisory") == {"retry.duplicates", "events.duplicate_event"}
    retries = {item["id"] for item in report["items"] if item["chapter"] == "retries"}
    assert retries - having(report, "passed") == {"retry.duplicates", "retry.refusals"}
    assert evidence(report, "retry.end").startswith("Given up after 6 attempts at most")
    assert evidence(report, "retry.duplicates").startswith("10 events stored twice")
    assert report["faults"]["met"] == 1 + 6 + 9 + 3
