"""What generated requests found wrong once, said plainly."""

from __future__ import annotations

import pytest

from mock_capi.world import DEFAULT_DATASET
from tests.senders import Sender, event


def test_a_fault_without_kind_is_not_armed(sender: Sender) -> None:
    """null is no kind of fault, no more than leaving it out."""
    for asked in ({}, {"kind": None}):
        response = sender.control("POST", "/faults", asked)
        assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert sender.control("GET", "/faults").get_json() == {"faults": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/clock"), ("DELETE", "/clock"), ("DELETE", "/log"), ("DELETE", "/faults"), ("POST", "/reset")],
)
def test_a_parameter_that_stands_there_twice_is_refused(sender: Sender, method: str, path: str) -> None:
    """Which of two datasets is meant must never be guessed, least of all where something is deleted."""
    sender.one(event())
    twice = f"{path}?data_set_id={DEFAULT_DATASET}&data_set_id=other"
    response = sender.control(method, twice)
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert "data_set_id stands there 2 times" in response.get_json()["message"]
    assert len(sender.log()) == 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b"5", b"nonsense", b"--0--\r\n"])
def test_a_body_with_a_request_for_the_schema_is_ignored(sender: Sender, body: bytes) -> None:
    """GET /v1/schema/events takes none; whoever sends one all the same gets the schema."""
    response = sender.client.get("/v1/schema/events", data=body, headers={"Authorization": "Bearer test-key"})
    assert (response.status_code, response.get_json()["type"]) == (200, "object")
    assert sender.last()["status"] == 200


def test_a_us_privacy_string_that_is_none_is_refused_beside_a_gpp_string(sender: Sender) -> None:
    """Its type is wrong, and what the GPP string says is still found out."""
    privacy = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7], "us_privacy_string": 5}
    response = sender.one(event(privacy=privacy))
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_FIELD")
    assert sender.last()["violations"][0]["pointer"] == "/privacy/us_privacy_string"
