"""Sends the day as the guide has it: failures are tried again, ever later and not for ever; refusals are not."""

import os
import random
import sys
import time
from collections.abc import Iterable
from typing import Any

import requests
from day import Event, as_they_happen, of_the_night

URL = os.environ["MOCK_CAPI_URL"]
HEADERS = {"Authorization": f"Bearer {os.environ['MOCK_CAPI_API_KEY']}"}
TIMEOUT_SECONDS = float(os.environ.get("TIMEOUT_SECONDS", "10"))
BACKOFF_SECONDS = float(os.environ.get("BACKOFF_SECONDS", "1"))
LONGEST_SECONDS = 60 * BACKOFF_SECONDS
MOST_ATTEMPTS = 6
MOST_IN_A_BATCH = 500


def send(path: str, payload: Any) -> bool:
    """Send until it is accepted, refused, or has failed too often; whether it was accepted."""
    wait = 0.0
    for attempt in range(MOST_ATTEMPTS):
        time.sleep(wait)
        wait = min(BACKOFF_SECONDS * 2**attempt, LONGEST_SECONDS) * random.uniform(0.8, 1.2)  # noqa: S311
        try:
            answer = requests.post(URL + path, json=payload, headers=HEADERS, timeout=TIMEOUT_SECONDS)
        except requests.RequestException:
            continue
        if answer.status_code != 429 and answer.status_code < 500:
            return answer.status_code == 200
        wait = max(wait, float(answer.headers.get("Retry-After", "0")))
    return False


def send_day(live: Iterable[Event], nightly: list[Event]) -> bool:
    """Events one by one as they happen, then the night's in batches; whether all of it was accepted."""
    accepted = [send("/v1/events", event) for event in live]
    for start in range(0, len(nightly), MOST_IN_A_BATCH):
        accepted.append(send("/v1/events/batch", nightly[start : start + MOST_IN_A_BATCH]))
    return all(accepted)


if __name__ == "__main__":
    sys.exit(0 if send_day(as_they_happen(), of_the_night()) else 1)
