"""GET /metrics: what Prometheus reads parses, adds up, and holds nothing that is secret or personal."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain

from mock_capi import __version__
from mock_capi.model import Fault
from mock_capi.web.app import create_app
from mock_capi.web.guard import Guard
from mock_capi.world import World
from tests.conftest import Running
from tests.senders import Sender, event
from tests.web.wire import open_account

OPEN = "application/openmetrics-text; version=1.0.0"
EMAIL, KEY = "canary.bird@example.com", "canary-key-of-nobody"


def shown(client: FlaskClient, **labels: str) -> dict[str, float]:
    """Every sample that has these labels, by its name."""
    text = client.get("/metrics").text
    samples = [sample for family in plain(text) for sample in family.samples]
    return {sample.name: sample.value for sample in samples if labels.items() <= sample.labels.items()}


def test_counts_are_those_of_the_summary(sender: Sender, client: FlaskClient, world: World) -> None:
    """As long as nothing has left the log."""
    sender.batch([event(), event(event_type="nonsense"), event()])
    sender.one(event())
    sender.one(event(identifiers={}))
    world.arm(Fault("id", "status", 503))
    sender.one(event())
    summary = client.get("/_inspect/summary").get_json()
    for outcome in ("accepted", "rejected"):
        families = {family.name: family.samples for family in plain(client.get("/metrics").text)}
        counted = [s.value for s in families["mock_capi_submissions"] if s.labels["outcome"] == outcome]
        assert sum(counted) == summary["submissions"][outcome]
    for outcome, count in summary["events"].items():
        assert shown(client, outcome=outcome)["mock_capi_events_total"] == count
    for code, count in summary["error_codes"].items():
        assert shown(client, error_code=code)["mock_capi_refusals_total"] == count
    for code, count in summary["advisories"].items():
        assert shown(client, advisory=code)["mock_capi_advisories_total"] == count
    found = shown(client)
    assert found["mock_capi_duplicate_events_total"] == summary["duplicates"]
    assert found["mock_capi_late_events_total"] == summary["late"]
    assert shown(client, kind="status")["mock_capi_faults_met_total"] == 1


def test_durations_are_a_histogram(sender: Sender, client: FlaskClient) -> None:
    """Its buckets grow up to the count, and the path of no endpoint is `other`."""
    sender.one(event())
    sender.client.get("/v1/nothing")
    for endpoint in ("single", "other"):
        [family] = [f for f in plain(client.get("/metrics").text) if f.name == "mock_capi_request_duration_seconds"]
        own = [sample for sample in family.samples if sample.labels["endpoint"] == endpoint]
        buckets = [sample.value for sample in own if "le" in sample.labels]
        assert buckets == sorted(buckets)
        assert buckets[-1] == shown(client, endpoint=endpoint)["mock_capi_request_duration_seconds_count"] == 1
        assert [sample.labels["le"] for sample in own if "le" in sample.labels][-1] == "+Inf"


def test_the_state_is_that_of_the_moment(sender: Sender, client: FlaskClient, world: World) -> None:
    """What the log holds and may hold, waits, faults, datasets, and what runs."""
    sender.one(event())
    world.arm(Fault("id", "status", after=5))
    found = shown(client)
    submissions, events, size = world.ledger.size()
    assert found["mock_capi_log_submissions"] == submissions == 1
    assert (found["mock_capi_log_events"], found["mock_capi_log_events_limit"]) == (events, world.ledger.max_events)
    assert (found["mock_capi_log_bytes"], found["mock_capi_log_bytes_limit"]) == (size, world.ledger.max_bytes)
    assert (found["mock_capi_waits_open"], found["mock_capi_waits_limit"]) == (0, world.ledger.max_watchers)
    assert (found["mock_capi_faults_armed"], found["mock_capi_datasets"]) == (1, 1)
    assert shown(client, version=__version__)["mock_capi_build_info"] == 1
    assert found["process_resident_memory_bytes"] > 0
    sender.control("POST", "/reset", {})
    assert shown(client)["mock_capi_log_submissions"] == 0
    assert shown(client)["mock_capi_submissions_total"] == 1


@pytest.mark.parametrize(
    ("accept", "content_type", "parse"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8", plain),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8", plain),
        ("text/html", "text/plain; version=0.0.4; charset=utf-8", plain),
        (f"{OPEN},text/plain;q=0.5", "application/openmetrics-text; version=1.0.0; charset=utf-8", open_metrics),
    ],
)
def test_it_is_written_as_it_is_asked_for(
    sender: Sender, client: FlaskClient, accept: str, content_type: str, parse: Any
) -> None:
    """Prometheus's own text for whoever says nothing else, OpenMetrics for whoever asks; never cached."""
    sender.one(event())
    response = client.get("/metrics", headers={"Accept": accept})
    assert response.content_type.startswith(content_type)
    assert response.headers["Cache-Control"] == "no-store"
    assert {"mock_capi_submissions", "mock_capi_build_info"} & {family.name for family in parse(response.text)}


def test_nothing_in_it_is_secret_or_personal(sender: Sender, client: FlaskClient) -> None:
    """Neither keys nor datasets nor anything that was sent: only what the mock itself has names for."""
    sender.one(event(identifiers={"ifa": EMAIL}, event_type=EMAIL), key=KEY)
    sender.one(event(identifiers={"email_sha256": EMAIL}, custom_data={"note": EMAIL}))
    sender.client.get(f"/v1/{EMAIL}?key={KEY}", headers={"Authorization": f"Bearer {KEY}"})
    text = client.get("/metrics").text
    assert "mock_capi_submissions_total" in text
    for secret in (EMAIL, "canary", "test-key", "te****", event()["data_set_id"]):
        assert secret not in text


def test_asking_for_it_is_not_recorded(client: FlaskClient, world: World) -> None:
    """Nor counted, by any method."""
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        assert client.open("/metrics", method=method).status_code < 500
    assert client.open("/metrics", method="POST").get_json()["error_code"] == "METHOD_NOT_ALLOWED"
    assert world.ledger.snapshot() == ()
    assert "mock_capi_submissions_total" not in shown(client)


def test_it_is_guarded(world: World) -> None:
    """As the log is; the token is what Prometheus sends as its bearer token."""
    client = create_app(world, Guard("secret")).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer secret"}).status_code == 200
    assert client.get("/metrics", headers={"Host": "rebound.example.com"}).status_code == 403


def test_a_server_counts_what_both_of_its_ways_in_have_seen(shared_server: Running) -> None:
    """Events that the vendor's API answers by itself, and samples that Flask sends."""
    account = open_account(shared_server)

    def counted() -> float:
        families = plain(shared_server.ask("GET", "/metrics").text)
        return sum(s.value for f in families if f.name == "mock_capi_submissions" for s in f.samples)

    before = counted()
    assert account.accepts()
    sample = {"kind": "accepted", "data_set_id": account.data_set_id}
    assert shared_server.ask("POST", "/_control/samples", json=sample).status_code == 201
    assert counted() == before + 2


def test_the_library_keeps_nothing_between_two_mocks(client: FlaskClient) -> None:
    """Its registry for the whole process holds nothing of ours."""
    client.get("/metrics")
    assert not any(family.name.startswith("mock_capi") for family in REGISTRY.collect())


def test_the_library_is_loaded_when_it_is_first_needed() -> None:
    """The application is there without it."""
    code = "import sys, mock_capi.web.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "prometheus_client" not in loaded
