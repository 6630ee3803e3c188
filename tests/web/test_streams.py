"""GET /_inspect/stream: every submission once and in order, resumed where it broke off, ended with the log."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import requests
from flask.testing import FlaskClient

from mock_capi.ledger import Ledger
from mock_capi.spec import Spec
from mock_capi.store import Memory
from mock_capi.web import streams
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.conftest import Running, start_server, stop_server
from tests.senders import Sender, event
from tests.web.wire import DEADLINE, Account, Wire, open_account


class Frame(NamedTuple):
    """One server-sent event."""

    kind: str
    id: str | None
    data: Any


class Followed:
    """A stream that is read frame by frame."""

    def __init__(self, response: requests.Response) -> None:
        self._lines = response.iter_lines()

    def frame(self) -> Frame:
        """The next one."""
        found: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.decode().partition(": ")
            if name and name != "retry":
                found[name] = value
            if not line and "data" in found:
                return Frame(found.get("event", "message"), found.get("id"), json.loads(found["data"]))
        raise EOFError


@contextmanager
def following(running: Running, headers: dict[str, str] | None = None, **parameters: Any) -> Iterator[Followed]:
    """A stream that has begun."""
    url = f"{running.url}/_inspect/stream"
    with requests.get(url, params=parameters, headers=headers, stream=True, timeout=DEADLINE) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        yield Followed(response)


@pytest.fixture
def account(shared_server: Running) -> Account:
    """A fresh dataset on the shared server."""
    return open_account(shared_server)


def send(account: Account, *kinds: str) -> list[str]:
    """Send events of these types, and answer their submissions' ids."""
    with Wire(account.running) as wire:
        return [
            wire.send(account.request(account.event(event_type=kind))).answer().json["submission_id"] for kind in kinds
        ]


def test_each_submission_comes_once_and_in_order(account: Account) -> None:
    """As the log shows it, refused ones too."""
    with following(account.running, data_set_id=account.data_set_id) as stream:
        send(account, "purchase", "search")
        with Wire(account.running) as wire:
            wire.send(account.request(b"{nonsense")).answer()
        frames = [stream.frame() for _ in range(3)]
    assert [frame.data for frame in frames] == account.log(order="asc")
    ids = [int(frame.id or 0) for frame in frames]
    assert ids == sorted(set(ids))


def test_filters_choose(account: Account) -> None:
    """What does not match is not sent."""
    with following(account.running, data_set_id=account.data_set_id, event_type="login") as stream:
        *_, wanted = send(account, "purchase", "search", "login")
        assert stream.frame().data["id"] == wanted


@pytest.mark.parametrize("way", ["header", "parameter"])
def test_a_stream_goes_on_where_it_broke_off(account: Account, way: str) -> None:
    """Nothing is lost between two connections, and nothing comes twice."""
    with following(account.running, data_set_id=account.data_set_id) as stream:
        send(account, "purchase")
        seen = stream.frame().id or ""
    sent = send(account, "search", "login")
    resumed: dict[str, Any] = {"headers": {"Last-Event-ID": seen}} if way == "header" else {"last_event_id": seen}
    with following(account.running, data_set_id=account.data_set_id, **resumed) as stream:
        sent += send(account, "share")
        assert [stream.frame().data["id"] for _ in range(3)] == sent


def test_what_was_evicted_meanwhile_is_told(the_spec: Spec) -> None:
    """The reader knows that something is missing."""
    world = World(the_spec, store=Memory(Ledger(max_events=2)))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    client = create_app(world).test_client()
    seen = []
    for _ in range(4):
        Sender(client).one(event())
        seen.append(str(world.ledger.newest))
    assert [frame for frame in begun(client, last_event_id=seen[0]) if "missed" in frame]
    assert not [frame for frame in begun(client, last_event_id=seen[1]) if "missed" in frame]


def begun(client: FlaskClient, **parameters: str) -> list[str]:
    """How a stream in process begins: its first two portions."""
    response = client.get("/_inspect/stream", query_string=parameters)
    portions: Any = iter(response.response)
    found = [bytes(next(portions)).decode() for _ in range(2)]
    response.close()
    return found


def test_a_stream_in_a_thread_says_the_same(world: World, client: FlaskClient) -> None:
    """Under any WSGI server; who closes it gives its place back."""
    sender = Sender(client)
    sender.one(event())
    greeting, news = begun(client, last_event_id="0")
    assert greeting.startswith("retry: ")
    assert json.loads(news.partition("data: ")[2]) == sender.last()
    assert world.ledger.watchers == 0
    assert client.get("/_inspect/stream", query_string={"limit": 5}).status_code == 400
    assert world.ledger.watchers == 0


def test_where_nothing_comes_a_sign_of_life_does(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that proxies and clients do not give the connection up."""
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.0)
    assert begun(client)[1].startswith(":")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"limit": 5}, "limit is of pages"),
        ({"order": "asc"}, "order is of pages"),
        ({"cursor": "1"}, "cursor is of pages"),
        ({"last_event_id": "x"}, "Last-Event-ID is the id of an event of this stream"),
        ({"late": "maybe"}, "late is true or false"),
        ({"lastevent_id": "1"}, 'did you mean "last_event_id"?'),
    ],
)
def test_what_cannot_be_followed_is_refused(
    client: FlaskClient, account: Account, parameters: dict[str, Any], words: str
) -> None:
    """At once, in words, and in the same ones either way in."""
    response = client.get("/_inspect/stream", query_string=parameters)
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert words in response.get_json()["message"]
    over_http = requests.get(f"{account.running.url}/_inspect/stream", params=parameters, timeout=DEADLINE)
    assert (over_http.status_code, over_http.json()) == (400, response.get_json())


def test_clearing_the_log_ends_the_streams_of_that_dataset(account: Account) -> None:
    """With a word about it; those of another dataset go on."""
    other = open_account(account.running)
    url = f"{account.running.url}/_control/log"
    with (
        following(account.running, data_set_id=account.data_set_id) as ended,
        following(account.running, data_set_id=other.data_set_id) as goes_on,
    ):
        requests.delete(url, json={"data_set_id": account.data_set_id}, timeout=DEADLINE)
        assert ended.frame().kind == "cleared"
        with pytest.raises(EOFError):
            ended.frame()
        (sent,) = send(other, "purchase")
        assert goes_on.frame().data["id"] == sent


def test_the_end_of_the_server_ends_a_stream() -> None:
    """With a word about it, and the server is gone as fast as ever."""
    running = start_server()
    try:
        with following(running) as stream:
            os.kill(running.process.pid, signal.SIGTERM)
            assert stream.frame().kind == "closed"
        assert running.process.wait(DEADLINE) == 0
    finally:
        stop_server(running)
