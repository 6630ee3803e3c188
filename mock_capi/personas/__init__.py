"""Test people: whoever registers one is told when a hash of theirs was made wrongly, and how."""

from mock_capi.personas.people import NOBODY, Persona, PersonaError, Personas, persona
from mock_capi.personas.telling import Known, Trace, find, unlike, whose_hash, wrong_in

__all__ = [
    "NOBODY",
    "Known",
    "Persona",
    "PersonaError",
    "Personas",
    "Trace",
    "find",
    "persona",
    "unlike",
    "whose_hash",
    "wrong_in",
]
