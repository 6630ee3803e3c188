"""The document decides: openapi.yaml is valid, complete, and the very thing that the server validates with."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection
from itertools import product
from pathlib import Path
from typing import Any

import pycountry
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from mock_capi import spec
from mock_capi.catalogue import ERRORS
from mock_capi.readings import Readings
from mock_capi.rules import BY_ID, CHECKED, SCHEMA_RULE_IDS, SCHEMA_RULES
from mock_capi.spec import Spec
from mock_capi.spec_check import SpecError
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.rules.test_words import EVENT_TYPES
from tests.senders import ADDRESS, EMAIL, NOW, Sender, event, full_event

Document = dict[str, Any]
Edit = Callable[[Document], None]


@pytest.fixture
def document() -> Document:
    """The project's own document, free to be changed."""
    loaded: Document = yaml.safe_load(spec.bundled().read_bytes())
    return loaded


def event_of(document: Document) -> Document:
    found: Document = document["components"]["schemas"]["Event"]
    return found


def property_of(document: Document, name: str) -> Document:
    found: Document = event_of(document)["properties"][name]
    return found


def made(document: Document, rules: Collection[str] = SCHEMA_RULE_IDS) -> Spec:
    return Spec(document, rules)


def test_the_document_is_valid_openapi(document: Document) -> None:
    """Any OpenAPI 3.1 tool can work with it."""
    validate(document)


def test_the_paths_are_the_guides(the_spec: Spec) -> None:
    """Guide 3.1: three endpoints, no more."""
    assert {(route.method, route.path, route.endpoint) for route in the_spec.routes} == {
        ("POST", "/v1/events", "single"),
        ("POST", "/v1/events/batch", "batch"),
        ("GET", "/v1/schema/events", "schema"),
    }


def test_the_limits_are_the_guides(the_spec: Spec) -> None:
    """Guide 6.2 and 10: 1 to 1,000 events, 500 and ~1 MB recommended."""
    (batch,) = (route for route in the_spec.routes if route.endpoint == "batch")
    assert (batch.min_events, batch.max_events, batch.recommended_events, batch.recommended_bytes) == (
        1,
        1000,
        500,
        10**6,
    )


def test_the_currencies_are_the_current_ones(document: Document) -> None:
    """Guide 4.1: ISO 4217, as pycountry has it."""
    codes = property_of(document, "currency_code")["enum"]
    assert sorted(codes) == sorted(currency.alpha_3 for currency in pycountry.currencies)


def test_the_event_types_are_the_guides(document: Document) -> None:
    """Guide 4.3 and 4.3.1: all 45, in their order."""
    assert property_of(document, "event_type")["enum"] == EVENT_TYPES


def test_the_fields_are_the_guides(document: Document) -> None:
    """Guide 4.1, 4.2 and 5.1: each field, and event_id, which is ignored."""
    names = (
        "data_set_id timestamp event_type custom_event_name source referer page_url value currency_code identifiers "
        "privacy custom_data mmt_only ext event_id"
    )
    assert set(event_of(document)["properties"]) == set(names.split())
    assert set(property_of(document, "identifiers")["properties"]) == {"email_sha256", "ifa", "ip", "partner_id"}
    assert set(property_of(document, "privacy")["properties"]) == {"gpp_string", "gpp_sid", "us_privacy_string"}


def test_the_errors_are_the_catalogues(document: Document) -> None:
    """The envelope of guide 8.2 lists every code that there is."""
    assert document["components"]["schemas"]["Error"]["properties"]["error_code"]["enum"] == [c.name for c in ERRORS]


def test_every_schema_rule_is_named(document: Document) -> None:
    """No row of the rule table is without a keyword, and none has two ids."""
    text = spec.bundled().read_text()
    assert {rule.id for rule in SCHEMA_RULES if rule.id not in text} == set()
    assert len(BY_ID) == len(SCHEMA_RULES) + len(CHECKED)


def test_the_schema_is_served(sender: Sender, document: Document) -> None:
    """Guide 3.1: GET /v1/schema/events answers the very schema that events are validated with."""
    response = sender.client.get("/v1/schema/events", headers={"Authorization": f"Bearer {DEFAULT_KEY}"})
    assert response.content_type == "application/json"
    assert response.get_json() == event_of(document)
    assert sender.last()["endpoint"] == "schema"


