"""Who is registered, for everybody's events or for one dataset's; of their addresses only hashes are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from uuid import uuid4

from mock_capi import pii
from mock_capi.personas.steps import EMAIL, IPV4, IPV6, PHONE, Kind, ways
from mock_capi.personas.telling import Known, Trace

MOST_PERSONAS = 200
LONGEST_LABEL = 64
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]{5,24}")
NOBODY: Known = MappingProxyType({})


class PersonaError(ValueError):
    """Somebody who cannot be registered; the message says why, without what was given."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A test person. `identifiers` are what right events have, by field; `hashes` all that is recognised."""

    id: str
    label: str
    data_set_id: str | None
    identifiers: Mapping[str, str]
    hashes: Known = field(repr=False)


def persona(
    given: Mapping[str, str], label: str | None = None, data_set_id: str | None = None, persona_id: str | None = None
) -> Persona:
    """A person by `email`, `ip` and `phone`, at least one. Raises PersonaError."""
    kinds = [(_kind_of(name, text.strip()), text.strip()) for name, text in given.items()]
    if not kinds:
        raise PersonaError("email, ip or phone is required")
    made = persona_id or str(uuid4())
    label = f"persona-{made[:8]}" if label is None else _label(label, given.values())
    fields = frozenset(kind.field for kind, _ in kinds if kind.field)
    found = {kind: ways(kind, text) for kind, text in kinds}
    hashes: dict[str, Trace] = {}
    for kind, slips_by_hash in found.items():
        traces = {slips: Trace(label, fields, kind, slips) for slips in set(slips_by_hash.values())}
        hashes |= {digest: traces[slips] for digest, slips in slips_by_hash.items()}
    identifiers = {
        kind.field: digest for kind in found if kind.field for digest, slips in found[kind].items() if not slips
    }
    return Persona(made, label, data_set_id, MappingProxyType(identifiers), MappingProxyType(hashes))


def _kind_of(name: str, text: str) -> Kind:
    if name == "email":
        if len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text):
            raise PersonaError("email is an e-mail address")
        return EMAIL
    if name == "phone":
        if not _PHONE.fullmatch(text) or not 7 <= sum(map(str.isdigit, text)) <= 15:
            raise PersonaError("phone is a phone number of 7 to 15 digits")
        return PHONE
    try:
        return IPV4 if ip_address(text).version == 4 else IPV6
    except ValueError:
        raise PersonaError("ip is an IPv4 or IPv6 address") from None


def _label(text: str, given: Iterable[str]) -> str:
    if not text or len(text) > LONGEST_LABEL or text != text.strip() or not text.isprintable():
        raise PersonaError(f"label has 1 to {LONGEST_LABEL} printable characters without spaces around them")
    if pii.shape_of(text) or any(value.strip().lower() in text.lower() for value in given):
        raise PersonaError("label must not hold personal data: it stands in messages and in the log")
    return text


class Roll:
    """What is known of some people; worked out when it is first asked for."""

    def __init__(self, people: Mapping[str, Persona]) -> None:
        self._people = people
        self._owners = frozenset(person.data_set_id for person in people.values())
        self._known: dict[str | None, Known] = {}

    def known(self, data_set_id: str | None) -> Known:
        """What is recognised in a dataset's events: its own people and everybody's."""
        if not self._people:
            return NOBODY
        scope = data_set_id if data_set_id in self._owners else None
        if scope not in self._known:
            self._known[scope] = _merged(p for p in self._people.values() if p.data_set_id in (None, scope))
        return self._known[scope]


def _merged(people: Iterable[Persona]) -> Known:
    """All their hashes; of one that two people may have made, the fewest slips explain it best."""
    merged: dict[str, Trace] = {}
    for person in people:
        for digest, trace in person.hashes.items():
            if digest not in merged or len(trace.slips) < len(merged[digest].slips):
                merged[digest] = trace
    return merged
