"""The judge: the schema and the rule table applied to events, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from marshal import dumps
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from xxhash import xxh3_64_intdigest

from mock_capi.catalogue import PRECEDENCE
from mock_capi.model import (
    JSON,
    NO_CONSENT_SIGNAL,
    NO_CONSENTS,
    NONE,
    SECONDS_UNTIL_LATE,
    Advisory,
    Outcomes,
    Violation,
)
from mock_capi.pii import Masking
from mock_capi.rules import BY_ID, CHECKED, NOTHING, Event, Finding, Findings, Path, Rule, Setting
from mock_capi.spec import Breach, EventSchema

# Keywords about the members of an object: breaking one leaves its other members fit for the rules.
_ABOUT_MEMBERS = frozenset({"required", "dependentRequired", "anyOf", "additionalProperties"})
_MOST_PLANS = 1024
_LONGEST_NAME = 64
# The one message that the guide words itself (section 8.2): a single event gets it to the letter.
_WORDED_BY_THE_GUIDE = "MISSING_IDENTIFIER"


class Judged(NamedTuple):
    """What was found in a list of events. `outcomes.rejected` are those with a violation."""

    violations: tuple[Violation, ...]
    advisories: tuple[Advisory, ...]
    outcomes: Outcomes


class Judge:
    """The rule table bound to one compiled Event schema.

    Which rules concern an event follows from its field names alone, so that is worked out once for
    each combination of known names, and remembered.
    """

    def __init__(self, schema: EventSchema) -> None:
        self.schema = schema
        self._plans: dict[Any, tuple[Rule, ...]] = {}

    def judge(self, events: Sequence[JSON], setting: Setting, *, batch: bool) -> Judged:
        """Judge events in the order they were sent. Never raises for anything that JSON can hold."""
        if setting.readings.null_fields == "absent":
            events = [without_nulls(event) for event in events]
        glimpsed = self._at_a_glance(events, setting) if batch else None
        violations: list[Violation] = []
        advisories: list[Advisory] = []
        rejected: list[int] = []
        for index, found in enumerate(glimpsed or (self._found(event, setting) for event in events)):
            if not found:
                continue
            refusals = sorted((f for f in found if f.code in PRECEDENCE), key=lambda f: PRECEDENCE[f.rank or f.code])
            remarks = [f for f in found if f.code not in PRECEDENCE]
            violations.extend(_worded(Violation, refusals, index, batch, setting.mask))
            advisories.extend(_worded(Advisory, remarks, index, batch, setting.mask))
            if refusals:
                rejected.append(index)
        return Judged(tuple(violations), tuple(advisories), _outcomes(events, frozenset(rejected), setting))

    def _at_a_glance(self, events: Sequence[JSON], setting: Setting) -> list[Findings] | None:
        """The findings in each event of a batch, seen column by column; None where that is not certain.

        What the privacy objects come to is worked out once for each that is different; of the other rules
        none may find anything.
        """
        if not self.schema.are_valid(events):
            return None
        kinds = {
            (tuple(event), tuple(event["identifiers"]), tuple(event.get("privacy", ()))): event for event in events
        }
        rules = {rule.id: rule for event in kinds.values() for rule in self._plan_of(event, setting)}
        for rule in rules.values():
            if rule.is_about_privacy:
                continue
            if rule.glance is None or not rule.glance(_column(events, rule.reads[0]), setting):
                return None
        return [self._found_in_privacy(event, setting) if "privacy" in event else NOTHING for event in events]

    def _found_in_privacy(self, event: JSON, setting: Setting) -> Findings:
        """The findings in a valid event's privacy object, worked out once for each that is different."""
        key = orjson.dumps(event["privacy"])
        found = setting.found_in_privacy.get(key)
        if found is None:
            found = NOTHING
            for rule in self._plan_of(event, setting):
                found += rule.check(event, setting) if rule.is_about_privacy and rule.check else NOTHING
            setting.found_in_privacy[key] = found
        return found

    def _found(self, event: JSON, setting: Setting) -> Findings:
        """The findings in one event: mostly none."""
        if not self.schema.is_valid(event):
            return self._explained(event, setting)
        findings = NOTHING
        for rule in self._plan_of(event, setting):
            found = rule.check(event, setting)  # type: ignore[misc]  # a plan has no rules without
            if found:
                findings += found
        return findings

    def _plan_of(self, event: Event, setting: Setting) -> tuple[Rule, ...]:
        """The rules that may find something in a valid event. Remembered only for names of the schema."""
        privacy = event.get("privacy")
        names = (setting.suspect, bool(setting.personas), *event, 0, *event["identifiers"], 0, *(privacy or NOTHING))
        plan = self._plans.get(names)
        if plan is None:
            plan = _distinct(rule for rule in CHECKED if _may_find(rule, event, setting))
            schema = self.schema
            known = schema.fields.issuperset(event) and schema.identifiers.issuperset(event["identifiers"])
            if known and schema.privacy_fields.issuperset(privacy or NOTHING):
                if len(self._plans) >= _MOST_PLANS:
                    self._plans.clear()
                self._plans[names] = plan
        return plan

    def _explained(self, event: JSON, setting: Setting) -> Findings:
        """The findings in an event that the schema refuses; rules still run on the parts that passed."""
        breaches = list(self.schema.breaches(event))
        # Refused it is, even if the second validator should ever find nothing wrong.
        findings = [] if breaches else [Finding("INVALID_FIELD", (), "breaks the schema. See GET /v1/schema/events.")]
        for breach in breaches:
            explain = BY_ID[breach.rule].explain
            assert explain is not None  # spec admits schema rules only
            findings.append(explain(breach, event, setting))
        if isinstance(event, dict):
            tainted = [breach for breach in breaches if breach.keyword not in _ABOUT_MEMBERS]
            for rule in _distinct(r for r in CHECKED if _has_all(event, r) and not _touches(r, tainted)):
                findings.extend(rule.check(event, setting))  # type: ignore[misc]  # as above
        return tuple(dict.fromkeys(findings))


