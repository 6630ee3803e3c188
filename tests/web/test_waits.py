"""GET /_inspect/wait: it ends when what is asked for has come, at the timeout, or with the log; and holds up nobody."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask.testing import FlaskClient

from mock_capi.web.waits import MOST_COUNT
from mock_capi.world import DEFAULT_DATASET, Dataset, World
from tests.conftest import Running, start_server, stop_server
from tests.senders import EMAIL, NOW, Sender, event
from tests.web.wire import DEADLINE, Account, Answer, Wire, eventually, open_account


@pytest.fixture
def account(shared_server: Running) -> Account:
    """A fresh dataset on the shared server."""
    return open_account(shared_server)


def asked(sender: Sender, **parameters: Any) -> tuple[int, dict[str, Any]]:
    """Status and body of a wait in process, which by default lasts no time."""
    response = sender.client.get("/_inspect/wait", query_string={"timeout": 0, **parameters})
    return response.status_code, response.get_json()


@contextmanager
def waiting(running: Running, **parameters: Any) -> Iterator[Wire]:
    """A wait that is under way: the server has counted it."""
    before = running.get("/_inspect/status")["waits"]["open"]
    with Wire(running) as wire:
        query = urlencode({"timeout": DEADLINE, **parameters})
        wire.send(f"GET /_inspect/wait?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        eventually(lambda: running.get("/_inspect/status")["waits"]["open"] > before)
        yield wire


def send(account: Account, **changes: Any) -> Answer:
    """Send one event of a dataset."""
    with Wire(account.running) as wire:
        return wire.send(account.request(account.event(**changes))).answer()


def test_what_has_come_already_is_enough(sender: Sender) -> None:
    """Nobody has to begin to wait in time."""
    sender.batch([event(), event(event_type="search")])
    status, found = asked(sender, count=2)
    assert (status, found["matched"], found["total"]) == (200, 2, 2)
    assert [item["event"]["event_type"] for item in found["events"]] == ["search", "purchase"]


def test_submissions_may_be_counted_instead(sender: Sender) -> None:
    """A refused request without events is one too."""
    sender.one(b"{nonsense")
    assert asked(sender)[0] == 408
    status, found = asked(sender, of="submissions", error_code="MALFORMED_JSON")
    assert (status, found["matched"], found["submissions"]) == (200, 1, sender.log())


def test_as_many_are_shown_as_were_waited_for(sender: Sender) -> None:
    """Unless a limit says otherwise; `next` goes on from there."""
    sender.batch([event(event_type="search")] * 80)
    assert len(asked(sender, count=60)[1]["events"]) == 60
    found = asked(sender, count=60, limit=5)[1]
    assert (len(found["events"]), found["matched"], found["next"] is None) == (5, 80, False)


def test_at_the_timeout_the_nearest_misses_say_what_kept_them_out(sender: Sender) -> None:
    """First those that the fewest filters kept out."""
    sender.one(event(event_type="search", timestamp=NOW - 8 * 86_400))
    sender.one(event(event_type="purchase"))
    sender.one(event(event_type="purchase", timestamp=NOW - 9 * 86_400, value=1))
    status, found = asked(sender, event_type="purchase", late="true", outcome="stored")
    assert (status, found["error_code"], found["matched"], found["count"]) == (408, "WAIT_UNMET", 0, 1)
    assert found["message"] == "0 of 1 events came within 0 s."
    misses = [(miss["kept_out_by"], miss["event"]["event_type"]) for miss in found["nearest_misses"]]
    assert misses == [(["late"], "purchase"), (["event_type"], "search"), (["outcome", "late"], "purchase")]


def test_misses_of_submissions_are_submissions(sender: Sender) -> None:
    """With everything that the log knows of them."""
    sender.one(event(value=1))
    miss = asked(sender, of="submissions", outcome="accepted")[1]["nearest_misses"][0]
    assert miss["kept_out_by"] == ["outcome"]
    assert {name: value for name, value in miss.items() if name != "kept_out_by"} == sender.last()


def test_misses_are_never_another_datasets(world: World, sender: Sender) -> None:
    """Parallel suites do not see one another; a request with an unknown key belongs to none, and is shown."""
    world.provision(Dataset("other", "other-key"))
    sender.one(event(data_set_id="other"), key="other-key")
    assert asked(sender, data_set_id=DEFAULT_DATASET, event_type="search")[1]["nearest_misses"] == []
    sender.one(event(), key="nobodys-key")
    (miss,) = asked(sender, data_set_id=DEFAULT_DATASET, event_type="purchase")[1]["nearest_misses"]
    assert miss["kept_out_by"] == ["data_set_id"]


def test_a_count_of_none_is_met_when_none_comes(sender: Sender) -> None:
    """And is over, as unmet, as soon as one is there."""
    assert asked(sender, count=0)[0] == 200
    sender.one(event())
    status, found = asked(sender, count=0, timeout=600)
    assert (status, found["message"]) == (408, "None should have come, but 1 did.")
    assert asked(sender, count=0, event_type="search")[0] == 200


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"count": -1}, f"count is a whole number from 0 to {MOST_COUNT}"),
        ({"count": "many"}, "count is a whole number"),
        ({"count": MOST_COUNT + 1}, "count is a whole number"),
        ({"timeout": "soon"}, "timeout is a number of seconds from 0 to 600"),
        ({"timeout": "nan"}, "timeout is a number of seconds"),
        ({"timeout": 601}, "timeout is a number of seconds"),
        ({"of": "requests"}, "of is events or submissions"),
        ({"tiemout": 1}, 'did you mean "timeout"?'),
        ({"event_tpye": "search"}, 'did you mean "event_type"?'),
        ({"count": [1, 2]}, "count stands there 2 times"),
    ],
)
def test_what_cannot_be_waited_for_is_refused(
    sender: Sender, account: Account, parameters: dict[str, Any], words: str
) -> None:
    """At once, in words, and in the same ones either way in."""
    response = sender.client.get("/_inspect/wait", query_string=parameters)
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert words in response.get_json()["message"]
    over_http = requests.get(f"{account.running.url}/_inspect/wait", params=parameters, timeout=DEADLINE)
    assert (over_http.status_code, over_http.json()) == (400, response.get_json())


def test_a_wait_ends_as_soon_as_the_last_has_come(account: Account) -> None:
    """Not before, and with everything it waited for."""
    with waiting(account.running, data_set_id=account.data_set_id, count=2) as wire:
        send(account)
        send(account, event_type="search")
        answer = wire.answer()
    assert (answer.status, answer.json["matched"]) == (200, 2)
    assert answer.headers["cache-control"] == "no-store"


def test_a_wait_in_a_thread_ends_too(world: World, client: FlaskClient) -> None:
    """Under any WSGI server."""
    found: list[Any] = []
    thread = threading.Thread(
        target=lambda: found.append(
            world_client.get("/_inspect/wait", query_string={"event_type": "search", "timeout": DEADLINE}).get_json()
        )
    )
    world_client = client.application.test_client()
    thread.start()
    eventually(lambda: world.ledger.watchers == 1)
    Sender(client).one(event(event_type="search"))
    thread.join(DEADLINE)
    assert [answer["matched"] for answer in found] == [1]
    assert world.ledger.watchers == 0


def test_another_datasets_log_may_be_cleared(account: Account) -> None:
    """That neither ends nor breaks a wait; clearing one's own ends it with 409."""
    other = open_account(account.running)
    send(other)
    control = f"{account.running.url}/_control"
    with waiting(account.running, data_set_id=account.data_set_id, count=2) as wire:
        send(account)
        requests.delete(f"{control}/log", json={"data_set_id": other.data_set_id}, timeout=DEADLINE)
        requests.post(f"{control}/reset", json={"data_set_id": other.data_set_id}, timeout=DEADLINE)
        send(account, event_type="search")
        assert (answer := wire.answer()).status == 200
        assert answer.json["matched"] == 2
    with waiting(account.running, data_set_id=account.data_set_id, count=9) as wire:
        requests.post(f"{control}/reset", json={"data_set_id": account.data_set_id}, timeout=DEADLINE)
        assert (answer := wire.answer()).status == 409
        assert answer.code == "LOG_CLEARED"


