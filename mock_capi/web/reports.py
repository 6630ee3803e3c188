"""GET /_inspect/report: the go-live report as JSON, JUnit XML or a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from mock_capi import query
from mock_capi.clock import real_time
from mock_capi.verdicts.page import STYLES, html
from mock_capi.verdicts.report import Occasion, concerning, report
from mock_capi.verdicts.written import junit
from mock_capi.web.browsers import policy
from mock_capi.web.capi import Answer
from mock_capi.web.plain import Refused
from mock_capi.world import World

TAKES = ("data_set_id", "since", "until")
"""Which of the filters a report takes."""


def written(world: World, parameters: Mapping[str, str]) -> Answer:
    """The report in the format that is asked for. Raises Refused."""
    filters = {name: text for name, text in parameters.items() if name != "format"}
    asked = parameters.get("format", "json")
    if asked not in FORMATS:
        raise Refused("INVALID_PARAMETER", f"format is one of {', '.join(FORMATS)}")
    for name in filters:
        if name not in TAKES:
            raise Refused("INVALID_PARAMETER", f"{name!r} is not taken here; a report takes {', '.join(TAKES)}, format")
    try:
        period = query.parse(filters)
    except query.QueryError as error:
        raise Refused("INVALID_PARAMETER", str(error)) from None
    writer, content_type = FORMATS[asked]
    headers = [("Content-Type", content_type), ("Cache-Control", "no-store")]
    if asked == "html":
        headers.append(("Content-Security-Policy", policy(STYLES)))
    return Answer(200, tuple(headers), writer(made(world, period)))


def made(world: World, period: query.Query) -> dict[str, Any]:
    """The report on one dataset or all, since and until some time of receipt."""
    data_set_id = period.data_set_id
    time_alone = query.Query(since=period.since, until=period.until)
    submissions = [item for item in concerning(world.ledger.snapshot(), data_set_id) if time_alone.matches(item)]
    return report(submissions, _occasion(world, data_set_id))


def _occasion(world: World, data_set_id: str | None) -> Occasion:
    fields = world.spec.document["components"]["schemas"]["Event"]["properties"]
    dataset = world.datasets.get(data_set_id) if data_set_id else None
    people = [p for p in world.standing.people_of() if p.data_set_id in (None, data_set_id)]
    return Occasion(
        now=world.clock_of(data_set_id).now(),
        as_of=real_time(),
        data_set_id=data_set_id,
        readings=world.readings_of(dataset),
        event_types=tuple(fields["event_type"].get("enum", ())),
        identifiers=tuple(fields["identifiers"].get("properties", ())),
        right_hashes=frozenset(digest for person in people for digest in person.identifiers.values()),
        evicted=world.ledger.evicted(data_set_id),
    )


FORMATS: Mapping[str, tuple[Callable[[dict[str, Any]], bytes], str]] = {
    "json": (orjson.dumps, "application/json"),
    "junit": (lambda found: junit(found).encode(), "application/xml"),
    "html": (lambda found: html(found).encode(), "text/html; charset=utf-8"),
}
