"""The report's items: every rule and every item of the checklist, and what proves them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mock_capi import catalogue
from mock_capi.verdicts.checklist import CHECKLIST
from mock_capi.verdicts.evidence import KEY_IN_URL
from mock_capi.verdicts.items import CHAPTERS
from mock_capi.verdicts.judging import BREACHES
from mock_capi.verdicts.rows import ROWS
from tests.senders import DAY, EMAIL, GONE, NOW, event, full_event
from tests.tables import ALL_RULES
from tests.verdicts.traffic import Traffic

OPTED_OUT = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}
CONSENTING = {"gpp_string": "DBABL~CVVqAAAAAACA", "gpp_sid": [7]}


def failed(traffic: Traffic, **options: Any) -> set[str]:
    """The ids of what failed."""
    return {name for name, item in traffic.items(**options).items() if item["status"] == "failed"}


def test_every_rule_has_a_row_and_every_code_a_rule() -> None:
    """Rules that the log cannot tell apart share one; together the rows find all that rules find."""
    assert {code for row in ROWS for code in row.codes} == {code for rule in ALL_RULES for code in rule.codes}
    told = " ".join(row.about for row in ROWS)
    assert [rule.id for rule in ALL_RULES if rule.about not in told] == []
    merged = {rule.id for rule in ALL_RULES} - {row.id for row in ROWS}
    assert merged == {"field.known", "timestamp.integer", "gpp_string.valid"}


def test_the_codes_that_are_named_exist() -> None:
    """A code that is renamed in the catalogue is renamed here."""
    named = {*BREACHES, *(code for check in CHECKLIST for code in check.broken_by)} - {KEY_IN_URL}
    assert named <= set(catalogue.CODES)


def test_an_empty_log_proves_nothing(traffic: Traffic) -> None:
    """Everything is not exercised, but for what is for a person."""
    assert {item["status"] for item in traffic.items().values()} == {"not_exercised", "manual"}


def test_items_stand_chapter_by_chapter(traffic: Traffic) -> None:
    """In the order of the chapters, and within those of the guide by section."""
    items = traffic.report()["items"]
    order = [name for name, _ in CHAPTERS]
    assert [item["chapter"] for item in items] == sorted((item["chapter"] for item in items), key=order.index)
    assert len({item["id"] for item in items}) == len(items)
    assert all(re.fullmatch(r"-|\d+(\.\d+)?", item["guide"]) for item in items)


def test_a_good_day_passes(traffic: Traffic) -> None:
    """What was exercised passes, with the submissions that prove it."""
    sent = traffic.send(full_event(privacy=CONSENTING))
    traffic.send([event(), event(event_type="custom", custom_event_name="till_opened")])
    found = traffic.items()
    assert {item["status"] for item in found.values()} == {"passed", "not_exercised", "manual"}
    assert (found["ip.telling"]["submissions"], found["ip.telling"]["count"]) == ([sent.id], 1)
    assert found["event_type.standard"]["evidence"] == "Held in 3 accepted events in 2 requests."
    proven = {name for name, item in found.items() if name.startswith("checklist.") and item["status"] == "passed"}
    assert proven == {
        f"checklist.{name}" for name in ("identifiers", "event_types", "timestamps", "consent", "batches")
    }


@pytest.mark.parametrize(
    ("changes", "items"),
    [
        ({"event_type": GONE}, {"field.required"}),
        ({"value": "12", "currency_code": "USD"}, {"field.type"}),
        ({"event_type": "bought"}, {"event_type.standard", "checklist.event_types"}),
        ({"event_type": "custom"}, {"custom_event_name.required", "checklist.event_types"}),
        ({"identifiers": {}}, {"identifiers.required"}),
        ({"identifiers": {"email_sha256": ""}}, {"identifiers.required"}),
        ({"identifiers": {"email_sha256": "tess@example.com"}}, {"identifier.hash", "checklist.identifiers"}),
        (
            {"identifiers": {"email_sha256": EMAIL, "ifa": "tess@example.com"}},
            {"ifa.plaintext", "checklist.identifiers"},
        ),
        ({"identifiers": {"email_sha256": EMAIL, "ifa": " "}}, {"identifier.opaque", "checklist.identifiers"}),
        ({"value": 0}, {"currency_code.required"}),
        ({"value": 1, "currency_code": "usd"}, {"currency_code.iso4217"}),
        ({"timestamp": "1746558464"}, {"timestamp.form", "checklist.timestamps"}),
        ({"timestamp": NOW * 1000}, {"timestamp.future", "checklist.timestamps"}),
        ({"timestamp": NOW - 31 * DAY}, {"timestamp.age"}),
        ({"privacy": {"gpp_string": "nonsense", "gpp_sid": [7]}}, {"gpp_string.type", "checklist.consent"}),
        ({"privacy": {"gpp_string": "DBABL~CVVqAAAAAACA"}}, {"gpp_sid.required", "checklist.consent"}),
        ({"privacy": {**CONSENTING, "gpp_sid": ["7"]}}, {"gpp_sid.form"}),
        ({"privacy": {"us_privacy_string": 5}}, {"field.type"}),
        ({"privacy": OPTED_OUT}, {"gpp_string.opt_out"}),
        ({"privacy": {"us_privacy_string": "1YYN"}}, {"us_privacy_string.opt_out"}),
        ({"data_set_id": "nobodys"}, {"data_set_id.scope"}),
    ],
)
def test_a_broken_rule_fails_its_row_and_no_other(traffic: Traffic, changes: dict[str, Any], items: set[str]) -> None:
    """In a single event and in a batch, beside events that are right."""
    traffic.send(full_event())
    traffic.send(event(**changes))
    assert failed(traffic) == items
    traffic.log.clear()
    traffic.send([event(), event(**changes)])
    assert failed(traffic) == items


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"surprise": 1}, "field.unknown"),
        ({"privacy": {"surprise": 1}}, "privacy.unknown"),
        ({"value": -1, "currency_code": "USD"}, "value.negative"),
        ({"custom_data": {"note": "call +1 202 555 0143"}}, "custom_data.plaintext"),
        ({"timestamp": NOW + 60}, "timestamp.future"),
        ({"timestamp": NOW - 8 * DAY}, "events.on_time"),
    ],
)
def test_what_deserves_a_look_does_not_fail(traffic: Traffic, changes: dict[str, Any], name: str) -> None:
    """It was accepted; its item is an advisory."""
    traffic.send(event(**changes))
    assert failed(traffic) == set()
    assert [key for key, item in traffic.items().items() if item["status"] == "advisory"] == [name]


def test_late_events_are_told_by_their_share(traffic: Traffic) -> None:
    """How many, of how many, and how old most are."""
    traffic.send([event(timestamp=NOW - 9 * DAY), event(timestamp=NOW - 60), event(), event(timestamp=NOW - 1)])
    words = "1 of 4 accepted events (25.0%) came after seven days or more; half of all came within 30 s."
    assert traffic.told("events.on_time") == ("advisory", words)


@pytest.mark.parametrize(("reading", "status"), [("suppress", "field.type"), ("reject", "us_privacy_string.opt_out")])
def test_an_opt_out_that_is_refused_is_no_wrong_type(traffic: Traffic, reading: str, status: str) -> None:
    """The same code at the same place means one thing under one reading and another under the other."""
    traffic.sender.read(opt_out=reading)
    traffic.send(event(privacy={"us_privacy_string": "1YYN" if reading == "reject" else 5}))
    assert failed(traffic) == {status}
    assert traffic.report()["other_readings"] == ({"opt_out": "reject"} if reading == "reject" else {})


@pytest.mark.parametrize(
    ("size", "name", "status"),
    [(999, "checklist.batches", "passed"), (1000, "checklist.batches", "failed"), (1001, "batch.size", "failed")],
)
def test_batches_stay_under_a_thousand(traffic: Traffic, size: int, name: str, status: str) -> None:
    """The checklist says under 1,000, which is stricter than the limit."""
    traffic.send([event(timestamp=NOW - place) for place in range(size)])
    assert traffic.told(name)[0] == status


def test_a_browser_fails(traffic: Traffic) -> None:
    """It may not send, and a key that it has is not kept safe."""
    traffic.sender.one(event(), headers={"Origin": "https://shop.example.com"})
    traffic.log = list(traffic.world.ledger.snapshot())
    assert failed(traffic) == {"request.origin", "checklist.key_storage"}


def test_a_key_in_the_url_fails(traffic: Traffic) -> None:
    """There it stands in everybody's logs."""
    traffic.sender.post("/v1/events?api_key=test-key", event())
    traffic.log = list(traffic.world.ledger.snapshot())
    assert failed(traffic) == {"checklist.key_storage"}


