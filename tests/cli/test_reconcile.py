"""`mock-capi reconcile`: orders and log side by side, and the likely reason for each difference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from click.testing import CliRunner, Result

from mock_capi.cli import main
from tests.conftest import Running, start_server, stop_server
from tests.senders import DAY, EMAIL, NOW, Sender, event

SHOP = "00000000-0000-4000-8000-000000000001"


def sale(number: int | str, value: Any = 10, currency: str = "USD", **changes: Any) -> dict[str, Any]:
    """A purchase with a transaction id."""
    data = {"transaction_id": number if isinstance(number, str) else f"t{number}"}
    return event(**{"custom_data": data, "value": value, "currency_code": currency, **changes})


class Shop:
    """A mock that was sent events, its export, and the orders to compare it with."""

    def __init__(self, sender: Sender, folder: Path) -> None:
        self._sender = sender
        self._folder = folder

    def send(self, *events: dict[str, Any]) -> None:
        """Send events one by one."""
        for sent in events:
            self._sender.one(sent)

    def batch(self, *events: dict[str, Any]) -> None:
        """Send them as a batch."""
        self._sender.batch(list(events))

    def compare(self, *rows: str, options: tuple[str, ...] = (), head: str = "") -> Result:
        """Run the command on the export."""
        log, orders = self._folder / "log.ndjson", self._folder / "orders.csv"
        log.write_bytes(self._sender.client.get("/_inspect/export?format=ndjson").data)
        orders.write_text("\n".join([head or "transaction_id,value,currency,timestamp", *rows]))
        return CliRunner().invoke(main, ["reconcile", str(orders), "--log", str(log), *options])

    def found(self, *rows: str, options: tuple[str, ...] = (), head: str = "") -> list[tuple[str, str, str]]:
        """Kind, id and reason of each difference."""
        result = self.compare(*rows, options=("--json", *options), head=head)
        findings = json.loads(result.stdout)["findings"]
        assert result.exit_code == bool(findings)
        return [(finding["kind"], finding["transaction_id"], finding["why"]) for finding in findings]


@pytest.fixture
def shop(sender: Sender, tmp_path: Path) -> Shop:
    """An empty one."""
    return Shop(sender, tmp_path)


def test_orders_that_all_arrived_pass(shop: Shop) -> None:
    """Exit code 0, with how many were compared."""
    shop.send(sale(1), sale(2, 20.5), event(event_type="page_view"))
    result = shop.compare(f"t1,10,USD,{NOW}", "t2,20.50,usd,2027-01-15T08:00:30Z")
    assert (result.exit_code, result.output) == (0, "2 orders, 2 events: all as it should be\n")


def test_what_never_came_is_missing(shop: Shop) -> None:
    """And what nobody ordered is unexpected."""
    shop.send(sale(1), sale(3))
    assert shop.found("t1,10,USD,", "t2,10,USD,") == [("missing", "t2", ""), ("unexpected", "t3", "")]


def test_what_was_refused_is_told_with_its_codes(shop: Shop) -> None:
    """Its own, or those of its request; not where a later attempt came through."""
    shop.send(sale(1, timestamp=NOW - 31 * DAY), sale(2, identifiers={}), sale(2))
    shop.batch(sale(3), sale(4, currency="XXX1"))
    assert shop.found("t1,10,USD,", "t2,10,USD,", "t3,10,USD,", "t4,10,USD,") == [
        ("refused", "t1", "TIMESTAMP_TOO_OLD"),
        ("refused", "t3", "INVALID_CURRENCY_CODE"),
        ("refused", "t4", "INVALID_CURRENCY_CODE"),
    ]


def test_duplicates_are_told_with_what_they_count_again(shop: Shop) -> None:
    """Also where they differ in something else than the id."""
    shop.send(sale(1, 10), sale(1, 10), sale(1, 10), sale(2, 7, "EUR"), sale(2, 8, "EUR", timestamp=NOW - 1))
    result = shop.compare("t1,10,USD,", "t2,7,EUR,", options=("--json",))
    shown = json.loads(result.stdout)
    assert [(finding["got"], finding["why"]) for finding in shown["findings"]] == [
        ("3 times", "counted again: 2 times 10 USD"),
        ("2 times", "counted again: 8 EUR"),
    ]
    assert shown["duplicate_value"] == {"USD": 20.0, "EUR": 8.0}
    assert all(len(set(finding["events"])) > 1 for finding in shown["findings"])


@pytest.mark.parametrize(
    ("ordered", "sent", "currency", "why"),
    [
        ("12.34", 1234, "USD", "sent in the smallest unit of USD instead of whole ones"),
        ("1234", 12.34, "EUR", "divided by 100, though it was in whole EUR already"),
        ("1500", 150000, "JPY", "JPY has no smaller unit, and yet the value was multiplied by 100"),
        ("1.5", 1500, "KWD", "sent in the smallest unit of KWD instead of whole ones"),
        ("10", -10, "USD", "the sign is wrong"),
        ("10", 11, "USD", ""),
        ("1500", 15, "JPY", ""),
    ],
)
def test_wrong_values_are_told_with_the_likely_reason(
    shop: Shop, ordered: str, sent: float, currency: str, why: str
) -> None:
    """Cents for units, and what becomes of currencies that have none."""
    shop.send(sale(1, sent, currency))
    assert shop.found(f"t1,{ordered},{currency},") == [("wrong_value", "t1", why)]


def test_values_are_equal_by_what_they_come_to(shop: Shop) -> None:
    """However they are written; a missing one is wrong."""
    shop.send(sale(1, 0.1 + 0.2), sale(2, 1e3), event(custom_data={"transaction_id": "t3"}))
    assert shop.found("t1,0.30,,", "t2,1000.00,,", "t3,5,,") == [("wrong_value", "t3", "")]


def test_wrong_currencies_are_told(shop: Shop) -> None:
    """Beside a value that is right."""
    shop.send(sale(1, 10, "EUR"))
    assert shop.found("t1,10,USD,") == [("wrong_currency", "t1", "")]


@pytest.mark.parametrize(
    ("off", "options", "why"),
    [
        (60, (), None),
        (61, (), "off by +61 s"),
        (-61, (), "off by -61 s"),
        (-61, ("--tolerance", "100"), None),
        (-5 * 3600 + 3, (), "off by -5 h: a time zone"),
        (-3600, (), "off by -1 h: a time zone"),
        (-20 * 3600, (), "off by -72000 s"),
    ],
)
def test_wrong_times_are_told_with_the_likely_reason(
    shop: Shop, off: int, options: tuple[str, ...], why: str | None
) -> None:
    """Whole hours are a time zone."""
    shop.send(sale(1, timestamp=NOW - DAY + off))
    expected = [("wrong_time", "t1", why)] if why else []
    assert shop.found(f"t1,10,USD,{NOW - DAY}", options=options) == expected


def test_milliseconds_are_recognised(the_spec: Any, tmp_path: Path) -> None:
    """In the file, and in a log whose server takes any time."""
    from mock_capi.clock import Clock
    from mock_capi.readings import Readings
    from mock_capi.web.app import create_app
    from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World

    world = World(the_spec, Readings().with_changes({"future_tolerance_seconds": "off"}))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    world.set_clock(Clock(frozen_at=NOW))
    shop = Shop(Sender(create_app(world).test_client()), tmp_path)
    shop.send(sale(1, timestamp=NOW * 1000), sale(2))
    assert shop.found(f"t1,10,USD,{NOW}", f"t2,10,USD,{NOW * 1000}") == [("wrong_time", "t1", "sent in milliseconds")]


def test_types_of_events_are_told_apart(shop: Shop) -> None:
    """A refund has its order's id; types that the file does not name are not compared."""
    shop.send(sale(1), sale(1, -10, event_type="refund"), sale(1, event_type="begin_checkout"))
    head = "transaction_id,value,event_type"
    assert shop.found("t1,10,purchase", "t1,-10,refund", head=head) == []
    assert shop.found("t1,10,", head=head) == []
    assert shop.found("t1,-10", head="transaction_id,value", options=("--event-type", "refund")) == []
    assert shop.found("t1,10", head="transaction_id,value", options=("--event-type", "search"))[0][0] == "missing"


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("\ufeffTransaction_ID; Value ;Currency", "t1;10;USD"),
        ("value\ttransaction_id", "10\tt1"),
        ('"transaction_id","value","note"', '"t1","10","a, ""b"""'),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(shop: Shop, head: str, row: str) -> None:
    """Semicolons, tabs, quotes, a byte order mark, capitals, spaces, other columns, blank rows."""
    shop.send(sale(1))
    assert shop.found(row, "", head=head) == []


