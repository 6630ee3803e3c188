"""Tests of the rules about one event, and how they ask for a verdict."""

from __future__ import annotations

from typing import Any

from tests.senders import Sender

REFUSED, ACCEPTED = 400, 200


def assert_refused(sender: Sender, sent: Any, code: str, pointer: str) -> str:
    """One event is refused with this code, about this place, and with a message that names the place; the message."""
    response = sender.one(sent)
    answer = response.get_json()
    assert (response.status_code, answer["error_code"]) == (REFUSED, code), answer
    first = sender.last()["violations"][0]
    assert (first["code"], first["pointer"], first["event"]) == (code, pointer, 0)
    if code != "MISSING_IDENTIFIER":
        assert answer["message"].startswith(pointer[1:].split("/", maxsplit=1)[0])
    return str(answer["message"])


def assert_accepted(sender: Sender, sent: Any, *advisories: str) -> None:
    """One event is accepted, and draws exactly these advisories."""
    response = sender.one(sent)
    assert response.status_code == ACCEPTED, response.get_json()
    assert sender.advisories() == list(advisories)
    told = response.headers.get("X-Mock-Capi-Advisories", "")
    assert told == ", ".join(dict.fromkeys(advisories))
