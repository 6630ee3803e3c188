"""openapi.yaml made to work: routes, limits, and the Event schema compiled into yes, no and why not."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from mock_capi.model import JSON
from mock_capi.readings import ReadingError, Readings, check
from mock_capi.spec_check import DOCUMENT, SpecError, check_closed, check_schema

_RELIED_ON = frozenset({"data_set_id", "timestamp", "event_type", "identifiers"})
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Breach(NamedTuple):
    """A keyword that an event breaks: the rule it stands for, the place, the value found there."""

    rule: str
    path: tuple[str | int, ...]
    keyword: str
    value: JSON
    expected: JSON


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the vendor's API. Sizes are in bytes and events; None where there is no limit."""

    path: str
    method: str
    endpoint: str
    min_events: int = 1
    max_events: int = 1
    recommended_events: int | None = None
    recommended_bytes: int | None = None


class EventSchema:
    """The Event schema under one set of readings. jsonschema-rs says yes or no, jsonschema says why not."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.is_valid = _compile(schema).is_valid
        properties: dict[str, Any] = schema.get("properties", {})
        self.fields = frozenset(properties)
        self.event_types: dict[str, str] = {name: name for name in properties.get("event_type", {}).get("enum", ())}
        self.identifiers = frozenset(properties.get("identifiers", {}).get("properties", ()))
        self.privacy_fields = frozenset(properties.get("privacy", {}).get("properties", ()))

    @cached_property
    def as_json(self) -> bytes:
        """The schema as it is answered by GET /v1/schema/events."""
        return orjson.dumps(self.schema)

    @cached_property
    def _explainer(self) -> Any:
        from mock_capi.explain import explainer  # takes longer to load than the rest of the server

        return explainer(self.schema)

    def breaches(self, event: JSON) -> Iterator[Breach]:
        """Every keyword that the event breaks, in the schema's order; a place is named once per rule."""
        seen: set[tuple[str, tuple[str | int, ...]]] = set()
        for error in self._explainer.iter_errors(event):
            path = tuple(error.absolute_path)
            rule = _rule_at(error.schema["x-rules"], error.validator, path)
            if (rule, path) not in seen:
                seen.add((rule, path))
                yield Breach(rule, path, error.validator, error.instance, error.validator_value)


class Spec:
    """One OpenAPI document, and the Event schema compiled once for each set of readings that is asked for."""

    def __init__(self, document: Mapping[str, Any], rules: Collection[str]) -> None:
        self.document = document
        try:
            self._event: dict[str, Any] = document["components"]["schemas"]["Event"]
            self.routes = tuple(_routes(document))
        except (KeyError, TypeError, AttributeError) as error:
            raise SpecError(f"{DOCUMENT}: {error} is missing or has the wrong form") from error
        if not self.routes:
            raise SpecError(f"{DOCUMENT}: no operation has an x-endpoint")
        self._compiled: dict[str, EventSchema] = {}
        self._check(rules)

    def event_schema(self, readings: Readings) -> EventSchema:
        """The Event schema in force under these readings."""
        overlays = self._event.get("x-readings", {})
        chosen = {name: getattr(readings, name) for name in overlays}
        key = repr(chosen)
        if key not in self._compiled:
            self._compiled[key] = EventSchema(_overlaid(self._event, overlays, chosen))
        return self._compiled[key]

    def _check(self, rules: Collection[str]) -> None:
        """Start-up errors for what would otherwise go wrong at the first event."""
        check_closed(self._event, "Event")
        if not jsonschema_rs.meta.is_valid(self._event):
            raise SpecError(f"{DOCUMENT}: components.schemas.Event is no valid JSON Schema (2020-12)")
        overlays = self._event.get("x-readings", {})
        variants = [self._event]
        for name, choices in overlays.items():
            for choice in choices:
                try:
                    chosen = {name: check(name, choice)}
                except ReadingError as error:
                    raise SpecError(f"{DOCUMENT}: Event.x-readings: {error}") from error
                variants.append(_overlaid(self._event, overlays, chosen))
        for variant in variants:
            check_schema(variant, "Event", rules)
            _compile(variant)
        relaxed = _RELIED_ON - set(self._event.get("required", ()))
        if relaxed:
            raise SpecError(f"{DOCUMENT}: Event must require {', '.join(sorted(relaxed))}, since the rules rely on it")


def load(path: Path, rules: Collection[str]) -> Spec:
    """Read an OpenAPI document, YAML or JSON. Raises SpecError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from error
    document = _parse(text, path)
    if not isinstance(document, dict):
        raise SpecError(f"{path}: the document is not an object")
    return Spec(document, rules)


def bundled() -> Path:
    """Where the project's own document is: at the top of a checkout, inside an installed wheel."""
    package = Path(__file__).parent
    inside = package / DOCUMENT
    return inside if inside.exists() else package.parent / DOCUMENT


def _compile(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """With regular expressions that take linear time, and so are not all that Python knows. Raises SpecError."""
    try:
        return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions())
    except jsonschema_rs.ValidationError as error:
        raise SpecError(f"{DOCUMENT}: Event cannot be compiled: {error.message}") from error


def _parse(text: bytes, path: Path) -> Any:
    if path.suffix == ".json":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise SpecError(f"{path}: {error}") from error
    import yaml  # here, since the JSON form does without it

    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders  # nosec B506
    except yaml.YAMLError as error:
        raise SpecError(f"{path}: {error}") from error


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None or "x-endpoint" not in operation:
                continue
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            batch = content.get("schema", {})
            is_batch = batch.get("type") == "array"
            yield Route(
                path=path,
                method=method.upper(),
                endpoint=operation["x-endpoint"],
                min_events=batch.get("minItems", 0) if is_batch else 1,
                max_events=batch["maxItems"] if is_batch else 1,
                recommended_events=batch.get("x-recommended-max-items"),
                recommended_bytes=operation.get("x-recommended-max-bytes"),
            )


def _overlaid(event: dict[str, Any], overlays: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    patches = [patch for name, choice in chosen.items() for patch in overlays[name].get(choice, ())]
    if not patches:
        return event
    changed = copy.deepcopy(event)
    for patch in patches:
        _apply(changed, patch)
    return changed


def _apply(schema: Any, patch: Mapping[str, Any]) -> None:
    try:
        *way, last = patch["pointer"].split("/")[1:]
        target = schema
        for step in way:
            target = target[int(step)] if isinstance(target, list) else target[step]
        if isinstance(target, list):
            target.insert(len(target) if last == "-" else int(last), copy.deepcopy(patch["value"]))
        else:
            target[last] = copy.deepcopy(patch["value"])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise SpecError(f"{DOCUMENT}: Event.x-readings cannot be applied: {patch}") from error


def _rule_at(named: Mapping[str, Any], keyword: str, path: tuple[str | int, ...]) -> str:
    rule = named[keyword]
    return str(rule[path[-1]] if isinstance(rule, dict) else rule)
