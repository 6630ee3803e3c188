"""Sends orders as purchases, in batches, and tries again what may yet succeed: python send.py orders.csv."""

import csv
import hashlib
import json
import math
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import requests

Event = dict[str, Any]
ACCEPTED, REFUSED, GIVEN_UP = "accepted", "refused", "given up"
MOST_ATTEMPTS = 6
LONGEST_SECONDS = 60.0


class Order(NamedTuple):
    """A line of the file; its first line has these names."""

    transaction_id: str
    timestamp: str
    value: str
    currency: str
    email: str
    ip: str
    gpp_string: str
    gpp_sid: str


class Answer(NamedTuple):
    """What came of one attempt, in words too. Status 0 is no answer."""

    status: int
    text: str
    retry_after: float = 0.0


def tell(line: str) -> None:
    """Say how it goes."""
    print(line, file=sys.stderr)


def stop(reason: object) -> NoReturn:
    """End before anything is sent."""
    tell(f"send.py: {reason}")
    sys.exit(2)


def setting(name: str, default: str | None = None) -> str:
    """An environment variable."""
    return os.environ.get(name) or default or stop(f"{name} is not set")


def positive(name: str, default: str) -> float:
    """An environment variable that is a number above 0."""
    text = setting(name, default)
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", text) or float(text) == 0:
        stop(f"{name} must be a number above 0")
    return float(text)


URL = setting("MOCK_CAPI_URL").rstrip("/")
if not URL.startswith(("http://", "https://")):
    stop("MOCK_CAPI_URL must begin with http:// or https://")
DATA_SET_ID = setting("MOCK_CAPI_DATA_SET_ID")
HEADERS = {
    "Authorization": f"Bearer {setting('MOCK_CAPI_API_KEY')}",
    "Content-Type": "application/json",
    "Accept": "application/json",
}
BATCH_SIZE = math.ceil(positive("BATCH_SIZE", "500"))
BACKOFF_SECONDS = positive("BACKOFF_SECONDS", "1")
TIMEOUT_SECONDS = positive("TIMEOUT_SECONDS", "10")


def sha256(text: str) -> str:
    """Lowercase hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def epoch_seconds(text: str) -> int:
    """Whole seconds since 1970, of a time in ISO 8601."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the timestamp has no time zone")
    return int(moment.timestamp())


def identifiers_of(order: Order) -> Event:
    """Who it was, as far as is known, hashed. Of addresses only IPv4 is asked for."""
    email, ip = order.email.strip().lower(), order.ip.strip()
    hashes = {"email_sha256": sha256(email) if email else "", "ip": sha256(ip) if "." in ip else ""}
    return {name: digest for name, digest in hashes.items() if digest}


def purchase(order: Order) -> Event:
    """The event that an order makes. Nothing in it depends on when it is sent, so it may be sent again."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", order.value):
        raise ValueError("the value is no plain number, such as 129.90")
    event = {
        "data_set_id": DATA_SET_ID,
        "timestamp": epoch_seconds(order.timestamp),
        "event_type": "purchase",
        "value": float(order.value),
        "currency_code": order.currency,
        "identifiers": identifiers_of(order),
        "custom_data": {"transaction_id": order.transaction_id},
    }
    if order.gpp_string:
        if not re.fullmatch(r"[0-9]+( [0-9]+)*", order.gpp_sid):
            raise ValueError("gpp_sid must be the ids of sections, such as 7 8")
        sections = [int(section) for section in order.gpp_sid.split()]
        event["privacy"] = {"gpp_string": order.gpp_string, "gpp_sid": sections}
    return event


def read(lines: Iterable[str], make: Callable[[Order], Event]) -> Iterator[Event]:
    """An event of each order."""
    rows = csv.reader(lines)
    if tuple(next(rows, ())) != Order._fields:
        stop(f"line 1: must be {','.join(Order._fields)}")
    for row in filter(None, rows):
        try:
            yield make(Order(*row))
        except (TypeError, ValueError) as error:
            stop(f"line {rows.line_num}: {error}")


def post(path: str, body: bytes) -> Answer:
    """One attempt."""
    try:
        answer = requests.post(URL + path, body, headers=HEADERS, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        return Answer(0, str(error))
    asked = answer.headers.get("Retry-After", "")
    wait = float(asked) if re.fullmatch(r"[0-9]{1,5}", asked) else 0.0
    return Answer(answer.status_code, f"{answer.status_code} {answer.text}", wait)


def send(path: str, body: bytes, what: str) -> str:
    """The same body until it is accepted, refused, or has failed too often."""
    wait = 0.0
    for attempt in range(MOST_ATTEMPTS):
        time.sleep(wait)
        answer = post(path, body)
        if answer.status == 200:
            return ACCEPTED
        if answer.status not in (0, 429) and answer.status < 500:
            tell(f"{what}: refused, {answer.text}")
            return REFUSED
        longest = min(BACKOFF_SECONDS * 2**attempt, LONGEST_SECONDS)
        wait = max(random.uniform(longest / 2, longest), answer.retry_after)  # noqa: S311 - no secret
        tell(f"{what}: failed, {answer.text}")
    tell(f"{what}: given up")
    return GIVEN_UP


def main(make: Callable[[Order], Event] = purchase, send: Callable[[str, bytes, str], str] = send) -> None:
    """Send a file, or what comes in; exit code 1 where not all of it was accepted."""
    try:
        with Path(sys.argv[1]).open(encoding="utf-8") if sys.argv[1:] else nullcontext(sys.stdin) as lines:
            orders = list(read(lines, make))
    except (OSError, UnicodeDecodeError) as error:
        stop(error)
    events = [event for event in orders if event["identifiers"]]
    count: Counter[str] = Counter()
    for start in range(0, len(events), BATCH_SIZE):
        batch = events[start : start + BATCH_SIZE]
        path, payload = ("/v1/events", batch[0]) if len(batch) == 1 else ("/v1/events/batch", batch)
        body = json.dumps(payload).encode()
        count[send(path, body, f"events {start + 1} to {start + len(batch)}")] += len(batch)
    told = ", ".join(f"{count[outcome]} {outcome}" for outcome in (ACCEPTED, REFUSED, GIVEN_UP))
    print(f"{len(orders)} orders: {told}, {len(orders) - len(events)} left out since they name nobody")
    sys.exit(0 if count[ACCEPTED] == len(events) else 1)


if __name__ == "__main__":
    main()
