"""The vendor's API under requests made from its own document, valid and invalid ones."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from schemathesis import Case

from tests.generated.stage import SPEC, quiet, requests_of
from tests.generated.witness import judge

several = settings(max_examples=40)


@requests_of(SPEC.document, "sendEvent", quiet())
@several
def test_single_events(case: Case[Any]) -> None:
    """What the document allows is received and stored, anything else is refused with nothing stored."""
    judge(case)


@requests_of(SPEC.document, "sendEventBatch", quiet())
@several
def test_batches(case: Case[Any]) -> None:
    """The same for batches, of 1 to 1,000 events and beyond."""
    judge(case)


@requests_of(SPEC.document, "getEventSchema", quiet())
@several
def test_the_schema(case: Case[Any]) -> None:
    """The event schema is answered to its one method only."""
    judge(case)
