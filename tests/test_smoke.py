"""A first look: events go in, verdicts come out, the log tells both."""

from __future__ import annotations

from tests.conftest import Running
from tests.senders import Sender, event, full_event


def test_a_valid_event_is_received_and_shown(sender: Sender) -> None:
    """The success body of guide 8.1, and the event in the log."""
    response = sender.one(full_event())
    assert response.status_code == 200, response.get_json()
    assert set(response.get_json()) == {"submission_id", "received_at", "status"}
    assert sender.last()["events"][0]["event"] == full_event()
    assert sender.advisories() == []


def test_a_refused_event_is_told_why_and_shown(sender: Sender) -> None:
    """The envelope of guide 8.2, and the refusal in the log."""
    response = sender.one(event(identifiers={}))
    assert (response.status_code, response.get_json()["error_code"]) == (400, "MISSING_IDENTIFIER")
    assert sender.last()["outcome"] == "rejected"


def test_the_server_starts(shared_server: Running) -> None:
    """`mock-capi serve` listens and answers."""
    assert shared_server.get("/_inspect/status")["version"]
