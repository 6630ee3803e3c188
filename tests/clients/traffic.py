"""What a shop sends, which failures it meets, and what it and the log must be told."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

import requests

from tests.senders import full_event
from tests.web.wire import DEADLINE, Account

Json = dict[str, Any]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def single(account: Account, **changes: Any) -> Json:
    """A valid event as of now, with text that clients write in more than one way."""
    usual = {"custom_data": {"product": "Crème brûlée", "coupon": ["SAVE10"]}}
    return full_event(data_set_id=account.data_set_id, timestamp=int(time.time()), **(usual | changes))


def batch(account: Account, count: int = 3, **changes: Any) -> list[Json]:
    """As many valid events, each of another customer."""
    hashes = (sha256(f"customer{number}@example.com".encode()).hexdigest() for number in range(count))
    return [single(account, identifiers={"email_sha256": digest}, **changes) for digest in hashes]


def anonymous(account: Account) -> Json:
    """An event that is refused with the one code that the guide names (guide 8.3)."""
    return single(account, identifiers={})


def body_of(account: Account, kind: str) -> Any:
    """A body by its name in a parameter."""
    makers: dict[str, Callable[[Account], Any]] = {"single": single, "batch": batch, "anonymous": anonymous}
    return makers[kind](account)


def url_for(account: Account, body: object) -> str:
    """Where a body is sent (guide 3.1)."""
    return account.running.url + ("/v1/events/batch" if isinstance(body, list) else "/v1/events")


def bearer(account: Account) -> dict[str, str]:
    """The header of guide 2, without the content type that it wants as well."""
    return {"Authorization": f"Bearer {account.api_key}"}


def typed(account: Account) -> dict[str, str]:
    """Both headers of guide 2."""
    return {**bearer(account), "Content-Type": JSON}


def arm(account: Account, *statuses: int, **options: Any) -> None:
    """Let this dataset's next requests fail with these statuses, one each."""
    for status in statuses:
        fault = {"kind": "status", "status": status, "data_set_id": account.data_set_id, **options}
        requests.post(f"{account.running.url}/_control/faults", json=fault, timeout=DEADLINE).raise_for_status()


class Told(NamedTuple):
    """What a client was answered, and what it says that it sent."""

    status: int
    answer: Json
    sent: Any


def run(account: Account, way: str, kind: str, *program: str, environment: Mapping[str, str] | None = None) -> Told:
    """Run a program that makes an event or a batch, sends it in some way and prints a report."""
    arguments = [*program, way, kind, account.running.url, account.api_key, account.data_set_id]
    surroundings = os.environ | (environment or {})
    done = subprocess.run(arguments, capture_output=True, timeout=60, check=False, env=surroundings)
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    return Told(report["status"], report["answer"], report["sent"])


def assert_received(status: int, answer: Json, body: object) -> None:
    """Assert that a client was answered as guide 8.1 says."""
    assert (status, answer.get("status")) == (200, "RECEIVED"), answer
    assert answer["submission_id"].startswith("batch." if isinstance(body, list) else "single.")


def assert_refused(status: int, answer: Json, code: str, words: str = "") -> None:
    """Assert that a client was refused in the envelope of guide 8.2, and told why."""
    assert (status, answer["status"], answer["error_code"]) == (400, "error", code)
    assert words in answer["message"]


def log_shows(
    account: Account,
    body: Any,
    *statuses: int,
    code: str | None = None,
    content_type: str | None = JSON,
    advisories: Sequence[str] = (),
) -> list[Json]:
    """Assert that these attempts arrived and no others, each whole and the same; answer them, oldest first."""
    log = account.log(order="asc")
    assert [entry["status"] for entry in log] == list(statuses)
    for entry in log:
        _shows_body(entry, body)
        assert entry["error_code"] == {200: None, 400: code, 403: code}.get(entry["status"], "INTERNAL_ERROR")
        assert entry["headers"].get("Content-Type") == content_type
        assert [advisory["code"] for advisory in entry["advisories"]] == list(advisories)
        assert_masked(entry, account)
    assert len({entry["body_bytes"] for entry in log}) == 1
    return log


def gaps(log: list[Json]) -> list[float]:
    """The seconds between one attempt and the next; the log has whole ones, so a wait of two shows as two or more."""
    times = [datetime.fromisoformat(entry["received_at"]) for entry in log]
    return [(later - earlier).total_seconds() for earlier, later in pairwise(times)]


def _shows_body(entry: Json, body: Any) -> None:
    events = body if isinstance(body, list) else [body]
    fate = "stored" if entry["status"] == 200 else "rejected"
    assert entry["endpoint"] == ("batch" if isinstance(body, list) else "single")
    assert [kept["event"] for kept in entry["events"]] == events
    assert [kept["outcome"] for kept in entry["events"]] == [fate] * len(events)


def assert_masked(entry: Json, account: Account) -> None:
    """Assert that a submission tells how its key begins, and nowhere the key."""
    masked = f"{account.api_key[:2]}****"
    assert entry["api_key"] == masked
    assert entry["headers"]["Authorization"] in (masked, f"Bearer {masked}")
    assert account.api_key not in json.dumps(entry)
