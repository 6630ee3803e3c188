"""Test people: whoever registers one is told when a hash of theirs was made wrongly, and how."""

from mock_capi.personas.forms import from_form, to_form
from mock_capi.personas.people import MOST_PERSONAS, NOBODY, Persona, PersonaError, Roll, persona
from mock_capi.personas.telling import Known, Trace, find, unlike, whose_hash, wrong_in

__all__ = [
    "MOST_PERSONAS",
    "NOBODY",
    "Known",
    "Persona",
    "PersonaError",
    "Roll",
    "Trace",
    "find",
    "from_form",
    "persona",
    "to_form",
    "unlike",
    "whose_hash",
    "wrong_in",
]
