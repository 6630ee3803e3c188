"""No body brings the mock down: always an envelope or a success, always recorded, never 500."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_capi import spec
from mock_capi.clock import Clock
from mock_capi.web.asgi import Application
from mock_capi.web.sending import Message
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.senders import EMAIL, NOW, event, full_event

PATHS = st.sampled_from(["/v1/events", "/v1/events/batch"])
bounded = settings(
    max_examples=100, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)

NASTY = st.sampled_from(
    [
        EMAIL,
        EMAIL.upper(),
        "jane@example.com",
        "203.0.113.7",
        "::1",
        "+1 555 010 9999",
        "",
        " ",
        "\x00",
        "purchase",
        "custom",
        "USD",
        "DBABMA~",
        "DBABLA~BVQqAAAAAgA.QA",
        "1YYN",
        "\u202e",
        "a" * 600,
        "~",
        "D" * 300,
        "DBAA",
    ]
)
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([NOW, NOW * 1000, 0, -1, 2**53, 10**400, 1e308, NOW - 30 * 86_400]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, NASTY, st.text(max_size=20))
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(NASTY, st.text()), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = [*full_event(), "privacy", "custom_event_name", "event_id", "user_data"]
INNER = {
    "identifiers": st.dictionaries(
        st.sampled_from(["email_sha256", "ifa", "ip", "partner_id", "phone_sha256"]), ANY_JSON, max_size=4
    ),
    "privacy": st.dictionaries(
        st.sampled_from(["gpp_string", "gpp_sid", "us_privacy_string", "x"]), ANY_JSON, max_size=4
    ),
    "custom_data": st.dictionaries(st.one_of(NASTY, st.just("transaction_id")), ANY_JSON, max_size=3),
}


@st.composite
def near_valid(draw: st.DrawFn) -> dict[str, Any]:
    """A full event with a few fields lost, replaced or put in the wrong place."""
    changed: dict[str, Any] = full_event()
    for name in draw(st.lists(st.sampled_from(FIELDS), max_size=4, unique=True)):
        if draw(st.booleans()):
            changed.pop(name, None)
        if draw(st.integers(0, 3)):
            changed[name] = draw(INNER[name] if name in INNER and draw(st.booleans()) else ANY_JSON)
    return changed


class Served:
    """The ASGI application, in process, over a world of its own."""

    def __init__(self, the_spec: spec.Spec, **readings: object) -> None:
        self.world = World(the_spec)
        self.world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY, readings))
        self.world.set_clock(Clock(frozen_at=NOW))
        self._application = Application(self.world)

    def send(self, path: str, body: bytes, parts: int = 1) -> None:
        """Send a body in so many parts, and assert everything that must hold whatever it is."""
        self.world.ledger.clear()
        status, headers, answered = asyncio.run(self._ask(path, body, parts))
        assert status in (200, 400, 403), (status, answered)
        assert headers[b"content-type"] == b"application/json"
        found = json.loads(answered)
        fields = {"submission_id", "received_at", "status"} if status == 200 else {"status", "error_code", "message"}
        assert set(found) == fields
        assert all(isinstance(text, str) and text for text in found.values())
        (recorded,) = self.world.ledger.snapshot()
        assert (recorded.verdict.status, recorded.response, recorded.body_bytes) == (status, answered, len(body))
        self._look(recorded.id)

    def _look(self, submission_id: str) -> None:
        """The log shows it, which is JSON too."""
        for path in (f"/_inspect/submissions/{submission_id}", "/_inspect/events", "/_inspect/summary"):
            status, _, shown = asyncio.run(self._ask(path, b"", 1, method="GET"))
            assert status == 200, shown
            json.loads(shown)

    async def _ask(
        self, path: str, body: bytes, parts: int, method: str = "POST"
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        size = max(1, -(-len(body) // parts))
        waiting = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        sent: list[Message] = []

        async def receive() -> Message:
            part = waiting.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(waiting)}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [
            (b"host", b"localhost"),
            (b"authorization", b"Bearer test-key"),
            (b"content-type", b"application/json"),
        ]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        await self._application(scope | {"http_version": "1.1"}, receive, send)
        answered = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], dict(sent[0]["headers"]), answered


@pytest.fixture(scope="module", params=[{}, {"batch_failure": "drop_invalid"}, {"processing": "deferred"}], ids=str)
def served(the_spec: spec.Spec, request: pytest.FixtureRequest) -> Served:
    """One application for all examples, under the readings that change the most."""
    return Served(the_spec, **request.param)


def test_an_honest_event_passes_here(served: Served) -> None:
    """The harness itself is right: what is valid is received."""
    served.send("/v1/events", json.dumps(event()).encode())
    assert served.world.ledger.snapshot()[-1].accepted


@bounded
@given(path=PATHS, body=near_valid(), ascii_only=st.booleans())
def test_near_valid_events(served: Served, path: str, body: Any, ascii_only: bool) -> None:
    """Events with fields lost, replaced and misplaced."""
    served.send(path, json.dumps(body, ensure_ascii=ascii_only, allow_nan=False).encode("utf-8", "replace"))


@bounded
@given(batch=st.lists(st.one_of(near_valid(), ANY_JSON), max_size=5))
def test_batches_of_anything(served: Served, batch: list[Any]) -> None:
    """Batches whose events are near valid or nothing of the kind."""
    served.send("/v1/events/batch", json.dumps(batch).encode())


@bounded
@given(path=PATHS, body=ANY_JSON)
def test_any_json(served: Served, path: str, body: Any) -> None:
    """Any JSON value at all, lone surrogates as escapes included."""
    served.send(path, json.dumps(body).encode())


@bounded
@given(path=PATHS, body=st.binary(max_size=300), parts=st.integers(1, 5))
def test_random_bytes(served: Served, path: str, body: bytes, parts: int) -> None:
    """Any bytes, in any number of parts."""
    served.send(path, body, parts)


@bounded
@given(
    path=PATHS,
    cuts=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 20), st.binary(max_size=6)), min_size=1, max_size=4),
    batch=st.booleans(),
)
def test_scratched_events(served: Served, path: str, cuts: list[tuple[int, int, bytes]], batch: bool) -> None:
    """A valid body with bytes replaced, lost or put in."""
    body = json.dumps([full_event()] if batch else full_event()).encode()
    for at, length, instead in cuts:
        body = body[:at] + instead + body[at + length :]
    served.send(path, body)


@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/batch"])
@pytest.mark.parametrize("levels", [1, 62, 63, 64, 65, 254, 255, 1023, 1024, 1025, 100_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_nesting(served: Served, path: str, levels: int, brackets: str) -> None:
    """Arrays and objects inside one another to any depth, bare and inside an event, closed or not."""
    opening, closing = ("[", "]") if brackets == "[]" else ('{"a":', "}")
    core = opening * levels + "1" + closing * levels
    body = json.dumps(event(ext="@")).replace('"@"', core)
    for text in (core, opening * levels, body, f"[{body}]"):
        served.send(path, text.encode())


@pytest.mark.parametrize(
    "number",
    [
        "1e400",
        "-1e400",
        "1e-999",
        "-0",
        "-0.0",
        "9" * 5000,
        "-" + "9" * 400,
        "0." + "1" * 5000,
        "1E+2",
        "1e5",
        "01",
        str(2**63),
        str(2**64),
        str(-(2**63) - 1),
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "1_000",
        "+1",
        ".5",
        "5.",
    ],
)
@pytest.mark.parametrize("field", ["timestamp", "value", "event_type", "gpp_sid", "ext", "email_sha256"])
def test_huge_and_odd_numbers(served: Served, number: str, field: str) -> None:
    """Any number in any place."""
    places: dict[str, Any] = {"email_sha256": {"identifiers": {field: "@"}}, "ext": {"ext": {"x": "@"}}}
    places["gpp_sid"] = {"privacy": {"gpp_string": "DBABLA~BVQqAAAAAgA.QA", "gpp_sid": ["@"]}}
    body = event(**places.get(field, {field: "@", "currency_code": "USD"}))
    served.send("/v1/events", json.dumps(body).replace('"@"', number).encode())


@pytest.mark.parametrize("text", [r"\ud800", r"\udc00\ud800", r"\u0000", r"\uffff", "\\", "\x00", "\x7f", r"\x41"])
@pytest.mark.parametrize("field", ["data_set_id", "event_type", "currency_code", "source", "page_url", "surprise"])
def test_surrogates_and_control_characters(served: Served, text: str, field: str) -> None:
    """Lone surrogates, NUL and broken escapes in values and names."""
    body = json.dumps(event(**{field: "@"}))
    served.send("/v1/events", body.replace('"@"', f'"{text}"').encode())
    served.send("/v1/events/batch", f"[{body.replace(field, field + text)}]".encode())


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "cp037"])
def test_other_encodings(served: Served, codec: str) -> None:
    """JSON in anything but plain UTF-8."""
    served.send("/v1/events", json.dumps(event(source="é"), ensure_ascii=False).encode(codec))


@pytest.mark.parametrize("key", ["\x00", "a" * 100_000, "/", "~", "a@b.example", "\U0001f600" * 500, "__proto__", ""])
def test_odd_names_of_fields(served: Served, key: str) -> None:
    """Any name of a field, at any level."""
    odd = {key: 1}
    served.send("/v1/events", json.dumps(event(**odd)).encode())
    served.send("/v1/events", json.dumps(event(custom_data=odd, ext=odd, privacy=odd)).encode())
    served.send("/v1/events/batch", json.dumps([event(identifiers=odd)] * 3).encode())
