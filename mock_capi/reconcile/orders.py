"""The orders as the shop knows them: a CSV file read into rows that can be compared."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from mock_capi import clock
from mock_capi.readings import nearest

COLUMNS = ("transaction_id", "value", "currency", "timestamp", "event_type")
"""What a row may tell; only the first must be there."""
PURCHASE = "purchase"
_DELIMITERS = (",", ";", "\t")
_MILLISECONDS = 100_000_000_000


class OrdersError(ValueError):
    """A file of orders that cannot be compared with; the message says where and why."""


class Order(NamedTuple):
    """One order. `timestamp` is in Unix seconds; what the file does not tell is None. `line` counts from 1."""

    line: int
    transaction_id: str
    event_type: str = PURCHASE
    value: Decimal | None = None
    currency: str | None = None
    timestamp: float | None = None


Key = tuple[str, str]
"""What one order is told by: transaction id and event type."""


def load(path: Path, names: Mapping[str, str], event_type: str = PURCHASE) -> dict[Key, Order]:
    """The orders of a file. `names` are its headers where they differ from COLUMNS. Raises OrdersError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            orders = list(read(file, names, event_type))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OrdersError(f"{path}: {error}") from error
    except OrdersError as error:
        raise OrdersError(f"{path}{error}") from error
    found: dict[Key, Order] = {}
    for order in orders:
        first = found.setdefault((order.transaction_id, order.event_type), order)
        if first is not order:
            advice = "Have one row for each order, or a column event_type that tells them apart."
            raise OrdersError(f"{path}:{order.line}: the order stands in line {first.line} too. {advice}")
    if not found:
        raise OrdersError(f"{path}: there are no orders in it")
    return found


def read(lines: Iterable[str], names: Mapping[str, str], event_type: str = PURCHASE) -> Iterator[Order]:
    """The orders of CSV text, separated by commas, semicolons or tabs. Raises OrdersError."""
    source = iter(lines)
    head = next(source, "")
    delimiter = max(_DELIMITERS, key=head.count)
    headers = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
    places = _places(headers, names)
    rows = csv.reader(source, delimiter=delimiter)
    for row in rows:
        if any(cell.strip() for cell in row):
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
            yield _order(rows.line_num + 1, cells, event_type)


def _places(headers: Sequence[str], names: Mapping[str, str]) -> dict[str, int]:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise OrdersError(f": --map knows no {unknown[0]!r}{nearest(unknown[0], COLUMNS)}; it is {', '.join(COLUMNS)}")
    lowered = [name.lower() for name in headers]
    places = {}
    for column in COLUMNS:
        header = names.get(column, column)
        if header.lower() in lowered:
            places[column] = lowered.index(header.lower())
        elif column in names or column == COLUMNS[0]:
            hint = nearest(header, headers) or "; name it with --map transaction_id=HEADER"
            raise OrdersError(f": no column is called {header!r}{hint}")
    return places


def _order(line: int, cells: Mapping[str, str], event_type: str) -> Order:
    if not cells["transaction_id"]:
        raise OrdersError(f":{line}: the row has no transaction_id")
    try:
        value = Decimal(cells["value"]) if cells.get("value") else None
    except InvalidOperation:
        value = Decimal("nan")
    if value is not None and not value.is_finite():
        raise OrdersError(f":{line}: the value is no plain number, such as 1299.00")
    try:
        timestamp = _moment(cells["timestamp"]) if cells.get("timestamp") else None
    except ValueError as error:
        raise OrdersError(f":{line}: the timestamp {error}") from None
    kind = cells.get("event_type") or event_type
    return Order(line, cells["transaction_id"], kind, value, (cells.get("currency") or "").upper() or None, timestamp)


def _moment(text: str) -> float:
    """Unix seconds from seconds, milliseconds, or ISO 8601."""
    try:
        number = float(text)
    except ValueError:
        return clock.parse(text)
    return clock.parse(number / 1000 if abs(number) > _MILLISECONDS else number)
