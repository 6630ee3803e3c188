"""WRONG_HASH: what a test person's hashes draw, alone and in batches, and that they draw nothing else."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from tests.senders import ADDRESS, EMAIL, NOW, Sender, event

WRONG = sha256(b"Test@example.com").hexdigest()
TWICE = sha256(EMAIL.encode()).hexdigest()


@pytest.fixture(autouse=True)
def registered(sender: Sender) -> None:
    """The person of the tests' events."""
    asked = {"email": "test@example.com", "ip": "203.0.113.7", "label": "Tess"}
    assert sender.control("POST", "/personas", asked).status_code == 201


def drawn(sender: Sender, sent: Any) -> list[tuple[str, str]]:
    """The codes and places of the advisories on an event or a batch."""
    response = (sender.batch if isinstance(sent, list) else sender.one)(sent)
    assert response.status_code == 200
    return [(advisory["code"], advisory["pointer"]) for advisory in sender.last()["advisories"]]


def ids(**identifiers: Any) -> dict[str, Any]:
    return event(identifiers=identifiers)


def test_right_hashes_draw_nothing(sender: Sender) -> None:
    """Alone and in a batch."""
    assert drawn(sender, ids(email_sha256=EMAIL, ip=ADDRESS, partner_id=WRONG)) == []
    assert drawn(sender, [event(timestamp=NOW - 1), ids(ip=ADDRESS)]) == []


@pytest.mark.parametrize("field", ["email_sha256", "ip", "ifa"])
def test_a_wrong_hash_is_told_in_every_field(sender: Sender, field: str) -> None:
    """Where it stands, with whose it is, what is wrong and how to mend it."""
    assert drawn(sender, ids(**{field: WRONG})) == [("WRONG_HASH", f"/identifiers/{field}")]
    message = sender.last()["advisories"][0]["message"]
    assert '"Tess"' in message
    assert "not lowercased" in message
    assert "Lowercase it before hashing." in message


@pytest.mark.parametrize("at", [0, 1, 499])
def test_one_in_a_batch_is_told_and_the_others_are_not(sender: Sender, at: int) -> None:
    """Whichever it is."""
    batch = [event(timestamp=NOW - 1 - index) for index in range(500)]
    batch[at] = ids(ip=TWICE)
    assert drawn(sender, batch) == [("WRONG_HASH", f"/{at}/identifiers/ip")]


def test_an_unknown_hash_beside_a_known_one_is_told(sender: Sender) -> None:
    """Also where the known one is of a refused form; never where nothing of it is known."""
    assert drawn(sender, ids(email_sha256="0" * 64, ip=ADDRESS)) == [("WRONG_HASH", "/identifiers/email_sha256")]
    assert drawn(sender, ids(email_sha256="0" * 64, ip="1" * 64)) == []
    sender.one(ids(email_sha256=EMAIL.upper(), ip="1" * 64))
    assert sender.advisories() == ["WRONG_HASH"]


def test_identifiers_of_other_types_are_refused_as_ever(sender: Sender) -> None:
    """And what stands beside them is looked at all the same."""
    odds: list[Any] = [5, None, [], {}, ["a"], True]
    for odd in odds:
        response = sender.one(ids(email_sha256=odd, ip=WRONG))
        assert response.get_json()["error_code"] == "INVALID_IDENTIFIER"
        assert sender.advisories() == ["WRONG_HASH"]
        sender.one(ids(email_sha256=WRONG, ip=odd))
        assert sender.advisories() == ["WRONG_HASH"]


def test_nulls_that_count_as_absent_are_passed_over(sender: Sender) -> None:
    """With null_fields=absent."""
    sender.read(null_fields="absent")
    assert drawn(sender, [ids(email_sha256=WRONG, ip=None), ids(email_sha256=None, ip=ADDRESS)]) == [
        ("WRONG_HASH", "/0/identifiers/email_sha256")
    ]


def test_the_filter_finds_them(sender: Sender) -> None:
    """`advisory=WRONG_HASH` in the log."""
    sender.one(event())
    sender.one(ids(email_sha256=WRONG))
    assert len(sender.log(advisory="WRONG_HASH")) == 1


def test_a_refused_form_gains_whose_it_is(sender: Sender) -> None:
    """Under the same code."""
    answer = sender.one(ids(email_sha256=EMAIL.upper())).get_json()
    assert answer["error_code"] == "INVALID_IDENTIFIER"
    assert 'It is a hash of the e-mail address of "Tess".' in answer["message"]
    sender.control("DELETE", "/personas")
    assert "Tess" not in sender.one(ids(email_sha256=EMAIL.upper())).get_json()["message"]