def test_what_was_cleared_no_longer_counts(account: Account) -> None:
    """For a wait over all datasets, one of which was cleared."""
    hashed = EMAIL[::-1]
    with waiting(account.running, q=hashed, count=2) as wire:
        send(account, identifiers={"email_sha256": hashed})
        requests.delete(
            f"{account.running.url}/_control/log", json={"data_set_id": account.data_set_id}, timeout=DEADLINE
        )
        send(account, identifiers={"email_sha256": hashed}, event_type="search")
        send(account, identifiers={"email_sha256": hashed}, event_type="login")
        assert wire.answer().json["matched"] == 2


def test_who_stops_waiting_gives_the_place_back(account: Account) -> None:
    """A client that hangs up is waited for no longer."""
    with waiting(account.running, data_set_id=account.data_set_id):
        pass
    eventually(lambda: account.running.get("/_inspect/status")["waits"]["open"] == 0)


def test_beyond_the_limit_a_wait_is_refused() -> None:
    """With 503, at once, and events are accepted all the same."""
    running = start_server("--max-waits", "2")
    try:
        account = open_account(running)
        with ExitStack() as open_waits:
            for _ in range(2):
                open_waits.enter_context(waiting(running, data_set_id=account.data_set_id, count=9))
            for path in ("wait", "stream"):
                response = requests.get(f"{running.url}/_inspect/{path}", timeout=DEADLINE)
                assert (response.status_code, response.json()["error_code"]) == (503, "TOO_MANY_WAITS")
            assert send(account).status == 200
            assert running.get("/_inspect/status")["waits"] == {"open": 2, "max": 2}
    finally:
        stop_server(running)


