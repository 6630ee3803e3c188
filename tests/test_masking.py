"""What may be kept of a body."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mock_capi.masking import mask_event, mask_malformed
from tests.senders import EMAIL
from tests.test_pii import PATIENT


@PATIENT
@given(st.binary(max_size=200))
@example(b"\\ud800")
@example(b"\xff\\ud83d\\ude00")
def test_any_bytes_can_be_masked(body: bytes) -> None:
    """A malformed body becomes UTF-8, whatever it was."""
    assert mask_malformed(body).decode().count("\x00") <= body.count(b"\\u0000")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (EMAIL, EMAIL),
        (EMAIL.upper(), EMAIL.upper()),
        ("b94d27b...", "b94d27b..."),
        ("", ""),
        (None, None),
        (True, True),
        ("John Smith", "[masked text, 10 characters]"),
        ("test@example.com", "[masked e-mail address, 16 characters]"),
        (4917612345678, "[masked phone number, 13 characters]"),
        (["John", EMAIL], ["[masked text, 4 characters]", EMAIL]),
        ({"name": "John"}, {"name": "[masked text, 4 characters]"}),
    ],
)
@pytest.mark.parametrize("field", ["email_sha256", "ip", "phone_sha256", "name"])
def test_where_a_hash_belongs(field: str, value: Any, kept: Any) -> None:
    """In identifiers only what is made of hex digits is kept, since a name has no shape."""
    assert mask_event({"identifiers": {field: value}}) == {"identifiers": {field: kept}}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("crm-00123", "crm-00123"),
        ("user@localhost", "[masked e-mail address, 14 characters]"),
        (" ::1 ", "[masked IPv6 address, 5 characters]"),
        ("acct:test@example.com", "acct:[masked e-mail]"),
    ],
)
@pytest.mark.parametrize("field", ["ifa", "partner_id"])
def test_where_an_opaque_id_belongs(field: str, value: str, kept: str) -> None:
    """What is refused there is masked, also where free text could keep it."""
    assert mask_event({"identifiers": {field: value}}) == {"identifiers": {field: kept}}