def test_the_served_schema_follows_the_readings(sender: Sender) -> None:
    """Under an alternative reading the schema that is served is the changed one."""
    sender.read(unknown_fields="reject", hash_case="any")
    served = sender.client.get("/v1/schema/events", headers={"Authorization": f"Bearer {DEFAULT_KEY}"}).get_json()
    assert served["additionalProperties"] is False
    assert "A-F" in served["properties"]["identifiers"]["properties"]["ip"]["pattern"]


# --- another document, another behaviour ---


@pytest.mark.parametrize(
    "edit",
    [
        lambda event, url: event["properties"].update(source={"$ref": url}),
        lambda event, url: event.update({"if": {"$ref": url}, "then": {}}),
        lambda event, url: event.update({"if": {"$dynamicRef": url}, "then": {}}),
        lambda event, url: event.update({"if": {"anyOf": [{"not": {"$ref": url}}]}, "then": {}}),
        lambda event, url: event.update({"$schema": url}),
        lambda event, url: event["properties"]["source"].update({"default": {"$recursiveRef": url}}),
        lambda event, url: event["x-readings"]["hash_case"]["any"].append({"pointer": "/if", "value": {"$ref": url}}),
    ],
)
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/schema", "file:///etc/hostname", "other.yaml", "#/properties/value"]
)
def test_nothing_that_a_document_names_is_fetched(document: Document, edit: Any, url: str) -> None:
    """Whoever hands one over could have the server ask addresses and read files that it can and they cannot."""
    edit(event_of(document), url)
    with pytest.raises(SpecError, match="references are not followed"):
        made(document)


def test_a_document_that_holds_itself_is_refused(document: Document) -> None:
    """YAML can write that."""
    event_of(document)["properties"]["source"]["default"] = event_of(document)
    with pytest.raises(SpecError, match="nested too deep"):
        made(document)


def sender_of(document: Document) -> Sender:
    """A sender to a world that runs by this document."""
    world = World(made(document))
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    return Sender(create_app(world).test_client())


def answer(document: Document, sent: Any) -> str | None:
    """The code that the first event, as of now, is answered with under this document."""
    sender = sender_of(document)
    sender.control("PUT", "/clock", {"now": NOW})
    code: str | None = sender.one(sent).get_json().get("error_code")
    return code


def _add_type(document: Document) -> None:
    property_of(document, "event_type")["enum"].append("poll")


def _require_value(document: Document) -> None:
    schema = event_of(document)
    schema["required"].append("value")
    schema["x-rules"]["required"]["value"] = "field.required"


def _limit_source(document: Document) -> None:
    property_of(document, "source").update({"maxLength": 3, "enum": ["web", "website"]})
    property_of(document, "source")["x-rules"].update({"maxLength": "field.type", "enum": "field.type"})


def _allow_null(document: Document) -> None:
    property_of(document, "source")["type"] = ["string", "null"]


def _add_field(document: Document) -> None:
    event_of(document)["properties"]["country"] = {"type": "string", "x-rules": {"type": "field.type"}}


def _only_crypto(document: Document) -> None:
    property_of(document, "currency_code")["enum"][:] = ["BTC"]


@pytest.mark.parametrize(
    ("edit", "sent", "before", "after"),
    [
        (_add_type, event(event_type="poll"), "INVALID_EVENT_TYPE", None),
        (_require_value, event(), None, "MISSING_FIELD"),
        (_limit_source, event(source="website"), None, "INVALID_FIELD"),
        (_limit_source, event(source="app"), None, "INVALID_FIELD"),
        (_allow_null, event(source=None), "INVALID_FIELD", None),
        (_allow_null, event(source=5), "INVALID_FIELD", "INVALID_FIELD"),
        (_add_field, event(country=5), None, "INVALID_FIELD"),
        (_only_crypto, event(value=1, currency_code="BTC"), "INVALID_CURRENCY_CODE", None),
    ],
)
def test_another_document(document: Document, edit: Edit, sent: Any, before: str | None, after: str | None) -> None:
    """What is changed in the document changes what the server accepts, and nothing else need change."""
    assert answer(document, sent) == before
    edit(document)
    assert answer(document, sent) == after


