"""Writes orders of the last two days as CSV, as a shop might export them: python orders.py 1200 > orders.csv."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

COLUMNS = "transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid"
SPAN = timedelta(days=2)
ZONES = (UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-8)))
PRICES = ("129.90,EUR", "1500,JPY", "0.99,USD", "49.95,EUR", "0,USD")
NO_OPT_OUT = "DBABL~CVVqAAAAAACA,7"
IN_CALIFORNIA = "DBABrw~CVVqAAAAAACA~BVoAAACA,7 8"
NONE_NEEDED = ","


class Customer(NamedTuple):
    """An address as it was typed in, where the order came from, and the GPP string with its section ids."""

    email: str
    ip: str
    consent: str


# Those who have opted out are not exported (guide 5.2).
CUSTOMERS = (
    Customer("Ada.Lovelace@Example.com", "203.0.113.7", NO_OPT_OUT),
    Customer(" grace@example.com ", "203.0.113.21", IN_CALIFORNIA),
    Customer("linus+shop@example.org", "2001:db8::8a2e:370:7334", NONE_NEEDED),
    Customer("EDSGER@EXAMPLE.NET", "", NO_OPT_OUT),
    Customer("", "198.51.100.77", NONE_NEEDED),
    Customer("barbara@example.org", "198.51.100.4", NO_OPT_OUT),
)


def orders(count: int, now: datetime) -> Iterator[str]:
    """The lines of the file: so many orders, from two days to a minute before now."""
    yield COLUMNS
    first = now - SPAN
    step = (SPAN - timedelta(minutes=1)) / max(1, count)
    for number in range(count):
        customer = CUSTOMERS[number % len(CUSTOMERS)]
        moment = (first + number * step).astimezone(ZONES[number % len(ZONES)])
        written = moment.isoformat(timespec="milliseconds" if number % 2 else "seconds").replace("+00:00", "Z")
        price = PRICES[number % len(PRICES)]
        yield f"shop-{number + 1},{written},{price},{customer.email},{customer.ip},{customer.consent}"


if __name__ == "__main__":
    print(*orders(int(sys.argv[1]), datetime.now(UTC)), sep="\n")
