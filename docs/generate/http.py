"""An OpenAPI document in Markdown: its operations by tag, then what they share, then its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docs.generate.markdown import code, codes, page, table
from docs.generate.schemas import described, fields_of, type_of

Part = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete")
_PARAMETERS = ["Parameter", "Type", "What it is"]
_RESPONSES = ["Status", "When", "Body"]


def page_of(document: Part, title: str, introduction: str) -> str:
    """The whole page."""
    shared = document["components"]
    return page(
        f"# {title}",
        introduction,
        document["info"]["description"],
        *(part for tag in document["tags"] for part in _tag(document, tag)),
        "## Shared parameters" if "parameters" in shared else "",
        table(_PARAMETERS, map(_parameter, shared.get("parameters", {}).values())),
        "## Refusals",
        table(_RESPONSES, (_response(*found) for found in _refusals(document))),
        "## Schemas",
        *(_schema(name, schema) for name, schema in shared["schemas"].items()),
    )


def _tag(document: Part, tag: Mapping[str, str]) -> Iterator[str]:
    yield f"## {tag['description']}"
    for path, item in document["paths"].items():
        for method in METHODS:
            if tag["name"] in item.get(method, {}).get("tags", ()):
                yield _operation(document, f"{method.upper()} {path}", item, item[method])


def _operation(document: Part, name: str, item: Part, operation: Part) -> str:
    parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
    shared = [_resolved(document, found)["name"] for found in parameters if "$ref" in found]
    responses = operation["responses"]
    refusals = [status for status, found in responses.items() if _is_refusal(status, found)]
    told = ((status, _resolved(document, found)) for status, found in responses.items() if status not in refusals)
    return page(
        f"### {code(name)}",
        f"{operation['summary']}. {_section(operation)}",
        operation.get("description", ""),
        table(_PARAMETERS, (_parameter(found) for found in parameters if "$ref" not in found)),
        f"It takes the [shared parameters](#shared-parameters) {codes(shared)}." if shared else "",
        _body(operation.get("requestBody", {})),
        table(_RESPONSES, (_response(*found) for found in told)),
        f"Refused with {', '.join(refusals)}; see [below](#refusals)." if refusals else "",
    )


def _section(operation: Part) -> str:
    return f"Guide section {operation['x-guide']}." if "x-guide" in operation else ""


def _body(body: Part) -> str:
    schemas = [held["schema"] for held in body.get("content", {}).values()]
    return page(f"The body: {_content(body)}.", *map(fields_of, schemas)) if schemas else ""


def _parameter(parameter: Part) -> list[str]:
    schema = parameter["schema"]
    place = "" if parameter["in"] == "query" else f", in the {parameter['in']}"
    about = f"{parameter.get('description', '')} {described(schema)}"
    return [code(parameter["name"]), type_of(schema) + place, about]


def _response(status: str, response: Part) -> list[str]:
    headers = codes(response.get("headers", ()))
    silent = "" if response.get("x-documented", True) else " Not in the guide."
    return [status, response["description"] + silent + (f" With {headers}." if headers else ""), _content(response)]


def _content(holder: Part) -> str:
    """The bodies that there may be; the media type where it is not JSON."""
    kinds = holder.get("content", {}).items()
    return " or ".join(type_of(held["schema"]) if kind == "application/json" else code(kind) for kind, held in kinds)


def _is_refusal(status: str, found: Part) -> bool:
    return "$ref" in found and status >= "400"


def _refusals(document: Part) -> list[tuple[str, Part]]:
    """The refusals that operations share, by status."""
    operations = [item[method] for item in document["paths"].values() for method in METHODS if method in item]
    shared = {
        (status, found["$ref"]): _resolved(document, found)
        for operation in operations
        for status, found in operation["responses"].items()
        if _is_refusal(status, found)
    }
    return [(status, shared[status, name]) for status, name in sorted(shared)]


def _schema(name: str, schema: Part) -> str:
    shape = "" if "properties" in schema else type_of(schema)
    return page(f"### {name}", shape, described(schema), fields_of(schema))


def _resolved(document: Part, found: Part) -> Part:
    """What a reference leads to, or the thing itself."""
    while "$ref" in found:
        *_, kind, name = found["$ref"].split("/")
        found = document["components"][kind][name]
    return found
