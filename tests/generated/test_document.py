"""The document of the mock's own trees: valid, served, and in step with the code that it describes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from mock_capi import catalogue, clock, model, query, readings, search
from mock_capi.faults import FAULT_KINDS
from mock_capi.web import context, page, samples
from mock_capi.web.app import create_app
from mock_capi.web.guard import Guard
from mock_capi.web.inspect import document
from mock_capi.web.paths import is_guarded, is_own
from mock_capi.world import World
from tests.tables import ROOT

SCHEMAS: dict[str, Any] = document()["components"]["schemas"]
PARAMETERS: dict[str, Any] = document()["components"]["parameters"]
STATIC = "/_inspect/static/{name}"
FILES = sorted(file.name for file in page.STATIC.iterdir())
REFUSING = (
    *("app", "control", "exports", "guard", "inspect", "parameters", "personas"),
    *("plain", "reports", "samples", "streams", "waits"),
)


def names(codes: tuple[catalogue.Code, ...]) -> list[str]:
    """The names of codes, in their order."""
    return [code.name for code in codes]


def filters_of(path: str) -> list[str]:
    """The parameters of a path that several paths have."""
    listed = document()["paths"][path]["get"]["parameters"]
    return [place["$ref"].rsplit("/", 1)[1] for place in listed if "$ref" in place]


def test_it_is_an_openapi_document() -> None:
    """Any tool that takes OpenAPI 3.1 takes this one."""
    validate(document())


def test_it_is_served(client: FlaskClient) -> None:
    """GET /_inspect/openapi.json answers the very document, and nothing of it is lost in JSON."""
    response = client.get("/_inspect/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.get_json() == document()


def test_serving_it_is_not_recorded(client: FlaskClient, world: World) -> None:
    """Reading it leaves the log alone, as everything below /_inspect does."""
    client.get("/_inspect/openapi.json")
    assert world.ledger.snapshot() == ()


def test_it_has_every_path_and_method(client: FlaskClient) -> None:
    """What Flask routes in the mock's own trees is what the document lists, no more and no less."""
    routed = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if is_own(rule.rule)
    }
    listed = {(path, method) for path, item in document()["paths"].items() for method in item if method != "parameters"}
    assert listed == routed


def test_its_filters_are_those_there_are() -> None:
    """Every filter of the code is a parameter of each path that takes filters, beside format."""
    assert filters_of("/_inspect") == [*query.FILTERS, "format_or_page"]
    for path in ("/_inspect/submissions", "/_inspect/events", "/_inspect/summary"):
        assert filters_of(path) == [*query.FILTERS, "format"]
    assert filters_of("/_inspect/wait") == list(query.FILTERS)
    assert filters_of("/_inspect/export") == [name for name in query.FILTERS if name != "cursor"]
    assert filters_of("/_inspect/stream") == [
        name for name in query.FILTERS if name not in ("limit", "cursor", "order")
    ]


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        (SCHEMAS["ErrorCode"]["enum"], names(catalogue.ERRORS)),
        (SCHEMAS["AdvisoryCode"]["enum"], names(catalogue.ADVISORIES)),
        (SCHEMAS["Endpoint"]["enum"], list(model.ENDPOINTS)),
        (SCHEMAS["FaultKind"]["enum"], list(FAULT_KINDS)),
        (PARAMETERS["format_or_page"]["schema"]["enum"], list(page.FORMATS)),
        (document()["paths"][STATIC]["get"]["parameters"][0]["schema"]["enum"], FILES),
        (SCHEMAS["SampleKind"]["enum"], list(samples.KINDS)),
        (SCHEMAS["Context"]["properties"]["same_payload"]["maxItems"], context.MOST_ATTEMPTS),
        (SCHEMAS["Context"]["properties"]["difference"]["maxItems"], context.MOST_DIFFERENCES),
        (re.findall("`([a-z]+)`", PARAMETERS["q"]["description"]), [key.name for key in search.KEYS]),
        (PARAMETERS["outcome"]["schema"]["enum"], list(query.OUTCOMES)),
        (PARAMETERS["limit"]["schema"]["maximum"], query.MOST),
        (PARAMETERS["limit"]["schema"]["default"], query.DEFAULT_LIMIT),
        (PARAMETERS["order"]["schema"]["default"], query.Query().order),
        (SCHEMAS["EpochSeconds"]["maximum"], clock.LATEST),
        (SCHEMAS["Submissions"]["properties"]["submissions"]["maxItems"], query.MOST),
        (SCHEMAS["Events"]["properties"]["events"]["maxItems"], query.MOST),
    ],
)
def test_its_lists_and_limits_are_those_of_the_code(listed: object, known: object) -> None:
    """What stands in the code as data stands in the document just so."""
    assert listed == known


