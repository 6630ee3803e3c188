"""/_control/personas: registering test people, for everybody or for one dataset, and that they stay private."""

from __future__ import annotations

import logging
from hashlib import sha256

import pytest

from mock_capi.world import DEFAULT_DATASET
from tests.senders import ADDRESS, EMAIL, Sender, event

TESS = {"email": " Test@Example.com ", "ip": "203.0.113.7", "phone": "+1 415 555 0123", "label": "Tess"}
CANARIES = ("test@example.com", "203.0.113.7", "4155550123", "415 555 0123")
WRONG = event(identifiers={"email_sha256": sha256(b"Test@Example.com").hexdigest()})


def lacks_canaries(text: str) -> bool:
    """Whether none of the addresses stands in a text, in whatever case."""
    return not any(canary in text.lower() for canary in CANARIES)


def test_one_is_registered_listed_and_forgotten(sender: Sender) -> None:
    """The answer has an id, the label and what right events have."""
    response = sender.control("POST", "/personas", TESS)
    made = response.get_json()
    assert response.status_code == 201
    assert made == {
        "id": made["id"],
        "label": "Tess",
        "data_set_id": None,
        "identifiers": {"email_sha256": EMAIL, "ip": ADDRESS},
    }
    assert sender.control("GET", "/personas").get_json() == {"personas": [made]}
    assert sender.control("DELETE", f"/personas/{made['id']}").get_json() == {"id": made["id"], "deleted": True}
    assert sender.control("GET", "/personas").get_json() == {"personas": []}
    assert sender.control("DELETE", f"/personas/{made['id']}").status_code == 404


def test_a_datasets_own_are_known_there_alone(sender: Sender) -> None:
    """And go with its reset, while everybody's stay."""
    sender.control("POST", "/datasets", {"data_set_id": "other", "api_key": "other-key"})
    sender.control("POST", "/personas", {**TESS, "data_set_id": "other"})
    sender.one(WRONG)
    assert sender.advisories() == []
    sender.one({**WRONG, "data_set_id": "other"}, key="other-key")
    assert sender.advisories() == ["WRONG_HASH"]
    sender.control("POST", "/personas", {"email": "all@example.com", "label": "All"})
    assert len(sender.control("GET", "/personas?data_set_id=other").get_json()["personas"]) == 1
    sender.control("POST", "/reset", {"data_set_id": "other"})
    assert [p["label"] for p in sender.control("GET", "/personas").get_json()["personas"]] == ["All"]


@pytest.mark.parametrize(("method", "path"), [("POST", "/reset"), ("DELETE", "/personas")])
def test_all_go(sender: Sender, method: str, path: str) -> None:
    """With everything, or by themselves."""
    sender.control("POST", "/personas", TESS)
    assert sender.control(method, path).status_code == 200
    sender.one(WRONG)
    assert sender.advisories() == []


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({}, 400, "email, ip or phone is required"),
        ({"label": "Tess"}, 400, "email, ip or phone is required"),
        ({"email": 5}, 400, "email is a string"),
        ({"email": None}, 400, "email is a string"),
        ({"email": "Test@Example.com extra"}, 400, "email is an e-mail address"),
        ({"ip": "203.0.113.7.1"}, 400, "ip is an IPv4"),
        ({**TESS, "label": "test@example.com"}, 400, "label must not hold personal data"),
        ({**TESS, "label": 5}, 400, "label is a string"),
        ({**TESS, "mail": "x"}, 400, 'did you mean "email"'),
        ({**TESS, "data_set_id": "nobody"}, 404, "no such dataset"),
    ],
)
def test_what_cannot_be_registered_is_refused(sender: Sender, asked: object, status: int, word: str) -> None:
    """With the parameter's name and without its value; and nobody is registered."""
    response = sender.control("POST", "/personas", asked)
    assert response.status_code == status
    assert word in response.get_json()["message"]
    assert lacks_canaries(response.get_data(as_text=True))
    assert sender.control("GET", "/personas").get_json() == {"personas": []}


def test_no_address_comes_out_again(sender: Sender, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in an answer nor in the log, its exports, the status or what the server logs."""
    with caplog.at_level(logging.DEBUG):
        shown = [sender.control("POST", "/personas", TESS), sender.control("GET", "/personas")]
        shown += [
            sender.one(WRONG),
            sender.one(event(identifiers={"ip": EMAIL.upper()})),
            sender.batch([WRONG, event()]),
        ]
        for path in ("", "/events", "/summary", "/status", "/submissions", "/export", "/export?format=har"):
            shown.append(sender.client.get(f"/_inspect{path}"))
        shown += [sender.client.get("/_inspect/export?format=curl"), sender.control("GET", "/datasets")]
    assert sender.log(advisory="WRONG_HASH")
    assert all(lacks_canaries(response.get_data(as_text=True)) for response in shown)
    assert lacks_canaries(caplog.text)


def test_a_persona_in_the_query_is_taken_too(sender: Sender) -> None:
    """As every parameter of /_control is."""
    path = f"/personas?email=test%40example.com&data_set_id={DEFAULT_DATASET}"
    assert sender.control("POST", path).get_json()["identifiers"] == {"email_sha256": EMAIL}
