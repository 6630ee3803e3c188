"""What a submission is copied as: a contract case that holds, and a pytest assertion that does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_capi.harness.cases import load_all, load_bases
from mock_capi.harness.runner import run_case
from mock_capi.harness.venue import Mock
from mock_capi.model import Fault
from mock_capi.spec import Spec
from mock_capi.testing import MockCapi
from mock_capi.web.app import create_app
from mock_capi.web.case import LONGEST_BODY
from mock_capi.web.case.patch import span
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.contracts.venues import WsgiTarget
from tests.senders import DAY, GONE, NOW, Sender, event, full_event
from tests.web.wire import DEADLINE

OPTED_OUT = {"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}
EVENTS: dict[str, Any] = {
    "minimal": event(),
    "full": full_event(),
    "late": event(timestamp=NOW - 8 * DAY),
    "opted out": event(privacy=OPTED_OUT),
    "measured": event(mmt_only=True),
    "remarked": event(surprise=1, currency_code="USD"),
    "odd names": event(**{"a.b": 1, "c/d": {"e": 2}, "": 3}),
    "unicode": event(custom_data={"note": 'Grüße,\n東京 "no" 12:00'}),
    "no identifiers": event(identifiers=GONE),
    "no identifier": event(identifiers={}),
    "plaintext e-mail": event(identifiers={"email_sha256": "someone@example.org"}),
    "plaintext name": event(identifiers={"email_sha256": "Erika Mustermann"}),
    "plaintext phone": event(identifiers={"ip": "+49 30 123456"}),
    "PII in text": event(page_url="https://example.com/?m=someone@example.org"),
    "too old": event(timestamp=NOW - 30 * DAY - 1),
    "milliseconds": event(timestamp=NOW * 1000),
    "text for time": event(timestamp="1800000000"),
    "float for time": event(timestamp=NOW + 0.5),
    "no currency": event(value=0),
    "two faults": event(value=5, event_type="nonsense"),
    "unknown dataset": event(data_set_id="nobody"),
    "foreign dataset": event(data_set_id="second"),
    "bad GPP": event(privacy={"gpp_string": "nonsense", "gpp_sid": [7]}),
    "no object": 5,
}
BATCHES: dict[str, list[Any]] = {
    "good": [event(), event(event_type="search")],
    "one": [event()],
    "none": [],
    "late and opted out": [event(timestamp=NOW - 8 * DAY), event(privacy=OPTED_OUT)],
    "duplicates": [event(), event()],
    "mixed": [event(), event(event_type="nonsense"), 5, event(**{"a.b": 1})],
}


@pytest.fixture
def sent(sender: Sender, world: World) -> Sender:
    """A sender to a world with a second dataset, which is named so."""
    world.provision(Dataset("second", "second-key"))
    return sender


def context(sender: Sender) -> dict[str, Any]:
    """What surrounds the newest submission."""
    return sender.client.get(f"/_inspect/submissions/{sender.last()['id']}/context").get_json()  # type: ignore[no-any-return]


def assert_holds(case: str, tmp_path: Path, the_spec: Spec) -> None:
    """Played to a server that knows nothing, a case comes out as it says."""
    indented = "".join(f"  {line}\n" for line in case.splitlines())
    (tmp_path / "mine.yaml").write_text(f"about: Mine\ncases:\n{indented}")
    (loaded,) = load_all(tmp_path)
    result = run_case(loaded, Mock(WsgiTarget(create_app(World(the_spec)))), load_bases())
    assert (result.outcome, result.differences) == ("passed", ()), case


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_a_case(sent: Sender, tmp_path: Path, the_spec: Spec, name: str) -> None:
    """Whatever became of it becomes of it again."""
    sent.one(EVENTS[name])
    assert_holds(context(sent)["case"], tmp_path, the_spec)


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_a_case(sent: Sender, tmp_path: Path, the_spec: Spec, name: str) -> None:
    """Event by event."""
    sent.batch(BATCHES[name])
    assert_holds(context(sent)["case"], tmp_path, the_spec)


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/events", b"{nonsense", {}),
        ("/v1/events", b"", {}),
        ("/v1/events", [event()], {}),
        ("/v1/events/batch", event(), {}),
        ("/v1/events/batch", b"[{]", {}),
        ("/v1/nothing", event(), {}),
        ("/v1/events?debug=1", event(), {}),
        ("/v1/events", b" " * 5_000_001, {}),
        ("/v1/events", event(), {"Content-Type": "text/plain"}),
        ("/v1/events", event(), {"Content-Type": None}),
        ("/v1/events", event(), {"Content-Encoding": "gzip"}),
        ("/v1/events", event(), {"Origin": "https://shop.example.com"}),
        ("/v1/events", event(), {"Authorization": None}),
        ("/v1/events", event(), {"Authorization": "Bearer nobody"}),
        ("/v1/events", event(), {"Authorization": "test-key"}),
        ("/v1/events/batch", [event(), event(surprise=1), 5], {"Authorization": None}),
        ("/v1/events", b"{nonsense", {"Authorization": None}),
    ],
)
def test_a_request_is_a_case(
    sent: Sender, tmp_path: Path, the_spec: Spec, path: str, body: Any, headers: dict[str, Any]
) -> None:
    """What is unusual about its head or its body is in it."""
    sent.post(path, body, headers)
    assert_holds(context(sent)["case"], tmp_path, the_spec)


def test_other_methods_are_cases(sent: Sender, tmp_path: Path, the_spec: Spec) -> None:
    """The schema's, and one that a path does not take."""
    for method, path in (("GET", "/v1/schema/events"), ("GET", "/v1/events"), ("DELETE", "/v1/schema/events")):
        sent.client.open(path, method=method, headers={"Authorization": "Bearer test-key"})
        assert_holds(context(sent)["case"], tmp_path, the_spec)