def test_other_paths_and_limits(document: Document) -> None:
    """Paths and counts come from the document too."""
    batch = document["paths"].pop("/v1/events/batch")
    batch["post"]["requestBody"]["content"]["application/json"]["schema"]["maxItems"] = 2
    document["paths"]["/v2/many"] = batch
    sender = sender_of(document)
    assert sender.batch([{}]).get_json()["error_code"] == "NOT_FOUND"
    assert sender.post("/v2/many", [{}, {}, {}]).get_json()["error_code"] == "BATCH_TOO_LARGE"
    assert sender.one([]).get_json()["message"].endswith("Send arrays to /v2/many.")


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_document_from_a_file(tmp_path: Path, document: Document, suffix: str) -> None:
    """YAML and JSON come to the same."""
    path = tmp_path / f"openapi{suffix}"
    path.write_text(json.dumps(document) if suffix == ".json" else yaml.safe_dump(document))
    assert spec.load(path, SCHEMA_RULE_IDS).document == document


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.yaml", None, "cannot read"),
        ("list.yaml", "[]", "not an object"),
        ("broken.yaml", "a: [", "broken.yaml"),
        ("broken.json", "{", "broken.json"),
        ("empty.yaml", "", "not an object"),
        ("bare.yaml", "openapi: 3.1.0", "missing or has the wrong form"),
    ],
)
def test_a_file_that_is_no_document(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    """A start-up error says which file, and why."""
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(SpecError) as caught:
        spec.load(tmp_path / name, SCHEMA_RULE_IDS)
    assert words in str(caught.value)


# --- documents that the server could not work with ---


def _at(*way: str, **values: Any) -> Edit:
    """An edit that sets values at a place of Event."""

    def edit(document: Document) -> None:
        target: Any = event_of(document)
        for step in way:
            target = target[step]
        target.update(values)

    return edit


def _without_endpoints(document: Document) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            operation.pop("x-endpoint", None)


FAULTY: dict[str, tuple[Edit, str]] = {
    "unknown rule": (_at("properties", "source", "x-rules", type="no.such"), "'no.such'"),
    "row of another table": (_at("properties", "source", "x-rules", type="timestamp.age"), "'timestamp.age'"),
    "no rule": (_at("properties", "source", maxLength=5), "'maxLength'"),
    "no rules at all": (_at("properties", country={"type": "string"}), "no rule is named"),
    "no rule in items": (_at("properties", "privacy", "properties", "gpp_sid", items={"type": "integer"}), "items"),
    "no rule for a field": (
        _at(required=["data_set_id", "timestamp", "event_type", "identifiers", "value"]),
        "'value'",
    ),
    "no rule under then": (_at("then", required=["value"], **{"x-rules": {}}), "'required'"),
    "unexplained keyword": (_at("properties", "source", oneOf=[{"type": "string"}]), "'oneOf'"),
    "unexplained: not": (_at(**{"not": {"required": ["x"]}}), "'not'"),
    "unexplained: patternProperties": (_at(patternProperties={"^x": False}), "'patternProperties'"),
    "schema as additionalProperties": (_at(additionalProperties={"type": "string"}), "true or false"),
    "no JSON Schema": (_at("properties", "source", type="text"), "no valid JSON Schema"),
    "no regular expression": (_at("properties", "identifiers", "properties", "ifa", pattern="("), "regular expression"),
    "not Python's": (_at("properties", "identifiers", "properties", "ifa", pattern=r"\p{L}"), "regular expression"),
    "not linear": (_at("properties", "identifiers", "properties", "ifa", pattern="(?!x)"), "cannot be compiled"),
    "no identifiers": (_at(required=["data_set_id", "timestamp", "event_type"]), "must require identifiers"),
    "unknown reading": (_at("x-readings", hash_cas={"any": []}), "hash_case"),
    "unknown alternative": (_at("x-readings", hash_case={"all": []}), "any"),
    "pointer to nowhere": (
        _at("x-readings", hash_case={"any": [{"pointer": "/nowhere/pattern", "value": ""}]}),
        "cannot be applied",
    ),
    "fault in an alternative": (
        _at("x-readings", hash_case={"any": [{"pointer": "/properties/source/maxLength", "value": 5}]}),
        "'maxLength'",
    ),
    "no endpoints": (_without_endpoints, "x-endpoint"),
}


@pytest.mark.parametrize(("edit", "words"), FAULTY.values(), ids=FAULTY)
def test_a_document_that_cannot_be_explained(document: Document, edit: Edit, words: str) -> None:
    """What would go wrong at the first event is an error at the start, which names the place."""
    edit(document)
    with pytest.raises(SpecError) as caught:
        made(document)
    assert words in str(caught.value)


def test_a_rule_that_nobody_has(document: Document) -> None:
    """A rule that is taken out of the table is missed at the start."""
    with pytest.raises(SpecError, match=r"timestamp\.form"):
        made(document, SCHEMA_RULE_IDS - {"timestamp.form"})


# --- the two validators ---

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
READINGS = [
    Readings().with_changes(dict(zip(("hash_case", "partner_id_alone", "unknown_fields"), chosen, strict=True)))
    for chosen in product(("lower", "any"), ("reject", "accept"), ("advise", "reject"))
]
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, 1.0, 1e300, -0.0, 2**63, 2**70, NOW, float(NOW), str(NOW)),
    *("", " ", "\n", "\u00a0", "\u200b", "\x85", "custom", "purchase", "USD", "usd", "é", "😀" * 513),
    *(EMAIL, EMAIL.upper(), f"{EMAIL}\n", EMAIL[:-1] + "\n", f"{EMAIL[:-1]}\u0661", "x" * 512, "x" * 513),
    *([], {}, [7], [7.0], [True], ["7"], [None], [[]], {"gpp_string": ""}, {"partner_id": "x"}, {"ip": EMAIL, "x": 1}),
)
NAMES = [*full_event(), "privacy", "custom_event_name", "event_id", "unknown"]
INNER = {
    "identifiers": ["email_sha256", "ip", "ifa", "partner_id", "unknown"],
    "privacy": ["gpp_string", "gpp_sid", "us_privacy_string", "unknown"],
}
PLACES = [(name,) for name in NAMES] + [(outer, name) for outer, names in INNER.items() for name in names]
MUTATIONS = st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from((*ODD, "delete"))), max_size=5)