def test_the_end_of_the_server_ends_every_wait() -> None:
    """With 503, and the server is gone as fast as ever."""
    running = start_server()
    try:
        with waiting(running) as first, waiting(running, of="submissions") as second:
            os.kill(running.process.pid, signal.SIGTERM)
            assert [wire.answer().code for wire in (first, second)] == ["SHUTTING_DOWN"] * 2
        assert running.process.wait(DEADLINE) == 0
    finally:
        stop_server(running)


def test_hundreds_of_waits_keep_nobody_out(account: Account) -> None:
    """Each ends with its own event, and events are accepted while they are all open."""
    with ExitStack() as stack:
        query = urlencode({"data_set_id": account.data_set_id, "count": 1, "timeout": DEADLINE})
        kinds = [f"mark{number}" for number in range(300)]
        wires = [stack.enter_context(Wire(account.running)) for _ in kinds]
        for kind, wire in zip(kinds, wires, strict=True):
            wire.send(f"GET /_inspect/wait?{query}&q={kind}x HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        eventually(lambda: account.running.get("/_inspect/status")["waits"]["open"] >= len(kinds))
        body = [json.loads(account.event(custom_data={"mark": f"{kind}x"})) for kind in kinds]
        with Wire(account.running) as wire:
            batch = json.dumps(body).encode()
            assert wire.send(account.request(batch, start="POST /v1/events/batch HTTP/1.1")).answer().status == 200
        found = [wire.answer().json for wire in wires]
    assert [answer["events"][0]["event"]["custom_data"]["mark"] for answer in found] == [f"{kind}x" for kind in kinds]


@pytest.mark.parametrize("path", ["/_inspect/wait", "/_inspect/stream"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Host": "rebound.example.com"}, "FORBIDDEN_HOST"), ({"Origin": "https://evil.example.com"}, "FORBIDDEN_ORIGIN")],
)
def test_the_guard_stands_before_them(account: Account, path: str, headers: dict[str, str], code: str) -> None:
    """They are answered without Flask, and guarded all the same."""
    response = requests.get(f"{account.running.url}{path}", headers=headers, timeout=DEADLINE)
    assert (response.status_code, response.json()["error_code"]) == (403, code)


def test_the_admin_token_is_asked_for() -> None:
    """Without it nobody waits or follows."""
    running = start_server("--admin-token", "secret")
    try:
        for path in ("wait?timeout=0", "stream"):
            response = requests.get(f"{running.url}/_inspect/{path}", timeout=DEADLINE)
            assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        told = {"Authorization": "Bearer secret"}
        assert requests.get(f"{running.url}/_inspect/wait?timeout=0", headers=told, timeout=DEADLINE).status_code == 408
    finally:
        stop_server(running)
