"""What must hold after every request to the vendor's API: the answer's form, and what the log says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from schemathesis import Case, CheckContext, Response

from mock_capi.clock import iso
from mock_capi.model import SECONDS_UNTIL_LATE
from tests.senders import NOW, Sender

LONGEST_QUOTED = 70
"""How many characters of the sender's own a message may repeat in one go."""
LONGEST_MESSAGE = 500


def judge(case: Case[Any]) -> None:
    """Send a case and check the answer, by Schemathesis' own checks and by those of this module."""
    sender = Sender(case.operation.app.test_client())
    before = _newest(sender)["total"]
    response = case.call()
    aftermath = Aftermath(sender, before, _newest(sender))
    case.validate_response(response, additional_checks=aftermath.checks())


def _newest(sender: Sender) -> dict[str, Any]:
    return sender.client.get("/_inspect?limit=1").get_json()  # type: ignore[no-any-return]


class Aftermath:
    """The checks after one request, each of which raises AssertionError with what is wrong."""

    def __init__(self, sender: Sender, before: int, page: dict[str, Any]) -> None:
        self._sender = sender
        self._before = before
        self._page = page

    @property
    def _recorded(self) -> dict[str, Any]:
        return self._page["submissions"][0]  # type: ignore[no-any-return]

    def checks(self) -> list[Any]:
        """All of them, as Schemathesis takes them."""
        return [self.recorded_once, self.answered_as_recorded, self.stored_all_or_nothing, self.events_as_sent]

    def recorded_once(self, _context: CheckContext, _response: Response, _case: Case[Any]) -> None:
        """The log has grown by one submission, and reading it again shows the same."""
        assert self._page["total"] == self._before + 1, "every request is recorded once"
        path = f"/_inspect/submissions/{self._recorded['id']}"
        assert self._sender.client.get(path).get_json() == self._recorded, "reading twice shows the same"

    def answered_as_recorded(self, _context: CheckContext, response: Response, case: Case[Any]) -> None:
        """The answer is JSON, exactly a success or an envelope, and the log has the same."""
        assert response.headers["content-type"] == ["application/json"]
        answered, recorded = json.loads(response.content), self._recorded
        assert recorded["response"] == answered
        assert recorded["status"] == response.status_code
        assert recorded["received_at"] == iso(NOW)
        assert recorded["outcome"] == ("accepted" if response.status_code == 200 else "rejected")
        if response.status_code != 200:
            assert answered.keys() == {"status", "error_code", "message"}
            assert (recorded["error_code"], recorded["message"]) == (answered["error_code"], answered["message"])
            assert not list(_quoted(case.body, answered["message"])), "no text of the request is repeated at length"
            assert 0 < len(answered["message"]) <= LONGEST_MESSAGE
        elif recorded["endpoint"] != "schema":
            assert answered["submission_id"] == recorded["id"]
            assert answered["received_at"] == iso(NOW)

    def stored_all_or_nothing(self, _context: CheckContext, response: Response, _case: Case[Any]) -> None:
        """A 200 stores every event and draws no violation, anything else stores none and says why."""
        recorded, events = self._recorded, self._recorded["events"]
        accepted = response.status_code == 200
        assert {event["outcome"] for event in events} <= {"stored" if accepted else "rejected"}
        assert [event["index"] for event in events] == list(range(len(events)))
        ids = {event["event_id"] for event in events}
        assert len(ids) == len(events) if accepted else ids <= {None}, "stored events have ids of their own"
        codes = [violation["code"] for violation in recorded["violations"]]
        assert codes[:1] == ([] if accepted else [recorded["error_code"]])

    def events_as_sent(self, _context: CheckContext, response: Response, case: Case[Any]) -> None:
        """What was accepted is in the log, event for event, and late from seven days on."""
        if response.status_code != 200 or self._recorded["endpoint"] == "schema":
            return
        body: Any = case.body
        sent = body if isinstance(body, list) else [body]
        events = self._recorded["events"]
        assert self._recorded["event_count"] == len(events) == len(sent)
        for event, shown in zip(sent, events, strict=True):
            age = NOW - event["timestamp"]
            assert (shown["age_seconds"], shown["late"]) == (age, age >= SECONDS_UNTIL_LATE)
            assert shown["event"]["timestamp"] == event["timestamp"]
            assert shown["event"]["event_type"] == event["event_type"]
            assert shown["measurement_only"] == event.get("mmt_only", False)


def _quoted(value: Any, message: str) -> Iterator[str]:
    """The long texts of a body, names of fields included, that stand in a message."""
    if isinstance(value, str) and len(value) > LONGEST_QUOTED and value in message:
        yield value
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _quoted(item, message)
