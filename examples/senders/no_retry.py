"""Sends everything once and never looks back: what meets a failure is lost."""

from typing import Any

import requests
from day import as_they_happen, of_the_night
from right import HEADERS, TIMEOUT_SECONDS, URL


def send(path: str, payload: Any) -> None:
    """One attempt."""
    try:
        requests.post(URL + path, json=payload, headers=HEADERS, timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return


if __name__ == "__main__":
    for event in as_they_happen():
        send("/v1/events", event)
    send("/v1/events/batch", of_the_night())
