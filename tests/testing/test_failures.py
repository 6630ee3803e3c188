"""What failed assertions say, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_capi.testing import MockCapi, NotReceived
from tests.testing.sending import made, post, send


def message(assertion: Callable[..., Any], *arguments: Any, **expected: Any) -> str:
    """What it says; asserts that it fails."""
    with pytest.raises(NotReceived) as failure:
        assertion(*arguments, **expected)
    return str(failure.value)


def text(capi: MockCapi, expected: str) -> str:
    """The text with $0, $1 and so on for the ids of the submissions in the log, oldest first."""
    for number, submission in enumerate(capi.submissions(data_set_id=None)):
        expected = expected.replace(f"${number}", submission.id)
    return expected.strip("\n")


def test_differences_are_told_field_by_field(capi: MockCapi) -> None:
    """The nearest comes first; what is missing is nothing."""
    send(capi, value=5, currency_code="USD", custom_data={"transaction_id": "txn_3", "coupon": ["A"]})
    send(capi, value=129.99, currency_code="USD", custom_data={"transaction_id": "txn_2", "coupon": ["A"]})
    send(capi)
    assert message(
        capi.assert_received,
        timeout=0.01,
        event_type="purchase",
        value=129.99,
        custom_data={"transaction_id": "txn_1", "coupon": ["B"]},
    ) == text(
        capi,
        """
Expected at least 1 event within 0.01 s, but none matched:
    event_type='purchase'
    value=129.99
    custom_data={'transaction_id': 'txn_1', 'coupon': ['B']}

Nearest misses:
  1. purchase, stored ($1)
       custom_data.transaction_id: expected 'txn_1', got 'txn_2'
       custom_data.coupon[0]: expected 'B', got 'A'
  2. purchase, stored ($2)
       value: expected 129.99, got nothing
       custom_data: expected {'transaction_id': 'txn_1', 'coupon': ['B']}, got nothing
  3. purchase, stored ($0)
       value: expected 129.99, got 5
       custom_data.transaction_id: expected 'txn_1', got 'txn_3'
       custom_data.coupon[0]: expected 'B', got 'A'
""",
    )


def test_refused_events_bring_their_code_and_message(capi: MockCapi) -> None:
    """They are what was expected, but for the verdict; another event differs in what a filter names."""
    send(capi, event_type="sign_up")
    send(capi, value=1)
    assert message(capi.assert_received, 2, timeout=0.01, event_type="purchase") == text(
        capi,
        """
Expected exactly 2 events within 0.01 s, but none matched:
    event_type='purchase'

Nearest misses:
  1. purchase, refused with 400 MISSING_CURRENCY_CODE ($1)
       currency_code: is required with value, for 0 too. Send an ISO 4217 code.
  2. sign_up, stored ($0)
       event_type: expected 'purchase', got 'sign_up'
""",
    )


def test_requests_without_events_are_told(capi: MockCapi) -> None:
    """A body that is no JSON, and a request with a key that nobody has."""
    post(capi, None, data="{", headers={**capi.headers})
    post(capi, made(capi), headers={**capi.headers, "Authorization": "Bearer another"})
    assert message(capi.assert_received, timeout=0.01) == text(
        capi,
        """
Expected at least 1 event within 0.01 s, but none matched.

Nearest misses:
  1. purchase, refused with 403 INVALID_API_KEY ($1)
       The API key is not known. Check it, and that it belongs to this server.
  2. a request, refused with 400 MALFORMED_JSON ($0)
       The body is not strict JSON at line 1, column 2. Serialise it with a JSON library.
""",
    )


def test_an_empty_log_is_told(capi: MockCapi) -> None:
    """There is nothing to compare with."""
    assert message(capi.assert_received, timeout=0, late=True) == (
        "Expected at least 1 event, but none matched:\n    late=True\n\nNothing else has arrived."
    )


def test_too_many_are_listed(capi: MockCapi) -> None:
    """Exactly so many means no more; duplicates are called that."""
    event = made(capi)
    for _ in range(4):
        post(capi, event)
    assert message(capi.assert_received, 1, event_type="purchase") == text(
        capi,
        """
Expected exactly 1 event, but 4 matched:
    event_type='purchase'

Matching, the first 3:
  1. purchase, stored ($0)
  2. purchase, stored, a duplicate ($1)
  3. purchase, stored, a duplicate ($2)
""",
    )


def test_what_should_not_have_come_is_shown(capi: MockCapi) -> None:
    """With the reason, where it was refused."""
    send(capi, identifiers={})
    assert message(capi.assert_none_received, event_type="purchase") == text(
        capi,
        """
Expected no event, but 1 matched:
    event_type='purchase'

Matching:
  1. purchase, refused with 400 MISSING_IDENTIFIER ($0)
       At least one hashed identifier is required.
""",
    )


def test_a_wait_says_what_came_near(capi: MockCapi) -> None:
    """For events and for submissions, by the filters that kept them out."""
    send(capi)
    assert message(capi.wait_for, 3, 0.01, late=True, outcome="rejected") == text(
        capi,
        """
Expected at least 3 events within 0.01 s, but none matched:
    late=True
    outcome='rejected'

Nearest misses:
  1. purchase, stored ($0)
       outcome: expected 'rejected', got 'stored'
       late: expected True, got False
""",
    )
    assert message(capi.wait_for, 1, 0.01, of="submissions", endpoint="batch", status=400) == text(
        capi,
        """
Expected at least 1 submission within 0.01 s, but none matched:
    endpoint='batch'
    status=400

Nearest misses:
  1. a request, accepted ($0)
       endpoint: expected 'batch', got 'single'
       status: expected 400, got 200
""",
    )
    assert message(capi.wait_for, 0, 0.01).startswith("Expected no event within 0.01 s, but 1 matched.\n\nMatching:")


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"error_code": "MALFORMED_JSON"}, "error_code: expected 'MALFORMED_JSON', got 'UNKNOWN'"),
        ({"advisory": "OPTED_OUT"}, "advisory: expected 'OPTED_OUT', got 'UNKNOWN_FIELD'"),
        ({"submission_id": "x"}, "submission_id: expected 'x', got '$0'"),
        ({"q": "needle"}, "q: expected 'needle', got nothing"),
        ({"since": 4_000_000_000}, "since: expected 4000000000, got '"),
        ({"until": 1}, "until: expected 1, got '"),
        ({"data_set_id": "x"}, "Nothing else has arrived."),
    ],
)
def test_every_filter_is_explained(capi: MockCapi, asked: dict[str, Any], line: str) -> None:
    """What was looked for, and what was there instead; of another dataset's events nothing is told."""
    send(capi, surprise=1)
    expected = text(capi, line).replace("got 'UNKNOWN'", "got nothing")
    assert expected in message(capi.assert_received, timeout=0, **asked)
