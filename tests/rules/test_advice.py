"""Every advisory: something that draws it, and its near miss that does not."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, NamedTuple

import pytest

from mock_capi.catalogue import ADVISORIES
from tests.senders import ADDRESS, DAY, EMAIL, NOW, Sender, event, full_event

GPP = "DBABL~BVlogAhWBg"
UUID = "38400000-8cf0-11bd-b23e-10b96e40000d"
KB = 1024


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def ids(**identifiers: Any) -> dict[str, Any]:
    return event(identifiers={"email_sha256": EMAIL, **identifiers})


def gpp(gpp_string: str, *gpp_sid: int) -> dict[str, Any]:
    return event(privacy={"gpp_string": gpp_string, "gpp_sid": list(gpp_sid)})


def usp(text: str) -> dict[str, Any]:
    return event(privacy={"us_privacy_string": text})


def batch(count: int) -> list[Any]:
    return [event(timestamp=NOW - index) for index in range(count)]


def custom_data(size: int) -> dict[str, Any]:
    """An event whose custom_data has so many bytes as compact JSON."""
    return event(custom_data={"k": "x" * (size - len('{"k":""}'))})


def padded(size: int) -> bytes:
    """A body of so many bytes, the last of them white space."""
    return json.dumps(event()).encode().ljust(size)


class Row(NamedTuple):
    """A code, what draws it, what comes close, and the place it points at."""

    code: str
    draws: Any
    near_miss: Any
    pointer: str = ""


ORIGIN = {"Origin": "https://www.example.com"}
ROWS = [
    Row("LARGE_BODY", padded(1_000_001), padded(1_000_000)),
    Row("FULL_BATCH", batch(1000), batch(999)),
    Row("LARGE_BATCH", batch(501), batch(500)),
    Row("SINGLE_EVENT_BATCH", batch(1), batch(2)),
    Row("BROWSER_ORIGIN", (event(), ORIGIN), (event(), {"Referer": "https://www.example.com/"})),
    Row("ECAPI_SHAPE", event(user_data={}), event(custom_data={"user_data": {}})),
    Row("ECAPI_SHAPE", event(properties={}), event(custom_data={"properties": {}})),
    Row("ECAPI_SHAPE", event(custom_event="quiz"), event(event_type="custom", custom_event_name="quiz")),
    Row("EVENT_ID_IGNORED", event(event_id="1"), event(custom_data={"event_id": "1"}), "/event_id"),
    Row("EVENT_ID_IGNORED", event(event_id=None), event(), "/event_id"),
    Row("UNKNOWN_FIELD", event(page="x"), event(page_url="x"), "/page"),
    Row("UNKNOWN_FIELD", event(email_sha256=EMAIL), event(), "/email_sha256"),
    Row("UNKNOWN_FIELD", event(privacy={"gpp": GPP}), event(privacy={}), "/privacy/gpp"),
    Row(
        "UNUSED_CUSTOM_EVENT_NAME",
        event(custom_event_name="quiz"),
        event(event_type="custom", custom_event_name="quiz"),
        "/custom_event_name",
    ),
    Row("UNKNOWN_IDENTIFIER", ids(phone_sha256=EMAIL), ids(partner_id=EMAIL), "/identifiers/phone_sha256"),
    *(
        Row(
            "HASH_OF_NOTHING",
            ids(email_sha256=hashed(text)),
            ids(email_sha256=hashed(f"{text}@b.de")),
            "/identifiers/email_sha256",
        )
        for text in ("", " ", "null", "undefined", "None", "none", "NULL", "N/A", "n/a")
    ),
    Row("HASH_OF_NOTHING", ids(ip=hashed("")), ids(ip=ADDRESS), "/identifiers/ip"),
    *(
        Row("HASH_OF_PRIVATE_ADDRESS", ids(ip=hashed(text)), ids(ip=hashed("8.8.8.8")), "/identifiers/ip")
        for text in (
            "127.0.0.1",
            "::1",
            "localhost",
            "10.0.0.1",
            "192.168.0.1",
            "192.168.1.254",
            "172.17.0.1",
            "0.0.0.0",  # noqa: S104 - a text
        )
    ),
    Row("UNUSUAL_IFA", ids(ifa="my-tv-4711"), ids(ifa=UUID.upper()), "/identifiers/ifa"),
    Row("UNUSUAL_IFA", ids(ifa=EMAIL[:-1]), ids(ifa=EMAIL), "/identifiers/ifa"),
    Row("ZERO_IFA", ids(ifa="00000000-0000-0000-0000-000000000000"), ids(ifa="0" * 7 + UUID[7:]), "/identifiers/ifa"),
    Row("ZERO_IFA", ids(ifa="0" * 64), ids(ifa="0" * 63 + "1"), "/identifiers/ifa"),
    Row("NEGATIVE_VALUE", event(value=-1, currency_code="USD"), event(value=0, currency_code="USD"), "/value"),
    Row(
        "NEGATIVE_VALUE",
        event(value=-0.01, currency_code="USD"),
        event(value=-0.01, currency_code="USD", event_type="refund"),
        "/value",
    ),
    Row("CURRENCY_WITHOUT_VALUE", event(currency_code="USD"), event(currency_code="USD", value=0), "/currency_code"),
    Row("SUSPECTED_PII", ids(partner_id="4917612345678"), ids(partner_id="C4917612345678"), "/identifiers/partner_id"),
    Row(
        "SUSPECTED_PII",
        event(page_url="https://a.de/?u=a@b.de"),
        event(page_url="https://a.de/@48.1,11.5"),
        "/page_url",
    ),
    Row(
        "SUSPECTED_PII",
        event(referer="https://a.de/?u=a%40b.de"),
        event(referer="https://a.de/?u=a%20b.de"),
        "/referer",
    ),
    Row("SUSPECTED_PII", event(custom_data={"a@b.de": 1}), event(custom_data={"a at b.de": 1}), "/custom_data"),
    Row(
        "SUSPECTED_PII",
        event(custom_data={"a": [{"b": "203.0.113.7"}]}),
        event(custom_data={"a": "1.2.3"}),
        "/custom_data",
    ),
    Row(
        "SUSPECTED_PII",
        event(custom_data={"t": "+4917612345678"}),
        event(custom_data={"t": 4917612345678}),
        "/custom_data",
    ),
    Row("SUSPECTED_PII", event(custom_data={"t": "2001:db8::1"}), event(custom_data={"t": "std::map"}), "/custom_data"),
    Row("LARGE_CUSTOM_DATA", custom_data(16 * KB + 1), custom_data(16 * KB), "/custom_data"),
    Row("EXT_NOT_EMPTY", event(ext={"a": None}), event(ext={}), "/ext"),
    Row("FUTURE_TIMESTAMP", event(timestamp=NOW + 1), event(timestamp=NOW), "/timestamp"),
    Row("GPP_SID_WITHOUT_STRING", event(privacy={"gpp_sid": [7]}), gpp(GPP, 7), "/privacy/gpp_sid"),
    Row("UNKNOWN_GPP_SECTION", gpp("DBABSM~BAAAAA", 40), gpp(GPP, 7), "/privacy/gpp_string"),
    Row("GPP_SID_MISMATCH", gpp(GPP, 7, 8), gpp(GPP, 7), "/privacy/gpp_sid"),
    Row("OPTED_OUT", usp("1YYN"), usp("1YNN"), "/privacy/us_privacy_string"),
    Row("INVALID_US_PRIVACY_STRING", usp("1YN"), usp("1---"), "/privacy/us_privacy_string"),
    Row("DUPLICATE_EVENT", [event(), event()], [event(), event(timestamp=NOW - 1)], "/1"),
]
ALL = pytest.mark.parametrize("row", ROWS, ids=[f"{row.code}{row.pointer}-{at}" for at, row in enumerate(ROWS)])


def send(sender: Sender, sent: Any) -> list[dict[str, Any]]:
    """Send an event, a body, a batch, or an event with headers; the advisories it drew."""
    sent, headers = sent if isinstance(sent, tuple) else (sent, {})
    response = (sender.batch if isinstance(sent, list) else sender.one)(sent, headers=headers)
    assert response.status_code == 200, response.get_json()
    assert set(response.get_json()) == {"submission_id", "received_at", "status"}
    advisories: list[dict[str, Any]] = sender.last()["advisories"]
    told = dict.fromkeys(advisory["code"] for advisory in advisories)
    assert response.headers.get("X-Mock-Capi-Advisories", "") == ", ".join(told)
    return advisories


@ALL
def test_it_is_drawn(sender: Sender, row: Row) -> None:
    """The advisory stands in the log with its place, and in the header, never in the body (guide 8.1)."""
    drawn = [advisory for advisory in send(sender, row.draws) if advisory["code"] == row.code]
    assert [advisory["pointer"] for advisory in drawn] == [row.pointer]
    assert drawn[0]["message"]
    assert drawn[0]["documented"] is False


@ALL
def test_the_near_miss_does_not_draw_it(sender: Sender, row: Row) -> None:
    """What only resembles it is accepted without that remark."""
    assert row.code not in [advisory["code"] for advisory in send(sender, row.near_miss)]


@pytest.mark.parametrize("many", [False, True])
def test_a_telling_hash_in_capitals(sender: Sender, many: bool) -> None:
    """Where hashes may have capitals (hash_case=any), those of nothing are known in capitals too."""
    sender.read(hash_case="any")
    sent = ids(ip=hashed("null").upper())
    drawn = send(sender, [event(timestamp=NOW - 1), sent] if many else sent)
    assert [advisory["code"] for advisory in drawn] == ["HASH_OF_NOTHING"]


def test_every_advisory_has_a_row() -> None:
    """The table above leaves none out, but for the one that needs somebody registered (test_hashes.py)."""
    assert {row.code for row in ROWS} | {"WRONG_HASH"} == {code.name for code in ADVISORIES}


def test_a_careful_client_draws_none(sender: Sender) -> None:
    """A full event, a batch of such, and one with consent are all beyond remark."""
    assert send(sender, full_event()) == []
    assert send(sender, [full_event(timestamp=NOW - 1 - index) for index in range(500)]) == []
    assert send(sender, gpp(GPP, 7)) == []


@pytest.mark.parametrize(
    ("field", "nearest"), [("curency_code", "currency_code"), ("pageUrl", "page_url"), ("eventType", "event_type")]
)
def test_the_nearest_field_is_named(sender: Sender, field: str, nearest: str) -> None:
    """An unknown field comes with a did-you-mean."""
    (advisory,) = send(sender, event(**{field: "x"}))
    assert f'did you mean "{nearest}"?' in advisory["message"]


def test_the_nearest_name_is_of_the_same_object(sender: Sender) -> None:
    """The same unknown word gets its did-you-mean from where it stands."""
    sent = event(
        mail_sha256=1, gpp_sids=1, identifiers={"email_sha256": EMAIL, "mail_sha256": EMAIL}, privacy={"gpp_sids": 1}
    )
    hints = {
        advisory["pointer"]: advisory["message"].partition(", did you mean ")[2] for advisory in send(sender, sent)
    }
    assert hints == {
        "/mail_sha256": "",
        "/gpp_sids": "",
        "/identifiers/mail_sha256": '"email_sha256"?.',
        "/privacy/gpp_sids": '"gpp_sid"?.',
    }


def test_the_ecapi_map(sender: Sender) -> None:
    """An event in the IAB's shape gets the ordinary 400, and the fields to use instead."""
    sent = {
        "event_time": NOW,
        "event_name": "purchase",
        "user_data": {"email_address": EMAIL},
        "properties": {"value": 1},
    }
    assert sender.one(sent).status_code == 400
    (advisory,) = (a for a in sender.last()["advisories"] if a["code"] == "ECAPI_SHAPE")
    assert "user_data -> identifiers" in advisory["message"]