def test_headers_can_be_mapped(shop: Shop) -> None:
    """Whatever the shop calls them."""
    shop.send(sale(1, 11))
    options = ("--map", "transaction_id=Order No,value=total")
    assert shop.found("t1,10", head="order no,total", options=options) == [("wrong_value", "t1", "")]


@pytest.mark.parametrize(
    ("head", "rows", "options", "told"),
    [
        ("transaction,value", ["t1,1"], (), "no column is called 'transaction_id', did you mean \"transaction\"?"),
        ("order,value", ["t1,1"], (), "name it with --map transaction_id=HEADER"),
        ("transaction_id", ["t1"], ("--map", "value=total"), "no column is called 'total'"),
        ("transaction_id", ["t1"], ("--map", "valeu=total"), "--map knows no 'valeu', did you mean \"value\"?"),
        ("transaction_id", ["t1"], ("--map", "total"), "--map: 'total' is not COLUMN=HEADER"),
        ("", ["t1,1,USD,", "", "t1,2,USD,"], (), "orders.csv:4: the order stands in line 2 too"),
        ("", ['t1,"1,299.00",USD,'], (), "orders.csv:2: the value is no plain number, such as 1299.00"),
        ("", ["t1,inf,USD,"], (), "orders.csv:2: the value is no plain number"),
        ("", ["t1,1,USD,yesterday"], (), "orders.csv:2: the timestamp is not ISO 8601"),
        ("", ["t1,1,USD,2027-01-15T08:00:00"], (), "orders.csv:2: the timestamp names no time zone"),
        ("", [",1,USD,"], (), "orders.csv:2: the row has no transaction_id"),
        ("", [], (), "there are no orders in it"),
    ],
)
def test_a_file_that_cannot_be_compared_with_is_exit_code_2(
    shop: Shop, head: str, rows: list[str], options: tuple[str, ...], told: str
) -> None:
    """One line that says where and why."""
    result = shop.compare(*rows, options=options, head=head)
    assert (result.exit_code, told in result.stderr, result.stderr.count("\n")) == (2, True, 1), result.output


