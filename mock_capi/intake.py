"""The way of a request through the guide: authenticate, decode, judge. Pure: the same request, the same verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from mock_capi import catalogue, gate
from mock_capi.answer import compact
from mock_capi.decode import Decoded, decode
from mock_capi.gate import Occasion
from mock_capi.judge import Judged, type_of
from mock_capi.masking import holds_odd_identifiers, mask_event, mask_malformed
from mock_capi.model import Advisory, Incoming, Kept, Outcomes, Verdict, Violation
from mock_capi.readings import Readings
from mock_capi.redact import Mask
from mock_capi.rules import Setting
from mock_capi.spec import Route, Spec

_SCOPE = frozenset({"DATASET_NOT_AUTHORIZED", "UNKNOWN_DATASET"})
MOST_OUTCOMES = 10_000
"""Of a batch that is far too large the log keeps this many events."""


def examine(incoming: Incoming, occasion: Occasion) -> Verdict:
    """The guide's verdict on one request. Never raises for anything a client can send."""
    route = next((r for r in occasion.spec.routes if (r.path, r.method) == (incoming.path, incoming.method)), None)
    if route is None:
        refusal, allow = gate.no_route(incoming, occasion.spec)
        decoded = decode(incoming, occasion.mask.is_clean) if incoming.body else None
        return _concluded(_Examined(None, (refusal,), decoded=decoded, allow=allow), incoming, occasion)
    if route.endpoint == "schema":
        required = occasion.readings.schema_auth == "required"
        refusals = tuple(gate.authentication(incoming, occasion)) if required else ()
        return _concluded(_Examined(route, refusals), incoming, occasion)
    return _concluded(_examined(incoming, route, occasion), incoming, occasion)


def _examined(incoming: Incoming, route: Route, occasion: Occasion) -> _Examined:
    """A request with events. What can be checked is checked, also after the first refusal."""
    checks = (gate.authentication, gate.size, gate.media)
    refusals = tuple(refusal for check in checks for refusal in check(incoming, occasion))
    if incoming.body is None:
        return _Examined(route, refusals, tuple(gate.remarks_on(incoming, route, Decoded())))
    decoded = decode(incoming, occasion.mask.is_clean)
    remarks = tuple(gate.remarks_on(incoming, route, decoded))
    misshapen = decoded.violation or gate.shape(decoded, route, occasion.spec)
    if misshapen:
        return _Examined(route, (*refusals, misshapen), remarks, decoded)
    return _Examined(route, refusals, remarks, decoded, _judged(incoming, decoded, route, occasion))


class _Examined(NamedTuple):
    """What has been found so far."""

    route: Route | None
    refusals: tuple[Violation, ...]
    advisories: tuple[Advisory, ...] = ()
    decoded: Decoded | None = None
    judged: Judged | None = None
    allow: tuple[str, ...] = ()


def _judged(incoming: Incoming, decoded: Decoded, route: Route, occasion: Occasion) -> Judged:
    setting = Setting(
        now=occasion.now,
        readings=occasion.readings,
        schema=occasion.judge.schema,
        data_set_id=occasion.data_set_id,
        datasets=occasion.datasets,
        suspect=decoded.suspect,
        mask=occasion.mask,
        body_bytes=incoming.body_bytes,
        personas=occasion.personas,
    )
    return occasion.judge.judge(decoded.events, setting, batch=route.endpoint == "batch")


def _concluded(examined: _Examined, incoming: Incoming, occasion: Occasion) -> Verdict:
    """Which violation is answered, what becomes of each event, and what the log may keep."""
    judged = examined.judged
    violations = examined.refusals + (judged.violations if judged else ())
    advisories = examined.advisories + (judged.advisories if judged else ())
    refusal = _answered(examined, occasion.readings)
    http_statuses = occasion.readings.undocumented_statuses == "http"
    decoded = examined.decoded or Decoded()
    route = examined.route
    body = _kept_body(incoming, decoded, judged, occasion.mask)
    return Verdict(
        endpoint=route.endpoint if route else _endpoint_meant(incoming, occasion.spec),
        data_set_id=occasion.data_set_id,
        received_at=occasion.now,
        status=catalogue.status_of(refusal.code, http_statuses=http_statuses) if refusal else 200,
        refusal=refusal,
        violations=violations,
        advisories=advisories,
        outcomes=_outcomes(judged, decoded, refusal, occasion),
        event_count=len(decoded.events),
        body=body,
        kept=decoded.kept if body else Kept.NOTHING,
        allow=examined.allow,
    )


def _endpoint_meant(incoming: Incoming, spec: Spec) -> str | None:
    return next((route.endpoint for route in spec.routes if route.path == incoming.path), None)


def _answered(examined: _Examined, readings: Readings) -> Violation | None:
    if examined.refusals:
        return examined.refusals[0]
    found = examined.judged.violations if examined.judged else ()
    if readings.processing == "deferred":
        return None
    if readings.batch_failure == "drop_invalid" and examined.route and examined.route.endpoint == "batch":
        return next((violation for violation in found if violation.code in _SCOPE), None)
    return found[0] if found else None


def _outcomes(judged: Judged | None, decoded: Decoded, refusal: Violation | None, occasion: Occasion) -> Outcomes:
    if judged is None:
        types = tuple(type_of(event, occasion.mask) for event in decoded.events[:MOST_OUTCOMES])
        return Outcomes(types).all_rejected()
    atomic = occasion.readings.batch_failure == "atomic" and judged.outcomes.rejected
    return judged.outcomes.all_rejected() if refusal or atomic else judged.outcomes


def _kept_body(incoming: Incoming, decoded: Decoded, judged: Judged | None, mask: Mask) -> bytes:
    """The body as the log may keep it: as it came where nothing in it can be personal data."""
    if not incoming.body or decoded.kept is Kept.NOTHING or gate.is_encoded(incoming):
        return b""
    if decoded.kept is not Kept.TEXT and judged and not decoded.suspect and not _odd(decoded.events, judged):
        return incoming.body
    if decoded.kept is Kept.TEXT:
        return mask_malformed(incoming.body, mask)
    return compact(orjson.dumps(_masked(decoded, mask)))


def _odd(events: Sequence[object], judged: Judged) -> bool:
    """Whether an identifier needs masking: only an event that drew a remark on identifiers can have one."""
    remarks = {v.event or 0 for v in judged.violations} | {
        a.event or 0 for a in judged.advisories if a.code == "UNKNOWN_IDENTIFIER"
    }
    return any(holds_odd_identifiers(events[index]) for index in remarks)


def _masked(decoded: Decoded, mask: Mask) -> object:
    events = [mask_event(event, mask) for event in decoded.events[:MOST_OUTCOMES]]
    return events if decoded.kept is Kept.BATCH else events[0]
