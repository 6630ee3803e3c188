"""The guide's own checklist (section 10): what proves each of its items, and what proves the contrary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mock_capi.rules import Path
from mock_capi.verdicts.evidence import KEY_IN_URL, Evidence
from mock_capi.verdicts.items import Found, Item, Status, item
from mock_capi.verdicts.judging import broken, held, unseen, without

_HASHES: tuple[Path, ...] = (("identifiers", "email_sha256"), ("identifiers", "ip"))


class Check(NamedTuple):
    """One item. `broken_by` are codes of refusals and advisories that show the contrary; `fields` are those of which
    an accepted event must have one, and `endpoint` is where an accepted request must have gone, to prove it.

    What neither can prove is for a person to confirm, `as_in` is proven by other items of the report.
    """

    id: str
    about: str
    broken_by: tuple[str, ...] = ()
    fields: tuple[Path, ...] = ()
    endpoint: str | None = None
    as_in: tuple[str, ...] = ()


CHECKLIST: tuple[Check, ...] = (
    Check("checklist.agreement", "Partnership agreement and DPA with Paramount are executed."),
    Check("checklist.credentials", "Paramount Ads has issued the API key and the data_set_id."),
    Check("checklist.key_storage", "The API key is kept on the server side, and safe.", ("BROWSER_ORIGIN", KEY_IN_URL)),
    Check(
        "checklist.identifiers",
        "All identifiers are hashed before they are sent: SHA-256, lowercase.",
        ("PLAINTEXT_PII", "INVALID_IDENTIFIER", "WRONG_HASH"),
        fields=_HASHES,
    ),
    Check(
        "checklist.event_types",
        "Event types are standard ones, or custom with a custom_event_name.",
        ("INVALID_EVENT_TYPE", "MISSING_CUSTOM_EVENT_NAME"),
        fields=(("event_type",),),
    ),
    Check(
        "checklist.timestamps",
        "Timestamps are Unix epoch seconds, as integers.",
        ("INVALID_TIMESTAMP", "TIMESTAMP_IN_FUTURE"),
        fields=(("timestamp",),),
    ),
    Check(
        "checklist.consent",
        "GPP consent strings are passed on where there are any.",
        ("MISSING_GPP_SID", "INVALID_GPP_STRING"),
        fields=(("privacy", "gpp_string"),),
    ),
    Check(
        "checklist.retries",
        "After a 500 there is another attempt; exponential backoff is recommended.",
        as_in=("retry.500", "retry.backoff"),
    ),
    Check(
        "checklist.batches",
        "Batches stay under 1,000 events and about 1 MB.",
        ("BATCH_TOO_LARGE", "PAYLOAD_TOO_LARGE", "FULL_BATCH", "LARGE_BODY"),
        endpoint="batch",
    ),
)


def checked(evidence: Evidence, others: Iterable[Item]) -> Iterator[Item]:
    """The checklist's items; `others` are those that some of them are proven by."""
    known = {other.id: other for other in others}
    for check in CHECKLIST:
        found = _as_in(check, known) if check.as_in else _found(check, evidence)
        yield item(check.id, "10", check.about, found, "checklist")


def _found(check: Check, evidence: Evidence) -> Found:
    if check.broken_by and (against := evidence.codes.most(check.broken_by)).events:
        return broken(Status.FAILED, against)
    if check.endpoint:
        requests = evidence.requests[check.endpoint]
        return held(requests, "request") if requests.events else unseen(f"No {check.endpoint} request was accepted.")
    if not check.fields:
        return Found(Status.MANUAL, "No log can prove this; a person has to confirm it.")
    shown = evidence.fields[check.fields]
    return held(shown, "event") if shown.events else without(check.fields)


def _as_in(check: Check, known: Mapping[str, Item]) -> Found:
    """The first of them decides, unless a later one failed."""
    first, *rest = (known[name] for name in check.as_in)
    failed = [other for other in rest if other.status is Status.FAILED]
    decisive = failed[0] if failed and first.status is Status.PASSED else first
    return Found(decisive.status, decisive.evidence, decisive.submissions, decisive.count)
