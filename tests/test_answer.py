"""The answer's body: exactly the guide's."""

from __future__ import annotations

import sys

import orjson

from mock_capi.answer import compact, envelope, received


def test_the_envelope_has_three_fields_in_the_guides_order() -> None:
    """Guide 8.2."""
    expected = b'{"status":"error","error_code":"MISSING_FIELD","message":"a \\"b\\""}'
    assert envelope("MISSING_FIELD", 'a "b"') == expected


def test_a_success_has_three_fields_in_the_guides_order() -> None:
    """Guide 8.1: the time in UTC, whole seconds, Z."""
    assert list(orjson.loads(received("single.x", 1_800_000_000)).items()) == [
        ("submission_id", "single.x"),
        ("received_at", "2027-01-15T08:00:00Z"),
        ("status", "RECEIVED"),
    ]


def test_what_is_kept_has_no_spare_room() -> None:
    """The parser's results take kilobytes that nobody uses."""
    assert sys.getsizeof(compact(orjson.dumps({"a": 1}))) == sys.getsizeof(b'{"a":1}')