def _outcomes(events: Sequence[JSON], rejected: frozenset[int], setting: Setting) -> Outcomes:
    """What became of each event; an ordinary one leaves no more than its type and its fingerprint."""
    fit = [None if index in rejected else event for index, event in enumerate(events)] if rejected else list(events)
    # The parser makes a new string for each event; those that the schema knows are kept only once.
    once = setting.schema.event_types
    types = [once.get(event["event_type"], event["event_type"]) if event else None for event in fit]
    for index in rejected:
        types[index] = type_of(events[index], setting.mask)
    newest_late = setting.now - SECONDS_UNTIL_LATE
    late = [index for index, event in enumerate(fit) if event and event["timestamp"] <= newest_late]
    consents = {
        index: consent
        for index, event in enumerate(fit)
        if event and "privacy" in event and (consent := setting.consent(event["privacy"])) is not NO_CONSENT_SIGNAL
    }
    return Outcomes(
        tuple(types),
        rejected or NONE,
        frozenset(late) if late else NONE,
        consents or NO_CONSENTS,
        tuple([fingerprint(event) if event else None for event in fit]),
    )


def type_of(event: JSON, mask: Masking) -> str | None:
    """The event_type as sent, where it is fit to be listed."""
    sent = event.get("event_type") if isinstance(event, dict) else None
    return mask(sent) if isinstance(sent, str) and len(sent) <= _LONGEST_NAME else None


def fingerprint(event: Event) -> int:
    """64 bits that are equal for equal dataset, timestamp, type, identifiers and transaction_id, in any process."""
    identifiers = event["identifiers"]
    custom_data = event.get("custom_data")
    transaction = custom_data.get("transaction_id") if custom_data else None
    same = (
        event["data_set_id"],
        int(event["timestamp"]),
        event["event_type"],
        identifiers.get("email_sha256"),
        identifiers.get("ifa"),
        identifiers.get("ip"),
        identifiers.get("partner_id"),
        transaction,
    )
    # Written so that no two differ only in where one part ends and the next begins; version 0 has no references.
    return xxh3_64_intdigest(dumps(same, 0))


def without_nulls(event: JSON) -> JSON:
    """The event without its null fields (reading null_fields=absent); custom_data and ext stay as they are."""
    if not isinstance(event, dict):
        return event
    kept = {name: value for name, value in event.items() if value is not None}
    for name in ("identifiers", "privacy"):
        if isinstance(kept.get(name), dict):
            kept[name] = {key: value for key, value in kept[name].items() if value is not None}
    return kept


def _distinct(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules with different checks; of rows that share one the first stands for all."""
    found: dict[Any, Rule] = {}
    for rule in rules:
        found.setdefault(rule.check, rule)
    return tuple(found.values())


def _column(events: Sequence[JSON], path: Path) -> Sequence[Any]:
    """What stands at a place in those events that have it."""
    found = events
    for step in path:
        try:
            found = list(map(itemgetter(step), found))
        except KeyError:
            found = [value[step] for value in found if step in value]
    return found


def _may_find(rule: Rule, event: Event, setting: Setting) -> bool:
    if not _has_all(event, rule) or (rule.if_suspect and not setting.suspect):
        return False
    if rule.if_personas and not setting.personas:
        return False
    return not rule.by_names or rule.check is None or bool(rule.check(event, setting))


def _has_all(event: Event, rule: Rule) -> bool:
    return all(_has(event, path) for path in rule.reads)


def _has(value: Any, path: Path) -> bool:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _touches(rule: Rule, tainted: Sequence[Breach]) -> bool:
    return any(_taints(breach.path, path) for breach in tainted for path in rule.reads)


def _taints(broken: Path, read: Path) -> bool:
    """Whether what is read lies in what is broken, or is an array with a broken item."""
    if broken == read[: len(broken)]:
        return True
    return broken[: len(read)] == read and isinstance(broken[len(read)], int)


def _worded(kind: Any, findings: Iterable[Finding], index: int, batch: bool, mask: Masking) -> Iterator[Any]:
    place = index if batch else None
    for code, path, message, _ in findings:
        shown = tuple(step if isinstance(step, int) else _shown(step, mask) for step in path)
        yield kind(code, pointer(shown, place), index, worded(code, shown, message, place))


def worded(code: str, path: Path, message: str, index: int | None) -> str:
    """The message as it is answered: in a batch it starts with `events[index]` and the field."""
    if code == _WORDED_BY_THE_GUIDE and index is None:
        return message
    place = "" if index is None else f"events[{index}]"
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else ("." if place else "") + step
    return f"{place}: {message}" if place else f"The event {message}"


def pointer(path: Path, index: int | None) -> str:
    """A JSON Pointer (RFC 6901) into the request's body."""
    steps = path if index is None else (index, *path)
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _shown(name: str, mask: Masking) -> str:
    """A field's name as it may be shown: the sender chose it, so it may hold anything."""
    masked = mask(name)
    return masked if len(masked) <= _LONGEST_NAME else masked[:_LONGEST_NAME] + "..."
