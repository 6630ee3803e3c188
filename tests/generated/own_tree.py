"""What must hold after every request to /_inspect and /_control: the status, and the form of a refusal."""

from __future__ import annotations

import json
from typing import Any

from schemathesis import Case, CheckContext, Response

from mock_capi.catalogue import status_of
from tests.generated.stage import Afresh
from tests.senders import Sender

LONGEST_MESSAGE = 1000
# These tell of the moment in which they are asked.
_OF_THE_MOMENT = {"showStatus", "showMetrics"}


def judge_steering(case: Case[Any]) -> None:
    """Send a case to an application of its own, and check the answer."""
    assert isinstance(case.operation.app, Afresh)
    case.call_and_validate(additional_checks=[valid_is_done, refused_in_the_envelope])


def judge_reading(case: Case[Any], *checks: Any) -> None:
    """Send a case twice, and check the answer and that nothing came of it."""
    sender = Sender(case.operation.app.test_client())
    before = sender.log()
    response = case.call()
    case.validate_response(response, additional_checks=list(checks or (valid_is_done, refused_in_the_envelope)))
    if case.operation.definition.raw.get("operationId") not in _OF_THE_MOMENT:
        assert case.call().content == response.content, "reading twice shows the same"
    assert sender.log() == before, "reading is not recorded"


def valid_is_done(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """What the narrowed document allows is done: the ids it names exist, and nothing is in the way."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        assert response.status_code in (200, 201), "a valid request is not refused"


def waited_or_not(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """A valid wait ends either way, and where nothing came the envelope has the nearest misses beside it."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        assert response.status_code in (200, 408)
    if response.status_code == 408:
        assert {"status", "error_code", "message", "matched", "nearest_misses"} <= json.loads(response.content).keys()


def asked_for_each_time(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """A file of the page may be kept, but never used unasked; what is refused is refused as everywhere."""
    if response.status_code == 200 and response.request.method != "OPTIONS":
        assert response.headers["cache-control"] == ["no-cache"]
    else:
        refused_in_the_envelope(context, response, case)


def refused_in_the_envelope(_context: CheckContext, response: Response, _case: Case[Any]) -> None:
    """Everything is never cached; a refusal is exactly the envelope, with its code's own status."""
    if response.request.method == "OPTIONS":  # answered with Allow and no body
        assert not response.content
        return
    if response.status_code < 400:
        assert response.headers["cache-control"] == ["no-store"]
        return
    assert response.headers["content-type"] == ["application/json"]
    answered = json.loads(response.content)
    assert answered.keys() == {"status", "error_code", "message"}
    assert answered["status"] == "error"
    assert status_of(answered["error_code"]) == response.status_code
    assert 0 < len(answered["message"]) <= LONGEST_MESSAGE