def test_a_foreign_field_is_refused_no_more_than_once_each(sender: Sender) -> None:
    """Very many unknown fields do not flood the log."""
    assert len(send(sender, event(**{f"x{number}": 1 for number in range(500)}))) == 20


DIFFERENT = [
    event(timestamp=NOW - DAY),
    event(event_type="refund"),
    event(identifiers={"email_sha256": EMAIL, "ip": ADDRESS}),
    event(custom_data={"transaction_id": "txn_1"}),
    event(custom_data={"transaction_id": 1}),
    event(custom_data={"transaction_id": [1, {"a": 2}]}),
]


@pytest.mark.parametrize("other", DIFFERENT)
def test_what_makes_events_differ(sender: Sender, other: dict[str, Any]) -> None:
    """Timestamp, type, identifiers and transaction_id tell events apart."""
    assert send(sender, event()) == []
    assert send(sender, other) == []
    assert [advisory["code"] for advisory in send(sender, other)] == ["DUPLICATE_EVENT"]


def test_what_does_not_make_events_differ(sender: Sender) -> None:
    """The same event with other data is a duplicate, and the log names the first one."""
    send(sender, event())
    first = sender.last()["events"][0]["event_id"]
    assert [a["code"] for a in send(sender, event(source="app", value=1, currency_code="USD"))] == ["DUPLICATE_EVENT"]
    assert sender.last()["events"][0]["duplicate_of"] == first


def test_a_refused_event_has_no_duplicates(sender: Sender) -> None:
    """Only stored events count, so that a corrected retry draws no remark."""
    sender.batch([event(), event(timestamp=0)])
    assert send(sender, event()) == []
