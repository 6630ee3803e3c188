"""A submission as a contract case: YAML that sends the same again and expects the same of it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from mock_capi.catalogue import CODES, GUIDE_SAYS_NOTHING
from mock_capi.model import Submission
from mock_capi.readings import Readings
from mock_capi.web.case.expected import advised, expected
from mock_capi.web.case.patch import Untold
from mock_capi.web.case.request import request_of

LONGEST_BODY = 20_000
"""From so many bytes on a case would be too long to read."""


def as_yaml(submission: Submission, readings: Readings) -> str | None:
    """One case as a list item, with the readings that the dataset has now.

    None where a case cannot say it: a body that is long, or was not kept as it came, or a request without answer.
    """
    import yaml  # here, since it is slow to load and seldom needed

    try:
        case = _case(submission, readings)
    except Untold:
        return None
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    written = partial(yaml.dump, [case], Dumper=dumper, sort_keys=False, default_flow_style=None, width=110)
    text = str(written(allow_unicode=True))
    # What cannot be printed would be pasted unseen.
    return text if all(map(str.isprintable, text.split("\n"))) else str(written())


def _case(submission: Submission, readings: Readings) -> dict[str, Any]:
    if not submission.answered or len(submission.verdict.body) > LONGEST_BODY:
        raise Untold
    guide, subject = _subject(submission)
    request = request_of(submission)
    is_plain = request.keys() <= {"set", "remove", "batch"}
    return {
        "id": f"log.{_slug(submission)}",
        "about": f"Made from {submission.id}.",
        "guide": guide,
        **({"basis": "silent"} if guide == GUIDE_SAYS_NOTHING else {}),
        "subject": subject,
        **_readings(submission, readings),
        **_fault(submission),
        **(request if is_plain else {"send": request}),
        "expect": expected(submission),
    }


def _slug(submission: Submission) -> str:
    refusal = submission.verdict.refusal
    kind = next(filter(None, submission.verdict.outcomes.event_types), submission.verdict.endpoint or "request")
    return re.sub("[^a-z0-9_]+", "_", (refusal.code if refusal else f"accepted_{kind}").lower())


def _subject(submission: Submission) -> tuple[str, Any]:
    """The guide's section and what the case is about: the refusal, the advisories, or that it is in order."""
    verdict = submission.verdict
    codes = [verdict.refusal.code] if verdict.refusal else advised(submission)
    if codes:
        return CODES[codes[0]].guide, codes[0] if len(codes) == 1 else list(dict.fromkeys(codes))
    if verdict.endpoint == "schema":
        return "3.1", "request.path"
    return ("3.2", "timestamp.age") if verdict.outcomes.late else ("4.3", "event_type.standard")


def _readings(submission: Submission, readings: Readings) -> dict[str, Any]:
    usual = Readings().as_dict()
    changed = {name: value for name, value in readings.as_dict().items() if value != usual[name]}
    name = "server_readings" if submission.verdict.data_set_id is None else "readings"
    return {name: changed} if changed else {}


def _fault(submission: Submission) -> dict[str, Any]:
    fault = submission.fault
    if fault is None:
        return {}
    asked = {"kind": fault.kind, "status": fault.status, "delay_ms": fault.delay_ms}
    return {"fault": {name: value for name, value in asked.items() if value}}
