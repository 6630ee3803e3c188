"""What Schemathesis runs before it uses a document or a request; `schemathesis.toml` names this module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import Case, HookContext

from mock_capi.web import waits
from tests.generated.overlay import narrow_inspection, narrow_vendor

NARROWED = {
    "Paramount Conversion API (CAPI), as published for advertisers": narrow_vendor,
    "mock-capi: inspection and control": narrow_inspection,
}
SHORT = 0.01
# Plaintext e-mail addresses, IP addresses and phone numbers all have one of these; refusing them is right.
_PERSONAL = re.compile("[@:+%]|[0-9][ ()./-]+[0-9]|[0-9]{7}")


@schemathesis.hook
def before_load_schema(_context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Narrow the document down."""
    NARROWED[raw_schema["info"]["title"]](raw_schema)


@schemathesis.hook
def filter_case(_context: HookContext, case: Case[Any]) -> bool:
    """Leave out what is meant to be valid but may look like personal data where an opaque id or a label belongs."""
    return not _is_positive(case) or not any(map(_PERSONAL.search, _opaque(case.body)))


@schemathesis.hook
def map_case(_context: HookContext, case: Case[Any]) -> Case[Any]:
    """Send 5 for a valid 5.0: a JSON Schema takes that for an integer, the vendor's guide does not.

    Waits that are valid are made short.
    """
    if case.operation.definition.raw.get("operationId") == "waitFor" and _is_time(case.query.get("timeout", 1)):
        case.query["timeout"] = SHORT
    if _is_positive(case):
        whole = without_integral_floats(case.body)
        if repr(whole) != repr(case.body):
            case.body = whole
        if case.query:
            case.query = without_integral_floats(case.query)
    return case


def _is_time(value: Any) -> bool:
    try:
        return 0 <= float(value) <= waits.MOST_SECONDS
    except (TypeError, ValueError):
        return False


def _is_positive(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


def _opaque(body: Any) -> Iterator[str]:
    for event in body if isinstance(body, list) else [body]:
        identifiers = event.get("identifiers") if isinstance(event, dict) else None
        if isinstance(identifiers, dict):
            yield from (identifiers[name] for name in ("ifa", "partner_id") if isinstance(identifiers.get(name), str))
        if isinstance(event, dict) and isinstance(event.get("label"), str):
            yield event["label"]


def without_integral_floats(value: Any) -> Any:
    """The value with every 5.0 as 5."""
    if isinstance(value, dict):
        return {name: without_integral_floats(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_integral_floats(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
