"""MockCapi over a server in this process and over one that runs already: the same code, the same answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from mock_capi.testing import MockCapi, MockCapiError, NotReceived
from mock_capi.testing.log import Log
from tests.conftest import Running, start_server, stop_server
from tests.senders import DAY, NOW
from tests.testing.sending import made, post, send
from tests.web.wire import DEADLINE


def test_submissions_and_events_are_oldest_first(either: MockCapi) -> None:
    """In the order they came, refused ones included, with names for what is asked often."""
    post(either, [made(either), made(either, event_type="sign_up")])
    send(either, identifiers={})
    batch, refused = either.submissions()
    assert (batch.accepted, batch.status, batch.error_code) == (True, 200, None)
    assert (refused.accepted, refused.status, refused.error_code) == (False, 400, "MISSING_IDENTIFIER")
    assert [event.event_type for event in batch.events] == ["purchase", "sign_up"]
    assert either.events() == [*batch.events, *refused.events]
    assert [(event.stored, event.index) for event in either.events()] == [(True, 0), (True, 1), (False, 0)]
    assert batch.id == batch["id"] == either.events()[0].submission_id


def test_filters_are_those_of_the_inspection(either: MockCapi) -> None:
    """Values are written as JSON has them; an unknown filter is the server's to refuse."""
    send(either)
    send(either, timestamp=made(either)["timestamp"] - 8 * DAY)
    assert [event.late for event in either.events(late=True)] == [True]
    assert either.submissions(outcome="accepted", limit=1) == either.submissions()[:1]
    assert len(either.events(since=datetime.now(UTC) - timedelta(minutes=5))) == 2
    with pytest.raises(MockCapiError, match='did you mean "event_type"') as refused:
        either.events(event_typ="purchase")
    assert (refused.value.status, refused.value.code) == (400, "INVALID_PARAMETER")


