"""The judge: a batch seen at a glance gets the same verdict as its events one by one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_capi import spec
from mock_capi.judge import Judge
from mock_capi.privacy import encode_gpp
from mock_capi.readings import Readings
from mock_capi.rules import CHECKED, SCHEMA_RULE_IDS, Setting
from mock_capi.world import DEFAULT_DATASET
from tests.senders import ADDRESS, DAY, EMAIL, NOW, event, full_event

SCHEMA = spec.load(spec.bundled(), SCHEMA_RULE_IDS).event_schema(Readings())
NOTHING_HASHED = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
OPTED_OUT = encode_gpp({"usnat": {"SaleOptOut": 1, "Gpc": True}})
# What may be done to an event of a batch; most of it should be found.
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"timestamp": NOW - 7 * DAY},
    {"timestamp": NOW - 30 * DAY},
    {"timestamp": NOW - 30 * DAY - 1},
    {"timestamp": NOW - 30 * DAY + 1},
    {"timestamp": NOW + 1},
    {"timestamp": NOW + 301},
    {"timestamp": float(NOW)},
    {"data_set_id": "other"},
    {"data_set_id": "unknown"},
    {"value": -1, "currency_code": "USD"},
    {"value": -1, "currency_code": "USD", "event_type": "refund"},
    {"currency_code": "USD"},
    {"ext": {"a": 1}},
    {"custom_data": {"note": "x" * 20_000}},
    {"identifiers": {"email_sha256": NOTHING_HASHED}},
    {"identifiers": {"email_sha256": EMAIL, "partner_id": "4155550100"}},
    {"identifiers": {"email_sha256": EMAIL, "partner_id": "crm-1"}},
    {"identifiers": {"ifa": "00000000-0000-0000-0000-000000000000"}},
    {"identifiers": {"ip": ADDRESS, "phone": "x"}},
    {"event_type": "nonsense"},
    {"custom_event_name": "unused"},
    {"privacy": {"us_privacy_string": "1YYN"}},
    {"privacy": {"gpp_string": OPTED_OUT, "gpp_sid": [7]}},
    {"privacy": {"gpp_string": OPTED_OUT, "gpp_sid": [8]}},
    {"privacy": {"gpp_string": OPTED_OUT, "gpp_sid": [7.0]}},
    {"privacy": {"gpp_string": OPTED_OUT[:-1], "gpp_sid": [7], "us_privacy_string": "2"}},
    {"privacy": {"gpp_sid": [7], "other": 1}},
    {"unknown": True},
)


def judged(events: list[Any], *, at_a_glance: bool, suspect: bool, size: int) -> Any:
    """The verdict on a batch, with or without the look at whole columns."""
    judge = Judge(SCHEMA)
    if not at_a_glance:
        judge._at_a_glance = lambda *_: None  # type: ignore[method-assign]
    setting = Setting(NOW, Readings(), SCHEMA, DEFAULT_DATASET, {DEFAULT_DATASET, "other"}, suspect, size)
    return judge.judge(events, setting, batch=True)


changed = st.sampled_from(CHANGES).map(lambda change: event(**copy.deepcopy(change)))
ordinary = st.sampled_from([event(), full_event(), event(event_type="search")]).map(copy.deepcopy)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(ordinary | changed, min_size=1, max_size=6), st.booleans(), st.sampled_from([100, 100_000]))
def test_a_glance_sees_what_a_close_look_sees(events: list[Any], suspect: bool, size: int) -> None:
    """Violations, advisories and outcomes are the same."""
    seen = [judged(events, at_a_glance=glance, suspect=suspect, size=size) for glance in (True, False)]
    assert seen[0] == seen[1]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_one_odd_event_among_ordinary_ones_is_seen(change: dict[str, Any]) -> None:
    """For each change alone, in the middle of a batch."""
    events = [full_event(), event(**change), full_event()]
    seen = [judged(events, at_a_glance=glance, suspect=False, size=100_000) for glance in (True, False)]
    assert seen[0] == seen[1]


def test_every_rule_that_ordinary_events_meet_has_a_glance() -> None:
    """Else the look at columns would be in vain for everybody."""
    judge = Judge(SCHEMA)
    setting = Setting(NOW, Readings(), SCHEMA, DEFAULT_DATASET, {DEFAULT_DATASET}, False, 100_000)
    sent = full_event(identifiers={"email_sha256": EMAIL, "ip": ADDRESS, "partner_id": "crm-1"})
    assert judge._at_a_glance([sent] * 3, setting) == [()] * 3
    assert all(rule.reads for rule in CHECKED if rule.glance)


def test_an_event_that_only_one_validator_refuses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two agree, as another test holds; should they ever not, nothing is accepted by mistake."""
    judge = Judge(SCHEMA)
    monkeypatch.setattr(SCHEMA, "is_valid", lambda _: False)
    setting = Setting(NOW, Readings(), SCHEMA, DEFAULT_DATASET, {DEFAULT_DATASET})
    found = judge.judge([event()], setting, batch=False)
    assert [violation.code for violation in found.violations] == ["INVALID_FIELD"]
    assert found.outcomes.rejected == {0}


def test_types_that_a_document_does_not_list_are_kept_as_sent() -> None:
    """Another document may leave event_type open."""
    schema = spec.EventSchema({"type": "object", "x-rules": {"type": "event.object"}})
    setting = Setting(NOW, Readings(), schema, DEFAULT_DATASET, {DEFAULT_DATASET})
    assert Judge(schema).judge([event(event_type="anything")], setting, batch=False).outcomes.event_types == (
        "anything",
    )