@pytest.mark.parametrize(
    ("readings", "events"),
    [
        ({"authorization": "either"}, [event()]),
        ({"batch_failure": "drop_invalid"}, [event(), event(event_type="nonsense")]),
        ({"processing": "deferred"}, [event(event_type="nonsense"), event()]),
        ({"opt_out": "reject", "future_tolerance_seconds": "off"}, [event(), event(privacy=OPTED_OUT)]),
    ],
)
def test_the_readings_are_in_the_case(
    sent: Sender, tmp_path: Path, the_spec: Spec, readings: dict[str, str], events: list[Any]
) -> None:
    """Those that are not the usual ones."""
    sent.read(**readings)
    sent.batch(events)
    assert_holds(context(sent)["case"], tmp_path, the_spec)


def test_a_fault_is_in_the_case(sent: Sender, world: World, tmp_path: Path, the_spec: Spec) -> None:
    """If it was answered; what cannot be compared with anything is no case."""
    world.arm(Fault("first", "status", 503), Fault("second", "delay", delay_ms=1))
    for _ in range(2):
        sent.one(event())
        assert_holds(context(sent)["case"], tmp_path, the_spec)
    world.arm(Fault("third", "reset"))
    with pytest.raises(ConnectionResetError):
        sent.one(event())
    assert context(sent)["case"] is None


def test_a_duplicate_is_a_case_of_its_own(sent: Sender, tmp_path: Path, the_spec: Spec) -> None:
    """Nothing was sent before it there."""
    for _ in range(2):
        sent.one(event())
    assert_holds(context(sent)["case"], tmp_path, the_spec)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(event()).encode("utf-16-le"),
        event(custom_data={"note": "x" * LONGEST_BODY}),
        event(custom_data={"$time": "0s"}),
        event(custom_data={"list": [{"$time": "0s"}]}),
    ],
)
def test_what_a_case_cannot_say_is_none(sent: Sender, body: Any) -> None:
    """A body that was not kept byte for byte, one that is too long to read, and what would be taken for a word."""
    sent.one(body)
    assert context(sent)["case"] is None


def test_a_case_reads_as_if_written_by_hand(sent: Sender) -> None:
    """Words stand for what is another in each run, and nothing is said that goes without."""
    sent.one(event(timestamp=NOW - DAY, identifiers={"email_sha256": "someone@example.org"}))
    shown = sent.last()
    assert context(sent)["case"] == (
        "- id: log.plaintext_pii\n"
        f"  about: Made from {shown['id']}.\n"
        "  guide: '4.2'\n"
        "  subject: PLAINTEXT_PII\n"
        "  set:\n"
        "    timestamp: {$time: -1d}\n"
        "    identifiers.email_sha256: {$pii: jane.doe@example.com}\n"
        "  expect: {status: 400, code: PLAINTEXT_PII}\n"
    )


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (1, "1s"), (-DAY, "-1d"), (-30 * DAY - 1, "-30d1s"), (93_784, "1d2h3m4s")]
)
def test_spans_as_cases_have_them(seconds: int, text: str) -> None:
    """The largest units first."""
    assert span(seconds) == text


