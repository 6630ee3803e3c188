"""What every answer and every entry of the log must hold, beside what a case says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mock_capi.catalogue import CODES
from mock_capi.clock import iso
from mock_capi.harness.cases import Case
from mock_capi.harness.matching import Difference, contains, difference, equal, lacks, remarks, says
from mock_capi.harness.sending import JSON_TYPE, WRONG_KEY, Request
from mock_capi.harness.target import Answer
from mock_capi.harness.values import Stage, resolve

ADVISORIES = "X-Mock-Capi-Advisories"
_RECEIVED = ("submission_id", "received_at", "status")
_REFUSED = ("status", "error_code", "message")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
# What is refused for these was not taken apart.
_UNREAD = frozenset({"PAYLOAD_TOO_LARGE", "UNSUPPORTED_ENCODING", "MALFORMED_JSON"})
_MOST_EVENTS = 10_000
_SUBMISSION = (
    *("id", "received_at", "endpoint", "method", "path", "status", "outcome", "error_code", "message", "data_set_id"),
    *("api_key", "body_bytes", "headers", "duration_ms", "event_count", "fault", "violations", "advisories"),
    *("response", "events"),
)
_EVENT = (
    *("event_id", "index", "outcome", "event", "age_seconds", "late", "optimization_eligible", "measurement_only"),
    *("consent", "duplicate_of"),
)
_NO_OPT_OUT = {"sale": False, "sharing": False, "targeted_advertising": False}


def published(case: Case, answer: Answer) -> Iterator[Difference]:
    """All that the guide itself promises: the status, and the one code that it names (guide 8)."""
    yield from equal("status", case.expect["status"], answer.status)
    code = case.expect.get("code")
    if code and CODES[code].documented and answer.status == case.expect["status"]:
        yield from equal("error_code", code, _of(answer.json, "error_code"))


def answered(case: Case, request: Request, answer: Answer, stage: Stage) -> Iterator[Difference]:
    """The whole answer of a mock: status, body to the letter, headers."""
    expect = case.expect
    yield from equal("status", expect["status"], answer.status)
    if answer.status != expect["status"]:
        yield difference("error_code", expect.get("code"), _of(answer.json, "error_code"))
        return
    yield from _refusal(expect, answer) if "code" in expect else _receipt(request, answer, stage)
    yield from contains("body", resolve(expect.get("json", {}), stage), answer.json)
    yield from _headers(expect, answer)
    yield from lacks("answer", _hidden(case, stage), answer.body.decode(errors="replace"))


def _receipt(request: Request, answer: Answer, stage: Stage) -> Iterator[Difference]:
    """Guide 8.1; the schema endpoint answers a schema instead."""
    if request.method == "GET":
        return
    body = answer.json if isinstance(answer.json, dict) else {}
    kind = "batch" if request.path.endswith("batch") else "single"
    yield from equal("body's names", _RECEIVED, tuple(body))
    if not re.fullmatch(rf"{kind}\.{_UUID}", str(body.get("submission_id"))):
        yield difference("submission_id", f"{kind}.<UUIDv4>", body.get("submission_id"))
    yield from equal("received_at", iso(int(stage.now)), body.get("received_at"))
    yield from equal("body.status", "RECEIVED", body.get("status"))


def _refusal(expect: Mapping[str, Any], answer: Answer) -> Iterator[Difference]:
    """Guide 8.2."""
    body = answer.json if isinstance(answer.json, dict) else {}
    yield from equal("error_code", expect["code"], body.get("error_code"))
    yield from equal("body's names", _REFUSED, tuple(body))
    yield from equal("body.status", "error", body.get("status"))
    yield from says("message", expect.get("message", ()), body.get("message"))


def _headers(expect: Mapping[str, Any], answer: Answer) -> Iterator[Difference]:
    codes = [item if isinstance(item, str) else item["code"] for item in expect.get("advisories", ())]
    wanted: dict[str, str | None] = {"Content-Type": JSON_TYPE, "WWW-Authenticate": None, "Location": None}
    wanted[ADVISORIES] = ", ".join(dict.fromkeys(codes)) or None
    for name, value in (wanted | expect.get("headers", {})).items():
        yield from equal(f"header {name}", value, answer.headers.get(name.lower()))


def logged(
    case: Case, request: Request, answer: Answer, stage: Stage, found: Mapping[str, Any]
) -> Iterator[Difference]:
    """The submission in the log: as it was sent, judged and answered."""
    expect = case.expect
    missing = [*_missing("log", _SUBMISSION, found)]
    for index, event in enumerate(found.get("events", ())):
        missing += _missing(f"log.events[{index}]", _EVENT, event)
    if missing:
        yield from missing
        return
    known = {**_as_exchanged(case, request, answer, stage), **resolve(expect.get("log", {}), stage)}
    yield from contains("log", known, found)
    duration = found["duration_ms"]
    if isinstance(duration, bool) or not isinstance(duration, int | float) or duration < 0:
        yield difference("log.duration_ms", "milliseconds", duration)
    violations = expect.get("violations", [expect["code"]] if "code" in expect else [])
    yield from remarks("log.violations", violations, found["violations"])
    yield from remarks("log.advisories", expect.get("advisories", ()), found["advisories"])
    yield from _remarks_in_order(request, answer, found)
    yield from _events(case, request, stage, found["events"])
    text = json.dumps(found, ensure_ascii=False)
    yield from says("log", expect.get("log_has", ()), text)
    yield from lacks("log", _hidden(case, stage), text)


def _as_exchanged(case: Case, request: Request, answer: Answer, stage: Stage) -> dict[str, Any]:
    body = answer.json if isinstance(answer.json, dict) else {}
    accepted = answer.status == 200
    known = {
        "received_at": iso(int(stage.now)),
        "method": request.method,
        "path": request.path,
        "status": answer.status,
        "outcome": "accepted" if accepted else "rejected",
        "error_code": None if accepted else body.get("error_code"),
        "message": None if accepted else body.get("message"),
        "body_bytes": len(request.body),
        "response": body,
    }
    which = case.request.get("key", "own")
    owner = stage.account(which) if which in ("own", "second") else None
    if owner is None or case.expect.get("code") in ("MISSING_API_KEY", "INVALID_API_KEY"):
        del known["received_at"]  # only a dataset's key brings its clock
    if accepted or "authorization" not in case.request:
        known["data_set_id"] = owner.data_set_id if owner else None
    if request.method == "GET" or _was_read(case, request):
        known["event_count"] = len(request.events or ())
    if accepted and request.method == "POST":
        known |= {"id": body.get("submission_id"), "endpoint": body.get("submission_id", "").partition(".")[0]}
    return known if "fault" in case.raw else known | {"fault": None}


def _missing(what: str, names: Iterable[str], got: Mapping[str, Any]) -> Iterator[Difference]:
    yield from (difference(f"{what}.{name}", "there", "not there") for name in names if name not in got)


def _was_read(case: Case, request: Request) -> bool:
    """Whether the log should list the events that were sent."""
    return request.events is not None and case.expect.get("code") not in _UNREAD


def _remarks_in_order(request: Request, answer: Answer, found: Mapping[str, Any]) -> Iterator[Difference]:
    """Each violation and advisory says where it belongs, what it rests on, and no other than was answered."""
    if answer.status != 200:
        answered_too = (_of(answer.json, "error_code"), _of(answer.json, "message"))
        listed = [(remark["code"], remark["message"]) for remark in found["violations"]]
        yield from equal("log.violations, the answered one", answered_too in listed, True)
    in_batch = "/batch" in request.path
    for kind in ("violations", "advisories"):
        for number, remark in enumerate(found[kind]):
            what = f"log.{kind}[{number}]"
            code, event = CODES.get(remark["code"]), remark["event"]
            if code:
                yield from contains(what, {"guide": code.guide, "documented": code.documented}, remark)
            if event is None:
                yield from equal(f"{what}.pointer", "", remark["pointer"])
            elif not in_batch:
                yield from equal(f"{what}.event", 0, event)
            elif not f"{remark['pointer']}/".startswith(f"/{event}/"):
                yield difference(f"{what}.pointer", f"/{event}...", remark["pointer"])
            elif not remark["message"].startswith(f"events[{event}]"):
                yield difference(f"{what}.message", f"events[{event}]...", remark["message"])


def _events(case: Case, request: Request, stage: Stage, found: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    said = case.expect
    accepted = said["status"] == 200
    if request.events is not None and _was_read(case, request):
        yield from equal("log.events, how many", min(len(request.events), _MOST_EVENTS), len(found))
    for place in said.get("events", {}):
        yield from equal(f"log.events[{place}], whether it is there", int(place) < len(found), True)
    ids = [found_id for found_id in stage.event_ids.values() if found_id is not None]
    yield from equal("log.events, different ids", len(ids), len(set(ids)))
    for index, event in enumerate(found):
        sent = request.events[index] if request.events and index < len(request.events) else None
        of_this = said.get("events", {}).get(str(index), {})
        expected = {**said.get("event", {}), **of_this}
        stored = expected.get("outcome", "stored" if accepted else "rejected") == "stored"
        if stored and not re.fullmatch(_UUID, str(event["event_id"])):
            yield difference(f"log.events[{index}].event_id", "<UUIDv4>", event["event_id"])
        usual = _usual(sent, stage, index, stored=stored, masked=bool(stage.secrets))
        wanted = resolve(expected, stage)
        wanted["consent"] = {**usual["consent"], **wanted.get("consent", {})}
        yield from contains(f"log.events[{index}]", {**usual, **wanted}, event)


def _usual(sent: Any, stage: Stage, index: int, *, stored: bool, masked: bool) -> dict[str, Any]:
    """What holds of an event where a case says nothing else."""
    usual: dict[str, Any] = {"index": index, "outcome": "stored" if stored else "rejected", "late": False}
    usual |= {"duplicate_of": None, "consent": {"opt_out": _NO_OPT_OUT, "suppressed": False}}
    if isinstance(sent, dict) and "privacy" not in sent:
        usual["consent"] |= {"gpp_sections": [], "in_force": []}
    measured = isinstance(sent, dict) and sent.get("mmt_only") is True
    usual["optimization_eligible"] = stored and not measured
    usual["measurement_only"] = measured
    if not stored:
        usual["event_id"] = None
    if isinstance(sent, dict) and not masked:
        usual["event"] = sent
    if stored and isinstance(sent, dict) and type(sent.get("timestamp")) is int:
        usual["age_seconds"] = int(stage.now) - sent["timestamp"]
    return usual


def _hidden(case: Case, stage: Stage) -> Iterator[str]:
    """What may stand neither in the answer nor in the log."""
    yield from stage.secrets
    yield from (account.api_key for account in (stage.own, stage.second) if account)
    yield WRONG_KEY
    yield from (address for person in case.personas for name, address in person.items() if name != "label")
    words = case.expect.get("log_lacks", ())
    yield from [words] if isinstance(words, str) else words


def _of(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else None
