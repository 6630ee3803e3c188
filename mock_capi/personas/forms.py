"""Test people as plain values, as another process can read them; of their addresses hashes alone."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from mock_capi.personas.people import Persona
from mock_capi.personas.steps import KINDS
from mock_capi.personas.telling import Trace

_KINDS = {kind.words: kind for kind in KINDS}
_SLIPS = {kind.words: {slip.name: slip for step in kind.steps for slip in step.slips} for kind in KINDS}


def to_form(person: Persona) -> dict[str, Any]:
    """Lists, dicts and strings; `hashes` are lists of kind, slips, digests."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for digest, trace in person.hashes.items():
        found.setdefault((trace.kind.words, tuple(slip.name for slip in trace.slips)), []).append(digest)
    return {
        "id": person.id,
        "label": person.label,
        "data_set_id": person.data_set_id,
        "identifiers": dict(person.identifiers),
        "fields": sorted(next(iter(person.hashes.values())).fields),
        "hashes": [[kind, slips, digests] for (kind, slips), digests in found.items()],
    }


def from_form(form: dict[str, Any]) -> Persona:
    """The person that a form was made of."""
    fields = frozenset(form["fields"])
    hashes: dict[str, Trace] = {}
    for words, slips, digests in form["hashes"]:
        trace = Trace(form["label"], fields, _KINDS[words], tuple(_SLIPS[words][name] for name in slips))
        hashes |= dict.fromkeys(digests, trace)
    identifiers = MappingProxyType(form["identifiers"])
    return Persona(form["id"], form["label"], form["data_set_id"], identifiers, MappingProxyType(hashes))
