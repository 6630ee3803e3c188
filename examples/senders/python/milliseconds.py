"""Sends timestamps in milliseconds, as JavaScript and Java count them."""

from send import Event, Order, main, purchase


def in_milliseconds(order: Order) -> Event:
    """The event a thousand times later."""
    event = purchase(order)
    return {**event, "timestamp": event["timestamp"] * 1000}


if __name__ == "__main__":
    main(make=in_milliseconds)
