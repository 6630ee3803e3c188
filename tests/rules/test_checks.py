"""The rules that the schema cannot say: scope, plaintext in opaque ids, time, consent strings."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mock_capi.clock import Clock
from mock_capi.privacy import encode_gpp
from mock_capi.world import Dataset, World
from tests.privacy.vectors import INVALID as INVALID_VECTORS
from tests.rules import assert_accepted, assert_refused
from tests.senders import DAY, EMAIL, NOW, Sender, event

OTHER = "00000000-0000-4000-8000-0000000000ff"
LATE, OLDEST = 7 * DAY, 30 * DAY
TCF_CORE = "CP2nyoAP2nyoAF3Wy9FRtdEmY2SAAEIAAAwIACBAAIgAAAAA"


def with_gpp(gpp_string: str, gpp_sid: list[int]) -> dict[str, Any]:
    return event(privacy={"gpp_string": gpp_string, "gpp_sid": gpp_sid})


@pytest.mark.parametrize(
    "sent", [OTHER, "x", " 00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-00000000000"]
)
def test_a_dataset_that_is_not_provisioned(sender: Sender, sent: str) -> None:
    """Guide 7.1: data_set_id must match a provisioned dataset, to the letter."""
    assert sent not in assert_refused(sender, event(data_set_id=sent), "UNKNOWN_DATASET", "/data_set_id")


def test_an_event_for_another_dataset(sender: Sender, world: World) -> None:
    """Guide 2: a key is scoped to one dataset (foreign_dataset=403)."""
    world.provision(Dataset(OTHER, "other-key"))
    response = sender.one(event(data_set_id=OTHER))
    assert (response.status_code, response.get_json()["error_code"]) == (403, "DATASET_NOT_AUTHORIZED")
    assert sender.one(event(data_set_id=OTHER), key="other-key").status_code == 200
    assert sender.last()["data_set_id"] == OTHER


def test_a_foreign_event_refuses_its_batch(sender: Sender, world: World) -> None:
    """Guide 2: one event of another dataset is enough, and nothing is stored."""
    world.provision(Dataset(OTHER, "other-key"))
    response = sender.batch([event(), event(data_set_id=OTHER)])
    assert (response.status_code, response.get_json()["error_code"]) == (403, "DATASET_NOT_AUTHORIZED")
    assert response.get_json()["message"].startswith("events[1].data_set_id: ")
    assert {shown["outcome"] for shown in sender.last()["events"]} == {"rejected"}


OPAQUE_PLAINTEXT = [
    *("test@example.com", " test@example.com", "user@localhost", "crm:test@example.com", "test%40example.com"),
    *("203.0.113.7", " 203.0.113.7 ", "2001:db8::1", "::1", "+4917612345678", "(555) 123-4567", "call 555-123-4567"),
]
OPAQUE_FINE = [EMAIL, EMAIL.upper(), "38400000-8cf0-11bd-b23e-10b96e40000d", "{38400000-8CF0-11BD-B23E-10B96E40000D}"]


@pytest.mark.parametrize("field", ["ifa", "partner_id"])
@pytest.mark.parametrize("value", OPAQUE_PLAINTEXT)
def test_plaintext_in_an_opaque_id(sender: Sender, field: str, value: str) -> None:
    """Guide 7.2: plaintext is found in every identifier field, also beside a good identifier."""
    sent = event(identifiers={"email_sha256": EMAIL, field: value})
    assert value.strip() not in assert_refused(sender, sent, "PLAINTEXT_PII", f"/identifiers/{field}")


@pytest.mark.parametrize(
    "value", [*OPAQUE_FINE, "1.2.3", "v1.2.3.4", "12:30:45", "std::map", "a+b", "+1", "order @ 7", "abc123"]
)
def test_what_only_resembles_plaintext(sender: Sender, value: str) -> None:
    """An opaque id is free text: hashes, versions and times of day are no personal data."""
    assert_accepted(sender, event(identifiers={"email_sha256": EMAIL, "partner_id": value}))


# age in seconds -> the code it is refused with (None: accepted), the advisory, whether it is late
AGES = [
    (-(10**9), "TIMESTAMP_IN_FUTURE", None, False),
    (-301, "TIMESTAMP_IN_FUTURE", None, False),
    (-300, None, "FUTURE_TIMESTAMP", False),
    (-1, None, "FUTURE_TIMESTAMP", False),
    (0, None, None, False),
    (LATE - 1, None, None, False),
    (LATE, None, None, True),
    (LATE + 1, None, None, True),
    (OLDEST - 1, None, None, True),
    (OLDEST, None, None, True),
    (OLDEST + 1, "TIMESTAMP_TOO_OLD", None, False),
    (NOW, "TIMESTAMP_TOO_OLD", None, False),
]


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.5, 0.999])
@pytest.mark.parametrize(("age", "refused", "advisory", "late"), AGES)
def test_the_window_of_time(
    sender: Sender, world: World, fraction: float, age: int, refused: str | None, advisory: str | None, late: bool
) -> None:
    """Guide 3.2: 7 and 30 days, to the second, whatever fraction of a second the clock shows."""
    world.set_clock(Clock(frozen_at=NOW + fraction))
    sent = event(timestamp=NOW - age)
    if refused:
        assert_refused(sender, sent, refused, "/timestamp")
    else:
        assert_accepted(sender, sent, *filter(None, [advisory]))
    shown = sender.last()["events"][0]
    assert (shown["late"], shown["age_seconds"]) == (late, age)
    assert shown["optimization_eligible"] == (refused is None and not late)


def test_late_is_not_in_the_response(sender: Sender) -> None:
    """Guide 7.2 and 8.1: a late event gets the same three fields as any other."""
    assert set(sender.one(event(timestamp=NOW - LATE)).get_json()) == {"submission_id", "received_at", "status"}


def test_received_at_is_in_whole_seconds(sender: Sender, world: World) -> None:
    """Guide 8.1: UTC with Z, cut to the second."""
    world.set_clock(Clock(frozen_at=NOW + 0.999))
    assert sender.one(event()).get_json()["received_at"] == "2027-01-15T08:00:00Z"


@pytest.mark.parametrize(
    ("timestamp", "hint"), [(NOW * 1000, True), (10**11 + 1, True), (10**11, False), (NOW + 301, False)]
)
def test_milliseconds_are_recognised(sender: Sender, timestamp: int, hint: bool) -> None:
    """A timestamp above 1e11 looks like milliseconds, and the message says so."""
    message = assert_refused(sender, event(timestamp=timestamp), "TIMESTAMP_IN_FUTURE", "/timestamp")
    assert ("milliseconds" in message) == hint


VALID_GPP = [
    ("DBABL~BVlogAhWBg", [7]),
    ("DBABMA~CP2nyoAP2nyoAF3Wy9FRtdEmY2SAAEIAAAwIACBAAIgAAAAA.IACngAAA.ZKQAAAwAApbA", [2]),
    ("DBACFmA~BGYigigA~BaBQICFk", [11, 13]),
    ("DBACFmA~BGYigigA~BaBQICFk", [13]),
    ("DBACFmA~BGYigigA~BaBQICFk", [11, 11]),
    ("DBABL~BVlogAhWBg", [-1]),
    ("DBABL~BVlogAhWBg", [7, 3, 4]),
]


@pytest.mark.parametrize(("gpp_string", "gpp_sid"), VALID_GPP)
def test_a_valid_gpp_string(sender: Sender, gpp_string: str, gpp_sid: list[int]) -> None:
    """Guide 5.1: a valid string with the ids of its sections, or of some; 3, 4 and -1 name no section of it."""
    assert_accepted(sender, with_gpp(gpp_string, gpp_sid))


INVALID_GPP = {
    "empty": "",
    "blank": " ",
    "no GPP": "not-a-gpp-string",
    "header alone": "DBABL",
    "type of header": "CBABL~BVlogAhWBg",
    "version of header": "DCABL~BVlogAhWBg",
    "header cut off": "DBAB~BVlogAhWBg",
    "header without sections": "DBAA~BVlogAhWBg",
    "fewer sections than listed": "DBACFmA~BGYigigA",
    "more sections than listed": "DBABL~BVlogAhWBg~BGYigigA",
    "trailing tilde": "DBABL~BVlogAhWBg~",
    "empty section": "DBACFmA~~BaBQICFk",
    "empty sub-section": "DBABL~BVlogAhWBg.",
    "section cut off": "DBABL~BVlo",
    "character outside the alphabet": "DBABL~BVlogAhWB+",
    "padding": "DBABL~BVlogAhWBg==",
    "white space": "DBABL~BVlogAhWBg\n",
    "percent escape": "DBABL%7EBVlogAhWBg",
    "wrong tilde": "DBABL|BVlogAhWBg",
    "lower case": "dbabl~bvlogahwbg",
    "bare TCF string": TCF_CORE,
    "us_privacy grammar": "DBABT~1YXN",
    "too long": "DBABL~" + "A" * 5000,
    "no ASCII": "DBABL~BVlogAhWBé",
    "undefined value": encode_gpp({"usva": {}}).replace("~BV", "~BX"),
    "undefined version": "DBABL~HVlogAhWBg",
    "undefined sub-section": "DBABL~BVlogAhWBg.g",
    "TCF string of another version": "DBABMA~D" + TCF_CORE[1:],
}


@pytest.mark.parametrize("gpp_string", INVALID_GPP.values(), ids=INVALID_GPP)
def test_an_invalid_gpp_string(sender: Sender, gpp_string: str) -> None:
    """Guide 5.1: an invalid string refuses the event; the message says where it is wrong, not what it is."""
    message = assert_refused(sender, with_gpp(gpp_string, [7]), "INVALID_GPP_STRING", "/privacy/gpp_string")
    assert gpp_string.strip() == "" or gpp_string not in message
    assert re.search(r"is not a valid GPP string: (string|header|tcfeuv2|uspv1|us[a-z]{2,3})(\.\w+)? ", message)


def test_the_fault_is_named_by_section_and_field(sender: Sender) -> None:
    """Guide 5.1: whoever reads the message knows where to look."""
    wrong = with_gpp(INVALID_GPP["undefined value"], [9])
    message = assert_refused(sender, wrong, "INVALID_GPP_STRING", "/privacy/gpp_string")
    assert "usva.TargetedAdvertisingOptOutNotice is 3, which is not defined" in message


FAULTS = {vector["place"]: vector["gpp_string"] for vector in INVALID_VECTORS if "." in vector["place"]}


@pytest.mark.parametrize(("place", "gpp_string"), FAULTS.items(), ids=FAULTS)
def test_the_message_names_section_and_field(sender: Sender, place: str, gpp_string: str) -> None:
    """Guide 5.1: for each field in which a string can be wrong, and without any part of the string."""
    message = assert_refused(sender, with_gpp(gpp_string, [7]), "INVALID_GPP_STRING", "/privacy/gpp_string")
    assert f"is not a valid GPP string: {place} " in message
    assert [part for part in re.split("[~.]", gpp_string) if len(part) > 5 and part in message] == []


NO, SALE, SHARING, ALL = (
    dict(zip(("sale", "sharing", "targeted_advertising"), row, strict=True))
    for row in ((False, False, False), (True, False, False), (False, True, False), (True, True, True))
)
NATIONAL_AND_VIRGINIA = encode_gpp({"usnat": {"SaleOptOut": 1}, "usva": {"TargetedAdvertisingOptOut": 1}})
SIGNALS = {
    "no opt-out": (encode_gpp({"usnat": {}}), [7], ["usnat"], ["usnat"], NO),
    "sale": (encode_gpp({"usnat": {"SaleOptOut": 1}}), [7], ["usnat"], ["usnat"], SALE),
    "sharing": (encode_gpp({"usca": {"SharingOptOut": 1}}), [8], ["usca"], ["usca"], SHARING),
    "GPC": (encode_gpp({"usnat": {"Gpc": True}}), [7], ["usnat"], ["usnat"], ALL),
    "GPC in California": (
        encode_gpp({"usca": {"Gpc": True}}),
        [8],
        ["usca"],
        ["usca"],
        {**ALL, "targeted_advertising": False},
    ),
    "US Privacy": (encode_gpp({"uspv1": {"OptOutSale": "Y"}}), [6], ["uspv1"], ["uspv1"], SALE),
    "only what is in force": (NATIONAL_AND_VIRGINIA, [7], ["usnat", "usva"], ["usnat"], SALE),
    "nothing in force": (NATIONAL_AND_VIRGINIA, [-1], ["usnat", "usva"], [], NO),
    "both in force": (NATIONAL_AND_VIRGINIA, [9, 7], ["usnat", "usva"], ["usnat", "usva"], {**ALL, "sharing": False}),
    "TCF": (encode_gpp({"tcfeuv2": {}}), [2], ["tcfeuv2"], ["tcfeuv2"], NO),
}


@pytest.mark.parametrize(("text", "sids", "sections", "in_force", "opt_out"), SIGNALS.values(), ids=SIGNALS)
def test_a_gpp_string_is_honoured(
    sender: Sender, text: str, sids: list[int], sections: list[str], in_force: list[str], opt_out: dict[str, bool]
) -> None:
    """Guide 5.1: what the sections in force opt out of is recorded, and keeps the event from optimization."""
    suppressed = any(opt_out.values())
    assert_accepted(sender, with_gpp(text, sids), *(["OPTED_OUT"] if suppressed else []))
    shown = sender.last()["events"][0]
    expected = {"gpp_sections": sections, "in_force": in_force, "opt_out": opt_out, "suppressed": suppressed}
    assert shown["consent"] == expected
    assert (shown["outcome"], shown["optimization_eligible"]) == ("stored", not suppressed)


def test_the_advisory_says_who_opts_out_of_what(sender: Sender) -> None:
    """Guide 5.2: section by section, and never the string."""
    sender.one(with_gpp(NATIONAL_AND_VIRGINIA, [7, 9]))
    (advisory,) = sender.last()["advisories"]
    words = "usnat of sale; usva of targeted advertising"
    assert advisory["message"] == f"privacy.gpp_string: opts out ({words}); the event is kept from optimization."


def test_no_consent_signal_is_needed(sender: Sender) -> None:
    """Guide 5.1: without a GPP string an event is processed as usual."""
    assert_accepted(sender, event(privacy={}))
    assert sender.last()["events"][0]["consent"]["suppressed"] is False


@pytest.mark.parametrize("text", ["1---", "1NN-", "1YNN", "1-NY", "1YNY"])
def test_a_us_privacy_string_without_opt_out(sender: Sender, text: str) -> None:
    """Guide 5.1: a well formed string that does not opt out."""
    assert_accepted(sender, event(privacy={"us_privacy_string": text}))
    assert sender.last()["events"][0]["optimization_eligible"] is True


@pytest.mark.parametrize("text", ["1YYN", "1YYY", "1NY-", "1-YN"])
def test_a_us_privacy_string_that_opts_out(sender: Sender, text: str) -> None:
    """Guide 5.2: the third character Y is honoured (opt_out=suppress)."""
    assert_accepted(sender, event(privacy={"us_privacy_string": text}), "OPTED_OUT")
    shown = sender.last()["events"][0]
    assert shown["outcome"] == "stored"
    assert shown["optimization_eligible"] is False
    assert shown["consent"]["opt_out"] == {"sale": True, "sharing": False, "targeted_advertising": False}
    assert shown["consent"]["suppressed"] is True


@pytest.mark.parametrize(
    "text", ["", "1YN", "1YNNN", "1yyn", "2YYN", "YYYN", "1Y-N", "1XYN", "1--Y", "1YYN\n", "\uff11YYN"]
)
def test_a_malformed_us_privacy_string(sender: Sender, text: str) -> None:
    """Guide 5.1: the older string is optional, so a malformed one is no more than remarked on."""
    assert_accepted(sender, event(privacy={"us_privacy_string": text}), "INVALID_US_PRIVACY_STRING")
    assert sender.last()["events"][0]["consent"]["suppressed"] is False


@pytest.mark.parametrize("sent", [5, None, ["1YNN"], {"a": 1}])
def test_a_us_privacy_string_of_another_type_hides_no_opt_out(sender: Sender, sent: Any) -> None:
    """Guide 5.1: it is refused, and what the GPP string beside it says is told all the same."""
    privacy = {"gpp_string": encode_gpp({"usnat": {"SaleOptOut": 1}}), "gpp_sid": [7], "us_privacy_string": sent}
    assert_refused(sender, event(privacy=privacy), "INVALID_FIELD", "/privacy/us_privacy_string")
    assert sender.advisories() == ["OPTED_OUT"]