def test_a_fault_is_nobodys_mistake(traffic: Traffic) -> None:
    """A 500 on purpose breaks no rule, but what was wrong with the event all the same does."""
    traffic.tries(event(), 1.0, 2.0, kind="status")
    assert failed(traffic) == set()
    assert traffic.report()["faults"] == {"met": 2, "kinds": {"status 500": 2}}
    traffic.send(event(value=1), second=9, kind="status")
    assert "currency_code.required" in failed(traffic)


def test_a_request_with_a_wrong_key_belongs_to_the_dataset_that_it_names(traffic: Traffic) -> None:
    """Otherwise nobody's report would tell of it."""
    traffic.sender.one(event(), key="nobodys-key")
    traffic.sender.one(event(data_set_id="other"), key="nobodys-key")
    traffic.log = list(traffic.world.ledger.snapshot())
    assert failed(traffic) == {"request.key"}
    assert traffic.report()["traffic"]["submissions"] == 1
    assert traffic.report(data_set_id=None)["traffic"]["submissions"] == 2


def test_test_people_prove_hashes_only_when_they_were_sent(traffic: Traffic) -> None:
    """Hashes of others look right whatever they were made of."""
    traffic.send(event())
    assert traffic.told("email_sha256.persona")[0] == "not_exercised"
    assert traffic.told("email_sha256.persona", right_hashes={"0" * 64})[0] == "not_exercised"
    assert traffic.told("email_sha256.persona", right_hashes={EMAIL})[0] == "passed"


def test_coverage_counts_stored_events(traffic: Traffic) -> None:
    """By event type and by identifier, of all that the guide knows."""
    traffic.send([event(), event(event_type="refund"), event(event_type="refund", timestamp=NOW - 1)])
    traffic.send(event(event_type="login", value=1))
    coverage = traffic.report()["coverage"]
    assert (coverage["event_types"]["seen"], coverage["event_types"]["of"]) == (2, 45)
    assert coverage["event_types"]["events"]["refund"] == 2
    assert coverage["identifiers"] == {
        "seen": 1,
        "of": 4,
        "events": {"email_sha256": 3, "ifa": 0, "ip": 0, "partner_id": 0},
    }


def test_duplicates_are_added_up(traffic: Traffic) -> None:
    """The traffic tells how many there were and what they are worth."""
    for _ in range(3):
        traffic.send(full_event())
    told = traffic.report()["traffic"]
    assert (told["duplicates"], told["duplicate_value"]) == (2, {"USD": 259.98})
    assert traffic.told("events.duplicate_event")[0] == "advisory"
