"""Registering test people: who may be, who is seen by whom, and that nothing of them is kept but hashes."""

from __future__ import annotations

import pytest

from mock_capi.personas import Persona, PersonaError, Roll, persona
from tests.senders import ADDRESS, EMAIL

ANNA = {"email": "Test@Example.com", "ip": "203.0.113.7"}


def test_right_identifiers_are_told() -> None:
    """What events of theirs should have, of what has a field."""
    assert persona(ANNA).identifiers == {"email_sha256": EMAIL, "ip": ADDRESS}
    assert persona({"phone": "+14155550123", "ip": "::1"}).identifiers == {}


def test_a_label_is_made_where_none_is_given() -> None:
    """From the id, so that it tells nothing."""
    person = persona(ANNA)
    assert person.label == f"persona-{person.id[:8]}"


@pytest.mark.parametrize(
    ("given", "label", "word"),
    [
        ({}, None, "required"),
        ({"email": ""}, None, "email"),
        ({"email": "anna"}, None, "email"),
        ({"email": "a b@c.de"}, None, "email"),
        ({"email": "x" * 250 + "@c.de"}, None, "email"),
        ({"ip": "203.0.113"}, None, "ip is"),
        ({"ip": "203.0.113.7:443"}, None, "ip is"),
        ({"phone": "12345"}, None, "phone"),
        ({"phone": "call me maybe"}, None, "phone"),
        (ANNA, "", "label has 1 to 64"),
        (ANNA, " x", "label has 1 to 64"),
        (ANNA, "x" * 65, "label has 1 to 64"),
        (ANNA, "a\nb", "label has 1 to 64"),
        (ANNA, "anna@example.org", "personal data"),
        (ANNA, "TEST@example.com", "personal data"),
        ({"email": "root@localhost"}, "root@localhost again", "personal data"),
    ],
)
def test_who_cannot_be_registered(given: dict[str, str], label: str | None, word: str) -> None:
    """The message names the parameter and repeats nothing of it."""
    with pytest.raises(PersonaError, match=word) as refused:
        persona(given, label)
    assert not any(value and value in str(refused.value) for value in given.values())


def roll(*people: Persona) -> Roll:
    """What is known of these."""
    return Roll({person.id: person for person in people})


def test_everybodys_people_and_a_datasets_own() -> None:
    """One dataset's are known there alone, the others everywhere."""
    people = roll(
        persona({"email": "all@example.com"}, "All"),
        persona({"email": "own@example.com"}, "Own", "shop"),
    )
    assert {trace.label for trace in people.known("shop").values()} == {"All", "Own"}
    assert {trace.label for trace in people.known("app").values()} == {"All"}
    assert {trace.label for trace in people.known(None).values()} == {"All"}
    assert roll().known("shop") == {}


def test_the_fewest_slips_explain_best() -> None:
    """What is right for one is not called wrong for another."""
    named = (("Dots", "a.b@gmail.com"), ("None", "ab@gmail.com"))
    people = roll(*(persona({"email": email}, label) for label, email in named))
    right = persona({"email": "ab@gmail.com"}).identifiers["email_sha256"]
    assert (people.known(None)[right].label, people.known(None)[right].slips) == ("None", ())


def test_only_hashes_are_kept() -> None:
    """Nothing that a person was registered with can be found in what stays."""
    anna = persona({**ANNA, "phone": "+14155550123"}, "Anna", "shop")
    people = roll(anna)
    people.known("shop")
    kept = repr((vars(people), dict(anna.hashes), anna.identifiers)).lower()
    assert not any(secret in kept for secret in ("test@example.com", "203.0.113.7", "4155550123"))
