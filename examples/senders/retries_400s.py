"""Tries everything again that is not accepted, also what can never be: some purchases lack their currency."""

import time
from typing import Any

import requests
from day import as_they_happen, of_the_night
from right import BACKOFF_SECONDS, HEADERS, TIMEOUT_SECONDS, URL

MOST_ATTEMPTS = 4


def send(path: str, payload: Any) -> None:
    """Some attempts, equally far apart, whatever the answer is."""
    for attempt in range(MOST_ATTEMPTS):
        if attempt:
            time.sleep(BACKOFF_SECONDS)
        try:
            answer = requests.post(URL + path, json=payload, headers=HEADERS, timeout=TIMEOUT_SECONDS)
        except requests.RequestException:
            continue
        if answer.status_code == 200:
            return


if __name__ == "__main__":
    for place, event in enumerate(as_they_happen()):
        if place < 7:
            event.pop("currency_code", None)
        send("/v1/events", event)
    send("/v1/events/batch", of_the_night())
