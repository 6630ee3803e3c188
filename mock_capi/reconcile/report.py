"""What a comparison comes to: a table for people, JSON and JUnit for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_capi import junit
from mock_capi.pii import mask_text
from mock_capi.reconcile.comparing import Comparison, Finding
from mock_capi.reconcile.orders import Key, Order


def table(compared: Comparison) -> Iterator[str]:
    """A line for each finding, then the sums."""
    for finding in compared.findings:
        yield f"{finding.kind:15} {_name(finding)}  {words(finding)}"
    if compared.findings:
        yield ""
    for currency, value in compared.duplicate_value.items():
        yield f"Counted more than once: {value} {currency}"
    if compared.masked:
        yield f"{compared.masked} transaction ids look like personal data, so the log masks them; those never match."
    if compared.without_id:
        yield f"{compared.without_id} events have no custom_data.transaction_id, and were not compared."
    sums = ", ".join(f"{count} {kind}" for kind, count in compared.counts.items() if count)
    yield f"{compared.orders} orders, {compared.events} events: {sums or 'all as it should be'}"


def words(finding: Finding) -> str:
    """A finding's two sides and its reason."""
    why = f" ({finding.why})" if finding.why else ""
    return f"expected {finding.expected}, got {finding.got}{why}"


def _name(finding: Finding) -> str:
    return f"{mask_text(finding.transaction_id)} {finding.event_type}"


def as_json(compared: Comparison) -> dict[str, Any]:
    """The comparison as JSON."""
    return {
        "orders": compared.orders,
        "events": compared.events,
        "without_transaction_id": compared.without_id,
        "masked_transaction_ids": compared.masked,
        "duplicate_value": {currency: float(value) for currency, value in compared.duplicate_value.items()},
        "counts": compared.counts,
        "findings": [
            {**found._asdict(), "transaction_id": mask_text(found.transaction_id)} for found in compared.findings
        ],
    }


def as_junit(compared: Comparison, orders: Mapping[Key, Order]) -> str:
    """A case for each order, and for each event that nobody expected."""
    failures: dict[Key, list[Finding]] = {}
    for finding in compared.findings:
        failures.setdefault((finding.transaction_id, finding.event_type), []).append(finding)
    cases = [
        junit.Case(
            f"{mask_text(key[0])} {key[1]}",
            "\n".join(f"{found.kind}: {words(found)}" for found in failures[key]) if key in failures else None,
        )
        for key in dict.fromkeys((*orders, *failures))
    ]
    return junit.junit("mock-capi reconcile", [junit.Suite("orders", cases)])
