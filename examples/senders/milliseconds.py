"""Sends timestamps in milliseconds, as JavaScript and Java count them."""

from day import Event, as_they_happen, of_the_night
from right import send_day


def in_milliseconds(event: Event) -> Event:
    """The event a thousand times later."""
    return {**event, "timestamp": event["timestamp"] * 1000}


if __name__ == "__main__":
    send_day(map(in_milliseconds, as_they_happen()), [in_milliseconds(event) for event in of_the_night()])