def mutated(mutations: list[tuple[tuple[str, ...], Any]]) -> Any:
    """A full event with these places set or deleted."""
    sent: dict[str, Any] = copy.deepcopy(full_event(identifiers={"email_sha256": EMAIL, "ip": ADDRESS}))
    for (name, *inner), value in mutations:
        target = sent.setdefault(name, {}) if inner else sent
        key = inner[0] if inner else name
        if isinstance(target, dict):
            if value == "delete":
                target.pop(key, None)
            else:
                target[key] = copy.deepcopy(value)
    return sent


@PATIENT
@given(MUTATIONS, st.sampled_from(READINGS))
def test_both_validators_agree(the_spec: Spec, mutations: list[Any], readings: Readings) -> None:
    """jsonschema explains exactly what jsonschema-rs refuses, and every breach has a rule."""
    schema = the_spec.event_schema(readings)
    sent = mutated(mutations)
    breaches = list(schema.breaches(sent))
    assert schema.is_valid(sent) == (not breaches), breaches
    assert {breach.rule for breach in breaches} <= SCHEMA_RULE_IDS


@pytest.mark.parametrize("value", ODD, ids=lambda value: ascii(value)[:20])
def test_both_validators_agree_on_no_event(the_spec: Spec, value: Any) -> None:
    """They agree on what is no event at all, too."""
    schema = the_spec.event_schema(Readings())
    assert schema.is_valid(value) == (not list(schema.breaches(value)))


@PATIENT
@given(MUTATIONS)
def test_no_event_brings_the_judge_down(the_spec: Spec, mutations: list[Any]) -> None:
    """Whatever is in an event, the answer is 200, 400 or 403, and the log can be read."""
    world = World(the_spec)
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    sender = Sender(create_app(world).test_client())
    assert sender.one(mutated(mutations)).status_code in (200, 400, 403)
    assert len(sender.last()["events"]) == 1


def test_an_event_schema_is_compiled_once(the_spec: Spec) -> None:
    """Readings that do not change the schema share it."""
    assert the_spec.event_schema(Readings()) is the_spec.event_schema(Readings().with_changes({"opt_out": "reject"}))
    assert the_spec.event_schema(Readings()) is not the_spec.event_schema(Readings().with_changes({"hash_case": "any"}))
