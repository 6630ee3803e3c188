"""The values that travel through the house; nothing here knows anything but the standard library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

JSON = Any
ENDPOINTS = ("single", "batch", "schema")
Headers = tuple[tuple[str, str], ...]
SECONDS_UNTIL_LATE = 7 * 86_400
"""Guide section 3.2: from this age on an event is late."""


class Violation(NamedTuple):
    """A broken rule: code of the catalogue, JSON Pointer into the body, message.

    `event` is the index of the event it is about (0 for a single one), None for the request as a whole.
    """

    code: str
    pointer: str
    event: int | None
    message: str


class Advisory(NamedTuple):
    """Something accepted that deserves a look; the same shape as a violation."""

    code: str
    pointer: str
    event: int | None
    message: str


class Consent(NamedTuple):
    """The privacy signals of one event, and what those in force opt out of (guide 5.1).

    `gpp_sections` are all sections of the GPP string, `in_force` those that gpp_sid names.
    """

    gpp_sections: tuple[str, ...] = ()
    sale: bool = False
    sharing: bool = False
    targeted_advertising: bool = False
    in_force: tuple[str, ...] = ()

    @property
    def opted_out(self) -> bool:
        return self.sale or self.sharing or self.targeted_advertising


NO_CONSENT_SIGNAL = Consent()


@dataclass(frozen=True, slots=True)
class EventRef:
    """Where an event stands: its submission's id and its index there."""

    submission_id: str
    index: int


class Kept(StrEnum):
    """What a kept body is: one event, a list of events, or text in which no events could be found."""

    EVENT = "event"
    BATCH = "batch"
    TEXT = "text"
    NOTHING = "nothing"


class Incoming(NamedTuple):
    """One request as it came in, before anyone judged it.

    `body` is None when it was refused unread; `body_bytes` is its size in bytes as announced
    or as far as it was read. `complete` is False when the sender stopped before its end.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None
    body_bytes: int
    complete: bool = True


# Most events are ordinary: what they have nothing of is shared, since the log keeps many of them.
NONE: frozenset[int] = frozenset()
NO_CONSENTS: Mapping[int, Consent] = MappingProxyType({})
NO_DUPLICATES: Mapping[int, EventRef] = MappingProxyType({})


class Outcomes(NamedTuple):
    """What became of each event; only what is out of the ordinary is listed, by index."""

    event_types: tuple[str | None, ...] = ()
    rejected: frozenset[int] = NONE
    late: frozenset[int] = NONE
    consents: Mapping[int, Consent] = NO_CONSENTS
    fingerprints: tuple[int | None, ...] = ()

    @property
    def stored(self) -> int:
        """How many events were stored."""
        return len(self.event_types) - len(self.rejected)

    def all_rejected(self) -> Outcomes:
        """The same events, none of them stored."""
        return self._replace(rejected=frozenset(range(len(self.event_types))), late=NONE)


NO_EVENTS = Outcomes()


class Verdict(NamedTuple):
    """What the guide says of one request. `refusal` is the violation that is answered, or None.

    `body` is what the log may keep: redacted bytes, read as `kept` says. `event_count` is the
    number of events sent, which may be more than the log keeps outcomes for.
    """

    endpoint: str | None
    data_set_id: str | None
    received_at: int
    status: int
    refusal: Violation | None = None
    violations: tuple[Violation, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    outcomes: Outcomes = NO_EVENTS
    event_count: int = 0
    body: bytes = b""
    kept: Kept = Kept.NOTHING
    allow: tuple[str, ...] = ()


class Fault(NamedTuple):
    """A failure on request. It meets `times` requests (None: all) after it let `after` of them through.

    With a `probability` below 1 it meets only that share of them, by dice that `seed` makes repeatable.
    `delay_ms` passes before whatever else happens; `retry_after` is in seconds; `at` says whether a reset
    comes before the answer or during it; `endpoint` and `data_set_id` narrow whom it meets. Of those that share a
    `sequence` only the first is met, until it is used up. `thrown` is how often its dice were thrown.
    """

    id: str
    kind: str
    status: int = 500
    delay_ms: int = 0
    retry_after: int | None = None
    at: str = "before"
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    seed: int | None = None
    endpoint: str | None = None
    data_set_id: str | None = None
    sequence: str | None = None
    thrown: int = 0

    @property
    def answers(self) -> bool:
        """Whether the sender gets a whole answer."""
        return self.kind in ("status", "delay")


class Submission(NamedTuple):
    """One recorded request: how it came, what was judged, what was answered. `sequence` orders the log.

    `arrived_at` is when the whole request was here, in epoch seconds with their fraction, and in real time whatever
    the mock's clock shows; `duration_ms` is in milliseconds.
    """

    id: str
    sequence: int
    method: str
    path: str
    headers: Headers
    api_key: str | None
    body_bytes: int
    verdict: Verdict
    response: bytes
    arrived_at: float
    duration_ms: float
    fault: Fault | None = None
    duplicates: Mapping[int, EventRef] = NO_DUPLICATES
    advisories: tuple[Advisory, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.verdict.status == 200

    @property
    def answered(self) -> bool:
        """Whether the sender was sent the whole answer."""
        return self.fault is None or self.fault.answers

    @property
    def weight(self) -> int:
        """How much of the log's event limit this takes: its events, at least 1."""
        return max(1, len(self.verdict.outcomes.event_types))


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """One event of a submission, as the log shows it; times are in seconds."""

    submission: Submission
    index: int
    event: JSON
    event_id: str | None
    stored: bool
    age_seconds: int | None
    late: bool
    measurement_only: bool
    optimization_eligible: bool
    consent: Consent
    duplicate_of: str | None


def event_id(ref: EventRef) -> str:
    """The event_id (guide 4.1) of a stored event, made from where it stands, so that none need be kept."""
    digest = blake2b(f"{ref.submission_id}#{ref.index}".encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))
