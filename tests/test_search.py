"""The search grammar: words, phrases, negations and keys; what each finds, and what is refused with the right word."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi import search
from mock_capi.events import bodies_of, events_of
from mock_capi.model import Fault
from mock_capi.world import DEFAULT_DATASET, Dataset, World
from tests.senders import DAY, EMAIL, NOW, Sender, event

OTHER, OTHER_KEY = "worker-1", "worker-key"
PRIVACY = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7], "us_privacy_string": "1YNN"}


@pytest.fixture
def busy(sender: Sender, world: World) -> World:
    """A log of nine submissions, by their place in it.

    0 a plain search, 1 a late purchase of 100 USD, 2 a refusal, 3 a batch of a cheap purchase and a sign-up,
    4 an event that opted out, 5 the same as 0 again, 6 the schema, 7 another dataset's under a fault, 8 no JSON.
    """
    world.provision(Dataset(OTHER, OTHER_KEY))
    sender.one(event(event_type="search", page_url="https://shop.example.com/a"))
    sender.one(event(timestamp=NOW - 8 * DAY, value=100, currency_code="USD", custom_data={"transaction_id": "T-1"}))
    sender.one(event(identifiers={}), headers={"User-Agent": "Mozilla: the best"})
    sender.batch([event(value=4.5, currency_code="EUR"), event(event_type="sign_up", surprise=True)])
    sender.one(event(privacy=PRIVACY, identifiers={"email_sha256": EMAIL, "ifa": "A1"}))
    sender.one(event(event_type="search", page_url="https://shop.example.com/a"))
    sender.client.get("/v1/schema/events", headers={"Authorization": "Bearer test-key"})
    world.arm(Fault("a-fault", "status", 503, data_set_id=OTHER))
    sender.one(event(data_set_id=OTHER, value=-1, currency_code="USD"), key=OTHER_KEY)
    sender.one(b"{nonsense")
    return world


def found(world: World, text: str) -> list[int]:
    """The places of the submissions that a search finds."""
    asked = search.parse(text)
    return [place for place, item in enumerate(world.ledger.snapshot()) if asked.holds(item)]


def found_events(world: World, text: str) -> list[str]:
    """The same for events, with their index."""
    asked = search.parse(text)
    places = [(place, item) for place, item in enumerate(world.ledger.snapshot()) if asked.may_hold_within(item)]
    return [f"{place}.{e.index}" for place, item in places for e in events_of(item) if asked.holds_of(e)]


SEARCHES: list[tuple[str, list[int], list[str]]] = [
    ("type:sign_up", [3], ["3.1"]),
    ("TYPE:Sign_Up", [3], ["3.1"]),
    ("type:purchase", [1, 2, 3, 4, 7], ["1.0", "2.0", "3.0", "4.0", "7.0"]),
    ("-type:purchase", [0, 5, 6, 8], ["0.0", "3.1", "5.0"]),
    ("verdict:accepted", [0, 1, 3, 4, 5, 6], ["0.0", "1.0", "3.0", "3.1", "4.0", "5.0"]),
    ("verdict:refused", [2, 7, 8], ["2.0", "7.0"]),
    ("verdict:rejected", [2, 7, 8], ["2.0", "7.0"]),
    ("verdict:stored type:purchase", [1, 3, 4], ["1.0", "3.0", "4.0"]),
    ("verdict:late", [1], ["1.0"]),
    ("verdict:suppressed", [4], ["4.0"]),
    ("verdict:duplicate", [5], ["5.0"]),
    ("verdict:advised", [3, 4, 5, 7], ["3.1", "4.0", "5.0", "7.0"]),
    ("code:missing_identifier", [2], ["2.0"]),
    ("code:UNKNOWN_FIELD", [3], ["3.1"]),
    ("-code:UNKNOWN_FIELD endpoint:batch", [], ["3.0"]),
    ("status:400", [2, 8], ["2.0"]),
    (f"ds:{OTHER.upper()}", [7], ["7.0"]),
    (f'-ds:"{DEFAULT_DATASET}"', [7], ["7.0"]),
    ("endpoint:batch", [3], ["3.0", "3.1"]),
    ("has:gpp", [4], ["4.0"]),
    ("has:us_privacy has:consent has:ifa", [4], ["4.0"]),
    ("has:ip", [], []),
    ("has:partner_id", [], []),
    ("-has:email", [2, 6, 8], ["2.0"]),
    ("has:value -has:custom_data", [3, 7], ["3.0", "7.0"]),
    ("has:fault", [7], ["7.0"]),
    ("has:advisory type:sign_up", [3], ["3.1"]),
    ("has:violation", [2, 7, 8], ["2.0", "7.0"]),
    ("-has:body", [6], []),
    ("txn:t-1", [1], ["1.0"]),
    ("currency:usd", [1, 7], ["1.0", "7.0"]),
    ("value:100", [1], ["1.0"]),
    ("value:=4.5", [3], ["3.0"]),
    ("value:>4.5", [1], ["1.0"]),
    ("value:>=4.5 value:<100", [3], ["3.0"]),
    ("value:<=-1", [7], ["7.0"]),
    ("value:<5 type:sign_up", [], []),
    ("fault:status", [7], ["7.0"]),
    ("key:wo", [7], ["7.0"]),
    ("key:te****", [0, 1, 2, 3, 4, 5, 6, 8], ["0.0", "1.0", "2.0", "3.0", "3.1", "4.0", "5.0"]),
    ("SHOP.example", [0, 5], ["0.0", "5.0"]),
    ("search shop", [0, 5], ["0.0", "5.0"]),
    ("shop search -duplicate_event", [0], ["0.0", "5.0"]),
    ('"the best"', [2], []),
    ('"the best', [2], []),
    ("best the", [2], []),
    ("-sign_up endpoint:batch", [], ["3.0"]),
    ("https://shop.example.com/a", [0, 5], ["0.0", "5.0"]),
    ("-https://shop.example.com/a type:search", [], []),
    ("mozilla:", [2], []),
    ("user-agent:", [0, 1, 2, 3, 4, 5, 6, 7, 8], []),
    ('"type:search"', [], []),
    ('"event_type": "sign_up"', [3], ["3.1"]),
    ('"search"', [0, 5], ["0.0", "5.0"]),
    ("{nonsense", [8], []),
    ("12:00", [], []),
    ("-", [0, 1, 2, 3, 4, 5, 6, 7, 8], ["0.0", "1.0", "2.0", "3.0", "3.1", "4.0", "5.0", "7.0"]),
]


@pytest.mark.parametrize(("text", "submissions", "events"), SEARCHES, ids=[text for text, _, _ in SEARCHES])
def test_a_search_finds_submissions_and_events(
    busy: World, text: str, submissions: list[int], events: list[str]
) -> None:
    """Of submissions those in which it holds, of events those very ones."""
    assert found(busy, text) == submissions
    assert found_events(busy, text) == events


def test_ids_and_their_beginnings_are_found(busy: World) -> None:
    """A submission by its id with or without its kind, an event by its own."""
    batch = busy.ledger.snapshot()[3]
    last = list(events_of(batch))[1]
    assert last.event_id is not None
    for text in (batch.id, batch.id.upper(), batch.id[:20], batch.id.partition(".")[2]):
        assert (found(busy, f"id:{text}"), found_events(busy, f"id:{text}")) == ([3], ["3.0", "3.1"])
    for text in (last.event_id, last.event_id[:20]):
        assert (found(busy, f"id:{text}"), found_events(busy, f"id:{text}")) == ([3], ["3.1"])


REFUSED: list[tuple[str, str]] = [
    ("typ:purchase", "has no key 'typ', did you mean \"type\"?"),
    ("-verdct:late", 'did you mean "verdict"?'),
    ("event_type:purchase", 'did you mean "type"?'),
    ("error_code:X", 'did you mean "code"?'),
    ("data_set_id:x", 'did you mean "ds"?'),
    (
        "verdict:lat",
        "verdict: is one of accepted, refused, rejected, stored, late, suppressed, duplicate",
    ),
    ("code:MISSING_IDENTIFIERS", 'did you mean "MISSING_IDENTIFIER"?'),
    ("status:4xx", "status: is a whole number from 100 to 599"),
    ("status:٤٠٠", "status: is a whole number"),
    ("endpoint:singel", 'did you mean "single"?'),
    ("has:emial", 'did you mean "email"?'),
    ("fault:statsu", 'did you mean "status"?'),
    ("value:much", "value: is a number, or one after"),
    ("value:>", "value: is a number"),
    ("type:", "needs a value right after the colon"),
    ("type: purchase", "needs a value right after the colon"),
    ('type:""', "needs a value right after the colon"),
    ("", "must not be empty"),
    ('""', "must not be empty"),
    ("  ", "must not be empty"),
    ("a " * (search.MOST_TERMS + 1), "takes 30 terms at the most, and has 31"),
    ("type:a -b c " * 11, "has 33"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_cannot_be_is_refused(text: str, said: str) -> None:
    """The message names what is right."""
    with pytest.raises(search.SearchError) as refused:
        search.parse(text)
    assert said in str(refused.value)


@given(st.text(st.sampled_from('-:"</ type has 100 verdict late \u00df'), max_size=30) | st.text(max_size=30))
def test_anything_typed_is_a_search_or_refused(text: str) -> None:
    """Nothing else comes of it, however it is punctuated."""
    with suppress(search.SearchError):
        assert search.parse(text).terms


def test_a_search_may_have_many_terms() -> None:
    """More than anybody types."""
    assert len(search.parse("a " * search.MOST_TERMS).terms) == search.MOST_TERMS


def test_a_refused_search_is_a_refused_parameter(sender: Sender) -> None:
    """Over HTTP it is 400, on every path that takes it."""
    for path in ("", "/events", "/summary", "/export", "/stream", "/wait"):
        response = sender.client.get(f"/_inspect{path}", query_string={"q": "typ:purchase"})
        assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
        assert 'did you mean "type"?' in response.get_json()["message"]


def test_waits_and_exports_and_the_summary_search_too(busy: World, sender: Sender) -> None:
    """Everything that takes `q` takes all of it."""
    ask: Any = sender.client.get
    waited = ask("/_inspect/wait", query_string={"q": "type:sign_up", "timeout": 0}).get_json()
    assert (waited["matched"], waited["events"][0]["index"]) == (1, 1)
    waited = ask("/_inspect/wait", query_string={"q": "value:>4", "of": "submissions", "count": 2, "timeout": 0})
    assert waited.get_json()["matched"] == 2
    assert ask("/_inspect/summary", query_string={"q": "verdict:late"}).get_json()["submissions"]["total"] == 1
    assert len(ask("/_inspect/export", query_string={"q": "verdict:refused"}).data.splitlines()) == 3


def test_json_is_read_only_where_a_term_needs_it(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most searches need none; the others read each submission once."""
    read: list[str] = []

    def counted(submission: Any) -> Any:
        read.append(submission.id)
        return bodies_of(submission)

    monkeypatch.setattr("mock_capi.search.look.bodies_of", counted)
    for text in (
        "type:purchase verdict:late",
        "code:UNKNOWN_FIELD",
        "-has:fault status:200",
        "shop key:te",
        "id:batch",
    ):
        found(busy, text)
    assert read == []
    found(busy, "endpoint:batch has:value currency:USD value:>1000 -has:gpp")
    assert read == [busy.ledger.snapshot()[3].id]


def test_the_keys_are_told(sender: Sender) -> None:
    """/_inspect/help has the table, with the words that a key takes where they are few."""
    told = sender.client.get("/_inspect/help").get_json()["search"]
    assert [key["name"] for key in told["keys"]] == [key.name for key in search.KEYS]
    for key in told["keys"]:
        for value in key["values"]:
            assert search.parse(f"{key['name']}:{value}").terms
    assert told["syntax"][0].keys() == {"form", "about"}
