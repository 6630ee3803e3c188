"""GET /metrics: the tally and the state of the world as Prometheus reads them, put together when it asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from platform import python_version

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from mock_capi import __version__
from mock_capi.web.tally import BOUNDS_MS, Tally, Totals
from mock_capi.world import World

_OTHER = "other"
_BOUNDS = (*(str(bound / 1000) for bound in BOUNDS_MS), "+Inf")


def written(world: World, tally: Tally, accepted: str) -> tuple[bytes, str]:
    """All metrics and their content type: OpenMetrics where Accept names it, else Prometheus's own text."""
    registry = CollectorRegistry()
    registry.register(_Mock(world, tally))
    ProcessCollector(registry=registry)
    encode, content_type = choose_encoder(accepted)
    return encode(registry), content_type


class _Mock(Collector):
    """Nothing in it tells datasets apart: tests make one each, and every one would be a series for ever."""

    def __init__(self, world: World, tally: Tally) -> None:
        self._world = world
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        info = {"version": __version__, "python": python_version()}
        yield InfoMetricFamily("mock_capi_build", "What runs here.", value=info)
        yield from _counts(self._tally.totals())
        yield from _state(self._world)


def _counts(totals: Totals) -> Iterator[Metric]:
    submissions = CounterMetricFamily(
        "mock_capi_submissions", "Requests to the API.", labels=("endpoint", "outcome", "status")
    )
    for (endpoint, status), group in totals.groups.items():
        outcome = "accepted" if status == 200 else "rejected"
        submissions.add_metric((endpoint or _OTHER, outcome, str(status)), sum(group.counts))
    yield submissions
    yield _durations(totals)
    yield from _events(totals)
    yield _by("mock_capi_refusals", "Refused requests, by what was answered.", "error_code", totals.error_codes)
    yield _by("mock_capi_advisories", "Remarks on what was accepted.", "advisory", totals.advisories)
    yield _by("mock_capi_faults_met", "Requests that met a fault on purpose.", "kind", totals.faults)


def _durations(totals: Totals) -> HistogramMetricFamily:
    about = "From a request's head to its record in the log, without any delay on purpose."
    family = HistogramMetricFamily("mock_capi_request_duration_seconds", about, labels=("endpoint",))
    for endpoint in dict.fromkeys(endpoint for endpoint, _ in totals.groups):
        groups = [group for (of, _), group in totals.groups.items() if of == endpoint]
        counts = map(sum, zip(*(group.counts for group in groups), strict=True))
        buckets = list(zip(_BOUNDS, accumulate(counts), strict=True))
        family.add_metric((endpoint or _OTHER,), buckets, sum(group.milliseconds for group in groups) / 1000)
    return family


def _events(totals: Totals) -> Iterator[Metric]:
    groups = totals.groups.values()
    rejected = sum(group.rejected for group in groups)
    outcomes = {"stored": sum(group.events for group in groups) - rejected, "rejected": rejected}
    yield _by("mock_capi_events", "Events that were sent, by what became of them.", "outcome", outcomes)
    late, duplicates = sum(group.late for group in groups), sum(group.duplicates for group in groups)
    yield CounterMetricFamily("mock_capi_late_events", "Events that were late.", late)
    yield CounterMetricFamily("mock_capi_duplicate_events", "Events that were stored before.", duplicates)


def _state(world: World) -> Iterator[Metric]:
    ledger = world.ledger
    submissions, events, size = ledger.size()
    evicted = ledger.evicted()
    for name, about, value in (
        ("log_submissions", "Submissions that the log holds.", submissions),
        ("log_events", "Events that it holds, as counted for its limit.", events),
        ("log_events_limit", "How many events it may hold.", ledger.max_events),
        ("log_bytes", "Bytes that the log takes, as counted for its limit.", size),
        ("log_bytes_limit", "How many bytes it may take.", ledger.max_bytes),
        ("log_evicted_submissions", "Submissions that had to go since the log was last cleared.", evicted.submissions),
        ("log_evicted_events", "Events that had to go since the log was last cleared.", evicted.events),
        ("waits_open", "Waits and streams that are open.", ledger.watchers),
        ("waits_limit", "How many waits and streams may be open.", ledger.max_watchers),
        ("faults_armed", "Faults that requests will meet.", len(world.standing.faults)),
        ("datasets", "Provisioned datasets.", len(world.datasets)),
    ):
        yield GaugeMetricFamily(f"mock_capi_{name}", about, value)


def _by(name: str, about: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, about, labels=(label,))
    for value, count in counts.items():
        family.add_metric((value,), count)
    return family