def test_ids_that_cannot_be_compared_are_told(shop: Shop) -> None:
    """Those that are missing, and those that the log masks."""
    shop.send(sale(1), event(), sale("555-123-4567"), sale(7, custom_data={"transaction_id": 7}))
    result = shop.compare("t1,10,USD,", "7,10,USD,", "555-123-4567,10,USD,")
    assert "1 transaction ids look like personal data" in result.output
    assert "1 events have no custom_data.transaction_id" in result.output
    assert "3 orders, 4 events: 1 missing, 1 unexpected" in result.output
    assert "555" not in result.output


def test_the_table_and_junit(shop: Shop, tmp_path: Path) -> None:
    """A line for each finding; a case for each order and each event that nobody ordered."""
    shop.send(sale(1, 1000), sale(3))
    result = shop.compare("t1,10,USD,", "t2,1,USD,", "t4,1,USD,", options=("--junit", str(tmp_path / "x.xml")))
    assert result.output.splitlines() == [
        "missing         t2 purchase  expected stored, got never received",
        "missing         t4 purchase  expected stored, got never received",
        "unexpected      t3 purchase  expected no such order, got received once, 10 USD",
        "wrong_value     t1 purchase  expected 10, got 1000 (sent in the smallest unit of USD instead of whole ones)",
        "",
        "3 orders, 2 events: 2 missing, 1 unexpected, 1 wrong_value",
    ]
    (suite,) = ElementTree.parse(tmp_path / "x.xml").getroot()  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("4", "4")


@pytest.fixture(scope="module")
def guarded() -> Iterator[Running]:
    """A server with an admin token and room for few submissions."""
    server = start_server("--admin-token", "secret-token", "--log-events", "120")
    yield server
    stop_server(server)


def live(n: int) -> dict[str, Any]:
    """A purchase of now."""
    import time

    data = {"transaction_id": f"t{n}"}
    return {
        **{"data_set_id": SHOP, "timestamp": int(time.time()), "event_type": "purchase", "custom_data": data},
        "identifiers": {"email_sha256": EMAIL},
    }


def test_a_running_server_is_asked_page_by_page(guarded: Running, tmp_path: Path) -> None:
    """With its token, and a word on what it had to forget."""
    for number in range(130):
        sent = requests.post(
            f"{guarded.url}/v1/events", json=live(number), headers={"Authorization": "Bearer test-key"}, timeout=10
        )
        assert sent.status_code == 200
    orders = tmp_path / "orders.csv"
    orders.write_text("transaction_id\n" + "\n".join(f"t{number}" for number in range(130)))
    command = ["reconcile", str(orders), "--url", guarded.url]
    result = CliRunner().invoke(main, command, env={"MOCK_CAPI_ADMIN_TOKEN": "secret-token"})
    assert result.output.splitlines()[-1] == "130 orders, 120 events: 10 missing"
    assert "10 submissions have left the log by now" in result.stderr
    other = CliRunner().invoke(main, [*command, "--admin-token", "secret-token", "--data-set-id", "another"])
    assert other.output.splitlines()[-1] == "130 orders, 0 events: 130 missing"
    refused = CliRunner().invoke(main, command)
    assert (refused.exit_code, "the server answered 401" in refused.stderr) == (2, True)


def test_where_the_events_are_must_be_told(tmp_path: Path) -> None:
    """A server, or a file; one that is no log is none."""
    orders = tmp_path / "orders.csv"
    orders.write_text("transaction_id\nt1")
    (tmp_path / "events.ndjson").write_text(json.dumps(event()))
    for options, told in (
        ((), "--url or --log is needed"),
        (("--url", "http://127.0.0.1:1"), "127.0.0.1:1"),
        (("--log", str(orders)), "orders.csv:1: this is no JSON"),
        (("--log", str(tmp_path / "events.ndjson")), "is no submission of an export"),
        (("--log", str(tmp_path / "none")), "No such file or directory"),
    ):
        result = CliRunner().invoke(main, ["reconcile", str(orders), *options])
        assert (result.exit_code, told in result.stderr) == (2, True), result.output
