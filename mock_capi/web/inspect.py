"""GET /_inspect: reading the log. Nothing here changes anything."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from time import time
from typing import Any

from flask import Blueprint, Response, request

from mock_capi import __version__, query
from mock_capi.clock import iso
from mock_capi.model import Submission
from mock_capi.web import exports, page, parameters, plain, reports, streams, waits
from mock_capi.web.context import context_view
from mock_capi.web.guidance import help_view
from mock_capi.web.pages import events_page, submissions_page
from mock_capi.web.plain import Refused
from mock_capi.web.replies import reply, response
from mock_capi.web.views import fault_view, submission_view, summary_view
from mock_capi.world import Dataset, World


def blueprint(world: World) -> Blueprint:
    """The reading tree over one world."""
    tree = Blueprint("inspect", __name__, url_prefix="/_inspect")
    all_streams = streams.Streams(world.ledger)

    @tree.get("")
    def index() -> Any:
        if page.is_wanted():
            return page.shell()
        listed = response(plain.listed(submissions_page(world.ledger, _query())))
        listed.vary.add("Accept")
        return listed

    @tree.get("/submissions")
    def submissions() -> Any:
        return response(plain.listed(submissions_page(world.ledger, _query())))

    @tree.get("/submissions/<submission_id>")
    def submission(submission_id: str) -> Any:
        return reply(submission_view(_found(world, submission_id)))

    @tree.get("/submissions/<submission_id>/context")
    def context(submission_id: str) -> Any:
        return reply(context_view(world, _found(world, submission_id), request.host_url.rstrip("/")))

    @tree.get("/events")
    def events() -> Any:
        return response(plain.listed(events_page(world.ledger, _query())))

    @tree.get("/wait")
    def wait() -> Any:
        return response(waits.blocking(world.ledger, parameters.asked_once()))

    @tree.get("/stream")
    def stream() -> Any:
        resumed = request.headers.get(streams.RESUMED_BY)
        body, watching = all_streams.blocking(parameters.asked_once(), resumed)
        made = Response(body, headers=list(streams.HEADERS))
        made.call_on_close(watching.close)
        return made

    @tree.get("/export")
    def export() -> Any:
        filters = parameters.asked_once()
        written, headers = exports.written(world.ledger, filters, request.host_url.rstrip("/"))
        return Response(written, headers=headers)

    @tree.get("/report")
    def report() -> Any:
        return response(reports.written(world, parameters.asked_once()))

    @tree.get("/summary")
    def summary() -> Any:
        return reply(summary_view(world.ledger, _query()))

    @tree.get("/status")
    def status() -> Any:
        return reply(status_view(world))

    @tree.get("/help")
    def guidance() -> Any:
        return reply(help_view())

    @tree.get("/openapi.json")
    def openapi() -> Any:
        return reply(document())

    return tree


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the mock's own trees; read when somebody first asks for it."""
    import yaml  # here, since parsing YAML is slow to load and seldom needed

    text = Path(__file__).with_name("inspection.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # type: ignore[no-any-return]  # noqa: S506 - both safe  # nosec B506


def _found(world: World, submission_id: str) -> Submission:
    found = world.ledger.get(submission_id)
    if found is None:
        raise Refused("NOT_FOUND", "There is no such submission; it may have been evicted or deleted.")
    return found


def _query() -> query.Query:
    filters = parameters.asked_once()
    if filters.pop("format", "json") != "json":
        raise Refused("INVALID_PARAMETER", "format is json")
    try:
        return query.parse(filters)
    except query.QueryError as error:
        raise Refused("INVALID_PARAMETER", str(error)) from None


def status_view(world: World) -> dict[str, Any]:
    """What runs here, by which clock and readings, and how full the log is."""
    submissions, events, size = world.ledger.size()
    evicted = world.ledger.evicted()
    return {
        "version": __version__,
        "uptime_seconds": round(max(0.0, time() - world.started_at), 3),
        "store": world.store.about,
        "clock": clock_view(world),
        "readings": world.readings.as_dict(),
        "datasets": [dataset_view(world, dataset) for dataset in world.datasets.values()],
        "faults": [fault_view(fault) for fault in world.standing.faults],
        "waits": {"open": world.ledger.watchers, "max": world.ledger.max_watchers},
        "log": {
            "submissions": submissions,
            "events": events,
            "bytes": size,
            "max_events": world.ledger.max_events,
            "max_bytes": world.ledger.max_bytes,
            "evicted": evicted._asdict(),
        },
    }


def clock_view(world: World, data_set_id: str | None = None) -> dict[str, Any]:
    """What a dataset's clock, or everyone's, shows."""
    clock = world.clock_of(data_set_id)
    now = clock.now()
    return {"now": now, "iso": iso(now), "frozen": clock.frozen_at is not None, "real": clock.is_real}


def dataset_view(world: World, dataset: Dataset) -> dict[str, Any]:
    """A dataset without its key."""
    return {
        "data_set_id": dataset.id,
        "api_key": dataset.masked_key,
        "readings": world.readings_of(dataset).as_dict(),
        "clock": clock_view(world, dataset.id),
    }
