"""Tries everything again that is not accepted, also what can never be: what cost nothing lacks its currency."""

import time

from send import ACCEPTED, BACKOFF_SECONDS, GIVEN_UP, Event, Order, main, post, purchase

MOST_ATTEMPTS = 4


def without_currency(order: Order) -> Event:
    """The event, with a currency only where there is something to pay."""
    event = purchase(order)
    if not event["value"]:
        del event["currency_code"]
    return event


def send_stubbornly(path: str, body: bytes, _what: str) -> str:
    """Some attempts, equally far apart, whatever the answer is."""
    for attempt in range(MOST_ATTEMPTS):
        if attempt:
            time.sleep(BACKOFF_SECONDS)
        if post(path, body).status == 200:
            return ACCEPTED
    return GIVEN_UP


if __name__ == "__main__":
    main(make=without_currency, send=send_stubbornly)