def test_all_pages_are_followed(capi: MockCapi, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are."""
    monkeypatch.setattr("mock_capi.testing.log.MOST", 3)
    post(capi, [made(capi, value=number, currency_code="USD") for number in range(5)])
    post(capi, [made(capi, value=number, currency_code="USD") for number in range(5, 8)])
    assert [event.body["value"] for event in capi.events()] == list(range(8))
    for _ in range(2):
        send(capi)
    assert len(capi.submissions()) == 4


def test_only_its_own_dataset_is_in_sight(either: MockCapi) -> None:
    """Unless a filter names another, or None for all, those with an unknown key included."""
    with either.dataset() as other:
        send(other)
        requests.post(f"{either.url}/v1/events", json={}, headers={"Authorization": "Bearer wrong"}, timeout=DEADLINE)
        assert either.submissions() == []
        assert len(either.submissions(data_set_id=other.data_set_id)) == 1
        seen = {submission["data_set_id"] for submission in either.submissions(data_set_id=None)}
        assert {other.data_set_id, None} <= seen


def test_the_summary_counts_its_own(either: MockCapi) -> None:
    """As /_inspect/summary does."""
    for _ in range(2):
        send(either, value=129.99, currency_code="USD", timestamp=NOW - NOW % DAY)
    either.clock.set(NOW)
    for _ in range(2):
        send(either, value=129.99, currency_code="USD", timestamp=NOW)
    counted = either.summary()
    assert counted["submissions"] == {"total": 4, "accepted": 2, "rejected": 2}
    assert counted["duplicate_value"] == {"USD": 129.99}
    assert either.summary(outcome="rejected")["submissions"]["total"] == 2


def test_the_export_is_its_own(either: MockCapi) -> None:
    """In each format, under filters."""
    send(either)
    send(either, identifiers={})
    lines = either.export().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [submission.id for submission in either.submissions()]
    assert len(json.loads(either.export("har"))["log"]["entries"]) == 2
    assert either.export("curl", outcome="rejected").count("curl -sS") == 1
    with pytest.raises(MockCapiError, match="format is one of ndjson, har, curl"):
        either.export("xml")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_a_submission_can_be_sent_again(either: MockCapi) -> None:
    """Its curl command leaves the key to a variable, and sends the same event."""
    send(either, page_url="https://shop.example.com/it's here?a=1&b=$HOME")
    [submission] = either.submissions()
    assert either.api_key not in submission.curl()
    environment = {"MOCK_CAPI_API_KEY": either.api_key}
    command = ["/bin/sh", "-c", f"PATH=/usr/bin:/bin:/usr/local/bin; {submission.curl()}"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=DEADLINE)
    first, again = either.assert_received(2)
    assert first.body == again.body


def test_reset_forgets_log_clock_and_faults(either: MockCapi) -> None:
    """Of its own dataset alone."""
    with either.dataset() as other:
        for capi in (either, other):
            send(capi)
            capi.clock.set(NOW)
            capi.faults.status(500)
        either.reset()
        assert (either.submissions(), len(either.faults)) == ([], 0)
        assert either.clock.now != NOW
        assert (len(other.submissions()), len(other.faults), other.clock.now) == (1, 1, NOW)


def test_another_dataset_has_readings_of_its_own(either: MockCapi) -> None:
    """They are not those of the first."""
    with either.dataset(readings={"unknown_fields": "reject"}, data_set_id=f"{either.data_set_id}-2") as other:
        assert other.data_set_id == f"{either.data_set_id}-2"
        assert send(other, surprise=1).status_code == 400
        assert send(either, surprise=1).status_code == 200


# --- a server that runs already ---


def datasets(url: str) -> set[str]:
    """The ids that are provisioned there."""
    found = requests.get(f"{url}/_control/datasets", timeout=DEADLINE).json()["datasets"]
    return {view["data_set_id"] for view in found}


def test_an_attached_dataset_goes_without_a_trace(shared_url: str) -> None:
    """With its log, clock and faults, and with the datasets that were made from it."""
    before = datasets(shared_url)
    with MockCapi(url=shared_url) as capi:
        other = capi.dataset()
        capi.faults.status(503, times=None)
        other.clock.set(NOW)
        assert send(capi).status_code == 503
        names = {capi.data_set_id, other.data_set_id}
        assert datasets(shared_url) == before | names
    assert datasets(shared_url) == before
    assert requests.get(f"{shared_url}/_inspect?data_set_id={min(names)}", timeout=DEADLINE).json()["total"] == 0
    faults = requests.get(f"{shared_url}/_control/faults", timeout=DEADLINE).json()["faults"]
    assert {fault["data_set_id"] for fault in faults}.isdisjoint(names)


def test_attach_needs_no_block(shared_url: str) -> None:
    """It is ready when it is made, and goes with stop; an address may lack its scheme."""
    capi = MockCapi.attach(shared_url.removeprefix("http://"), readings={"unknown_fields": "reject"})
    assert send(capi, surprise=1).status_code == 400
    name = capi.data_set_id
    capi.stop()
    assert name not in datasets(shared_url)


def test_a_dataset_that_was_there_stays(shared_url: str) -> None:
    """Only what it received goes."""
    with MockCapi(url=shared_url) as capi:
        with MockCapi(url=shared_url, data_set_id=capi.data_set_id, api_key=capi.api_key) as same:
            send(same)
            assert len(capi.events()) == 1
        assert capi.events() == []
        assert send(capi).status_code == 200


def test_one_that_somebody_took_away_is_no_trouble(shared_url: str) -> None:
    """At the end there is nothing to do."""
    with MockCapi(url=shared_url) as capi:
        requests.delete(f"{shared_url}/_control/datasets/{capi.data_set_id}", timeout=DEADLINE)


def test_the_admin_token_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is given, or else that of MOCK_CAPI_ADMIN_TOKEN; without, the server's refusal is told."""
    running: Running = start_server("--admin-token", "secret")
    try:
        with pytest.raises(MockCapiError, match=r"Authorization: Bearer <admin token>\. \(401\)"):
            MockCapi.attach(running.url)
        with MockCapi.attach(running.url, "secret") as capi, capi.dataset() as other:
            assert send(other).status_code == 200
        monkeypatch.setenv("MOCK_CAPI_ADMIN_TOKEN", "secret")
        with MockCapi(url=running.url) as capi:
            assert (send(capi).status_code, len(capi.events())) == (200, 1)
    finally:
        stop_server(running)


# --- waiting ---


@pytest.fixture
def on_waiting(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have something happen once, at the moment when the kit begins to wait."""

    def happen(act: Any) -> None:
        waits, acts = Log.wait, iter([act])

        def wait(log: Log, *arguments: Any) -> Any:
            next(acts, lambda: None)()
            return waits(log, *arguments)

        monkeypatch.setattr(Log, "wait", wait)

    return happen


def test_it_waits_for_what_is_not_there_yet(either: MockCapi, on_waiting: Any) -> None:
    """What arrives while it waits ends the wait."""
    on_waiting(lambda: send(either))
    assert len(either.assert_received(timeout=DEADLINE)) == 1


def test_it_waits_on_when_something_else_arrives(capi: MockCapi, on_waiting: Any) -> None:
    """An event that passes the filters but has other fields is not the one."""
    send(capi, source="app")

    def arrive() -> None:
        send(capi, source="app")
        send(capi, source="website")

    on_waiting(arrive)
    [found] = capi.assert_received(1, timeout=DEADLINE, event_type="purchase", source="website")
    assert found.body["source"] == "website"


def test_none_may_come_while_it_waits(capi: MockCapi, on_waiting: Any) -> None:
    """The assertion ends as soon as one does, also where it is refused."""
    on_waiting(lambda: send(capi, identifiers={}))
    with pytest.raises(NotReceived, match="Expected no event within 600 s, but 1 matched"):
        capi.assert_none_received(within=600)


def test_wait_for_answers_all_that_match(either: MockCapi) -> None:
    """Events or submissions, oldest first; with a count of 0, none."""
    post(either, [made(either, event_type="sign_up"), made(either), made(either)])
    assert [event.index for event in either.wait_for(2, event_type="purchase")] == [1, 2]
    assert either.wait_for(of="submissions") == either.submissions()
    assert either.wait_for(0, timeout=0.01, event_type="search") == []
