"""The words that `verdict:` and `has:` take, and what a term can ask at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mock_capi.model import NO_CONSENT_SIGNAL, Advisory, Submission, Violation
from mock_capi.search.look import Look

OfRequest = Callable[[Look], bool]
OfEvent = Callable[[Look, int], bool]


class Question(NamedTuple):
    """What a term asks: `request` of a submission as a whole, `event` of one of its events.

    Without `event` all events share the submission's answer; without `request` it is asked of events alone.
    """

    request: OfRequest | None = None
    event: OfEvent | None = None


class Choice(NamedTuple):
    """One of the values that a key takes."""

    name: str
    question: Question


def _field(*path: str) -> Question:
    return Question(event=lambda look, index: look.field(index, *path) is not None)


def remarked(remarks_of: Callable[[Submission], Iterable[Violation | Advisory]], code: str | None = None) -> Question:
    """Any remark, or one with a code; those on the request as a whole are remarks on each event."""

    def found(look: Look, *events: int | None) -> bool:
        remarks = remarks_of(look.submission)
        return any(code in (None, r.code) and (not events or r.event in events) for r in remarks)

    return Question(found, lambda look, index: found(look, None, index))


def is_stored(look: Look, index: int) -> bool:
    """Whether an event was stored."""
    return index not in look.submission.verdict.outcomes.rejected


def _is_late(look: Look, index: int) -> bool:
    return index in look.submission.verdict.outcomes.late


def _is_suppressed(look: Look, index: int) -> bool:
    consents = look.submission.verdict.outcomes.consents
    return is_stored(look, index) and consents.get(index, NO_CONSENT_SIGNAL).opted_out


_REFUSED = Question(lambda look: not look.submission.accepted, lambda look, index: not is_stored(look, index))
_ADVISED = remarked(lambda submission: submission.advisories)

VERDICTS: tuple[Choice, ...] = (
    Choice("accepted", Question(lambda look: look.submission.accepted, is_stored)),
    Choice("refused", _REFUSED),
    Choice("rejected", _REFUSED),
    Choice("stored", Question(event=is_stored)),
    Choice("late", Question(event=_is_late)),
    Choice("suppressed", Question(event=_is_suppressed)),
    Choice("duplicate", Question(event=lambda look, index: index in look.submission.duplicates)),
    Choice("advised", _ADVISED),
)
HAS: tuple[Choice, ...] = (
    Choice("gpp", _field("privacy", "gpp_string")),
    Choice("us_privacy", _field("privacy", "us_privacy_string")),
    Choice("consent", Question(event=lambda look, index: bool(look.field(index, "privacy")))),
    Choice("email", _field("identifiers", "email_sha256")),
    Choice("ip", _field("identifiers", "ip")),
    Choice("ifa", _field("identifiers", "ifa")),
    Choice("partner_id", _field("identifiers", "partner_id")),
    Choice("value", _field("value")),
    Choice("custom_data", Question(event=lambda look, index: bool(look.field(index, "custom_data")))),
    Choice("fault", Question(lambda look: look.submission.fault is not None)),
    Choice("advisory", _ADVISED),
    Choice("violation", remarked(lambda submission: submission.verdict.violations)),
    Choice("body", Question(lambda look: look.submission.body_bytes > 0)),
)