# --- pytest ---


@pytest.fixture(scope="module")
def mock_of_its_own() -> Any:
    """A mock as the fixture gives it."""
    with MockCapi() as capi:
        yield capi


@pytest.mark.parametrize("name", [name for name in EVENTS if name not in ("foreign dataset", "no object")])
def test_the_assertion_holds_when_the_same_is_sent(sender: Sender, mock_of_its_own: MockCapi, name: str) -> None:
    """Pasted into a test of a sender that sends the same, it passes."""
    sender.one(EVENTS[name])
    with mock_of_its_own.dataset() as capi:
        capi.clock.set(NOW)
        own = {"data_set_id": capi.data_set_id} if EVENTS[name]["data_set_id"] == DEFAULT_DATASET else {}
        run(context(sender)["pytest"], capi, {**EVENTS[name], **own})


def run(code: str, capi: MockCapi, body: Any) -> None:
    """Define the test and run it, once the event is sent where its placeholder stands."""
    requests_of_it: dict[str, Any] = {}
    assert "    ...  # let your code send" in code
    exec(code, requests_of_it)  # noqa: S102 - it is our own
    (test,) = (value for name, value in requests_of_it.items() if name.startswith("test_"))
    requests.post(f"{capi.url}/v1/events", json=body, headers=capi.headers, timeout=DEADLINE)
    test(capi)


def test_an_assertion_is_laid_out_as_formatters_do(sender: Sender) -> None:
    """Python's own words, double quotes, and lines that end in time."""
    sender.one(full_event(mmt_only=True, custom_data={"coupon": ["SAVE10", "é\n"], "none": None}, ext={}))
    assert context(sender)["pytest"] == (
        "def test_purchase_is_received(mock_capi):\n"
        "    ...  # let your code send to mock_capi.url, with mock_capi.headers\n"
        "    mock_capi.assert_received(\n"
        '        event_type="purchase",\n'
        "        value=129.99,\n"
        '        currency_code="USD",\n'
        '        source="website",\n'
        '        page_url="https://www.example.com/checkout",\n'
        '        referer="https://www.example.com/search",\n'
        "        identifiers={\n"
        f'            "email_sha256": "{full_event()["identifiers"]["email_sha256"]}",\n'
        f'            "ip": "{full_event()["identifiers"]["ip"]}",\n'
        '            "ifa": "38400000-8cf0-11bd-b23e-10b96e40000d",\n'
        "        },\n"
        '        custom_data={"coupon": ["SAVE10", "é\\n"], "none": None},\n'
        "        mmt_only=True,\n"
        "    )\n"
    )


@pytest.mark.parametrize(
    ("body", "key", "lines"),
    [
        (b"{nonsense", DEFAULT_KEY, ['    mock_capi.wait_for(of="submissions", error_code="MALFORMED_JSON")']),
        (
            event(),
            "nobodys-key",
            ['    mock_capi.wait_for(of="submissions", error_code="INVALID_API_KEY", data_set_id=None)'],
        ),
        (
            [event(), event(event_type="x")],
            DEFAULT_KEY,
            ['    mock_capi.assert_received(error_code="INVALID_EVENT_TYPE", event_type="x")'],
        ),
    ],
)
def test_what_holds_no_event_is_asserted_by_its_request(sender: Sender, body: Any, key: str, lines: list[str]) -> None:
    """A refusal by its code, and somebody else's among everybody's."""
    sender.post("/v1/events/batch", body, key=key)
    assert set(lines) <= set(context(sender)["pytest"].splitlines())


def test_a_fault_is_armed_before(sender: Sender, world: World) -> None:
    """Without it nothing would be refused."""
    world.arm(Fault("first", "status", 503))
    sender.one(event())
    assert '    mock_capi.faults.add("status", status=503)' in context(sender)["pytest"].splitlines()