def test_its_refusals_are_those_that_the_trees_make() -> None:
    """The codes named in the modules that refuse are the codes that the document lists."""
    sources = [(ROOT / "mock_capi" / "web" / f"{module}.py").read_text() for module in REFUSING]
    named = {word for source in sources for word in re.findall(r'"([A-Z][A-Z_]+)"', source)} & set(catalogue.CODES)
    assert set(SCHEMAS["Error"]["properties"]["error_code"]["enum"]) == named


@pytest.mark.parametrize("reading", readings.READINGS, ids=lambda reading: str(reading.name))
def test_it_has_every_reading_with_its_values(reading: Any) -> None:
    """What a reading may be set to is what the document allows, to show and to change."""
    shown, changed = (SCHEMAS[name]["properties"][reading.name] for name in ("Readings", "ReadingChanges"))
    number = {"$ref": "#/components/schemas/ReadingNumber"}
    if reading.metadata.get("number"):
        assert number in (shown, *shown.get("anyOf", ()))
        assert number in changed["anyOf"]
        assert ({"const": "off"} in shown.get("anyOf", ())) == reading.metadata["off"]
        assert ({"const": "off"} in changed["anyOf"]) == reading.metadata["off"]
    else:
        assert shown["enum"] == [value for value in changed["enum"] if isinstance(value, str)]
        assert shown["enum"] == list(readings.alternatives(reading))


def test_it_has_no_other_readings() -> None:
    """A reading that is gone is gone from the document."""
    known = [reading.name for reading in readings.READINGS]
    assert list(SCHEMAS["Readings"]["properties"]) == SCHEMAS["Readings"]["required"] == known
    assert list(SCHEMAS["ReadingChanges"]["properties"]) == known


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "ADMIN_TOKEN_REQUIRED"),
        ({"Authorization": "Bearer wrong"}, 401, "ADMIN_TOKEN_REQUIRED"),
        ({"Host": "rebound.example.com"}, 403, "FORBIDDEN_HOST"),
        ({"Origin": "https://evil.example.com"}, 403, "FORBIDDEN_ORIGIN"),
        ({"Authorization": "Bearer secret"}, 200, None),
    ],
)
def test_the_guards_answers_are_documented(
    world: World, headers: dict[str, str], status: int, code: str | None
) -> None:
    """Every guarded operation, the document's own path too, lists and answers 401 and 403 in the envelope."""
    client = create_app(world, Guard("secret")).test_client()
    response = client.get("/_inspect/openapi.json", headers=headers)
    assert (response.status_code, response.get_json().get("error_code")) == (status, code)
    if code:
        Draft202012Validator(SCHEMAS["Error"]).validate(response.get_json())
        assert ("WWW-Authenticate" in response.headers) == (status == 401)
    for path, item in document()["paths"].items():
        operations = [operation for method, operation in item.items() if method != "parameters"]
        needed = {"403"} if path == STATIC else {"401", "403"}
        assert all((needed <= set(operation["responses"])) == is_guarded(path) for operation in operations)
