"""The rules of the schema: required fields, types, event types, names, identifiers, currency, timestamp forms."""

from __future__ import annotations

import json
import re
from typing import Any

import pycountry
import pytest

from mock_capi.explain import MOST_ALIKE
from tests.rules import assert_accepted, assert_refused
from tests.senders import ADDRESS, EMAIL, GONE, NOW, Sender, event, full_event

# Guide 4.3 and 4.3.1, in their order.
EVENT_TYPES = re.findall(
    r"\w+",
    """
    purchase page_view ad_impression add_to_wishlist add_to_cart viewed_cart viewed_item begin_checkout
    add_payment_info remove_from_cart refund generate_lead qualify_lead close_convert_lead disqualify_lead
    close_unconvert_lead sign_up search unlock_achievement install customize_product contact donate find_location
    schedule start_trial subscribe custom add_shipping_info share select_content select_item select_promotion
    view_item_list view_promotion view_search_results spend_virtual_currency earn_virtual_currency working_lead
    login join_group level_up post_score tutorial_begin tutorial_complete
""",
)
GPP = "DBABL~BVlogAhWBg"
UUID = "38400000-8cf0-11bd-b23e-10b96e40000d"
GUIDES_WORDS = "At least one hashed identifier is required."


def purchase(**identifiers: Any) -> dict[str, Any]:
    return event(identifiers=identifiers)


def priced(currency: Any) -> dict[str, Any]:
    return event(value=1, currency_code=currency)


def private(**privacy: Any) -> dict[str, Any]:
    return event(privacy=privacy)


@pytest.mark.parametrize("field", ["data_set_id", "timestamp", "event_type"])
def test_a_required_field_that_is_missing(sender: Sender, field: str) -> None:
    """Guide 7.1: without any one of them an event is refused."""
    assert_refused(sender, event(**{field: GONE}), "MISSING_FIELD", f"/{field}")


@pytest.mark.parametrize(
    "identifiers",
    [
        GONE,
        None,
        {},
        {"email_sha256": ""},
        {"email_sha256": "", "ip": "", "ifa": "", "partner_id": ""},
        {"phone_sha256": EMAIL},
        {"partner_id": ""},
        {"email_sha256": "", "phone_sha256": EMAIL},
    ],
    ids=str,
)
def test_an_event_without_an_identifier(sender: Sender, identifiers: Any) -> None:
    """Guide 4.2: no identifier that counts is MISSING_IDENTIFIER, in the words of guide 8.2."""
    message = assert_refused(sender, event(identifiers=identifiers), "MISSING_IDENTIFIER", "/identifiers")
    assert message == GUIDES_WORDS


def test_the_order_of_fields_does_not_matter(sender: Sender) -> None:
    """An event is an object: its fields may come in any order."""
    assert_accepted(sender, dict(reversed(full_event().items())))


TEXT_FIELDS = ("source", "referer", "page_url", "custom_event_name")
NO_TEXT: tuple[Any, ...] = (None, 5, True, [], {})
NO_NUMBER: tuple[Any, ...] = ("129.99", "", None, True, [], {})
NO_FLAG: tuple[Any, ...] = ("true", 1, 0, None, [], {})
NO_OBJECT: tuple[Any, ...] = ("x", 5, None, True, [])
WRONG_TYPES = [
    *((field, value) for field in TEXT_FIELDS for value in NO_TEXT),
    *(("data_set_id", value) for value in (*NO_TEXT, "")),
    *(("value", value) for value in NO_NUMBER),
    *(("mmt_only", value) for value in NO_FLAG),
    *((field, value) for field in ("custom_data", "ext", "privacy") for value in NO_OBJECT),
]


@pytest.mark.parametrize(("field", "value"), WRONG_TYPES, ids=repr)
def test_a_field_of_the_wrong_type(sender: Sender, field: str, value: Any) -> None:
    """Guide 4.1 gives each field one type; null is none of them (null_fields=reject)."""
    sent = event(**{"currency_code": "USD", field: value})
    assert_refused(sender, sent, "INVALID_FIELD", f"/{field}")


@pytest.mark.parametrize("value", [0, 0.0, 129.99, 1e-9, 10**12, 1e300])
def test_a_value_may_be_any_number(sender: Sender, value: float) -> None:
    """Guide 4.1: value is a number, whole or not, zero included."""
    assert_accepted(sender, event(value=value, currency_code="USD"))


@pytest.mark.parametrize("flag", [True, False])
def test_mmt_only_is_shown(sender: Sender, flag: bool) -> None:
    """Guide 4.1: mmt_only keeps an event to measurement."""
    assert_accepted(sender, event(mmt_only=flag))
    shown = sender.last()["events"][0]
    assert (shown["measurement_only"], shown["optimization_eligible"]) == (flag, not flag)


def test_there_are_45_event_types() -> None:
    """Guide 4.3 lists 28, guide 4.3.1 another 17."""
    assert len(set(EVENT_TYPES)) == 45


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_standard_event_type(sender: Sender, name: str) -> None:
    """Guide 4.3: each one is accepted, custom with its name."""
    assert_accepted(sender, event(event_type=name, **({"custom_event_name": "quiz"} if name == "custom" else {})))
    assert sender.log(event_type=name)


NEAR_MISSES = [
    *(("Purchase", "purchase"), ("PURCHASE", "purchase"), (" purchase", "purchase"), ("purchase\n", "purchase")),
    *(("purchases", "purchase"), ("page view", "page_view"), ("pageview", "page_view"), ("add-to-cart", "add_to_cart")),
    *(("signup", "sign_up"), ("view_cart", "viewed_cart"), ("Custom", "custom"), ("start_trail", "start_trial")),
]


@pytest.mark.parametrize(("sent", "nearest"), NEAR_MISSES)
def test_a_near_miss_of_an_event_type(sender: Sender, sent: str, nearest: str) -> None:
    """Guide 4.3: the exact spelling counts, and the message suggests it."""
    message = assert_refused(sender, event(event_type=sent), "INVALID_EVENT_TYPE", "/event_type")
    assert f'did you mean "{nearest}"?' in message


@pytest.mark.parametrize(
    "sent", ["", "xyzzy", None, 5, True, [], {}, ["purchase"], "a" * 100_000], ids=lambda v: str(v)[:9]
)
def test_no_event_type_at_all(sender: Sender, sent: Any) -> None:
    """What is like no event type is refused without a suggestion."""
    assert "did you mean" not in assert_refused(sender, event(event_type=sent), "INVALID_EVENT_TYPE", "/event_type")


@pytest.mark.parametrize("name", [GONE, "", " ", "\t\r\n", "\u00a0", "\u2003", "\u200b", "\ufeff"], ids=ascii)
def test_a_custom_event_without_a_name(sender: Sender, name: Any) -> None:
    """Guide 4.3: custom goes with a custom_event_name, and a blank is no name."""
    sent = event(event_type="custom", custom_event_name=name)
    assert_refused(sender, sent, "MISSING_CUSTOM_EVENT_NAME", "/custom_event_name")


@pytest.mark.parametrize("name", [None, 5, []])
def test_a_custom_name_that_is_no_text(sender: Sender, name: Any) -> None:
    """A name of another type is there, and of the wrong type."""
    sent = event(event_type="custom", custom_event_name=name)
    assert_refused(sender, sent, "INVALID_FIELD", "/custom_event_name")


@pytest.mark.parametrize("name", ["quiz", "0", " quiz ", "größe", "測驗", "😀"])
def test_a_custom_name(sender: Sender, name: str) -> None:
    """Any text that is not blank is a name."""
    assert_accepted(sender, event(event_type="custom", custom_event_name=name))


HASHES = [
    *("a" * 63, "a" * 65, EMAIL.upper(), EMAIL[:-1] + "g", f" {EMAIL}", f"{EMAIL}\n", EMAIL[:-1] + "\n", " "),
    *(
        "0x" + EMAIL,
        "b94d27b...",
        "d41d8cd98f00b204e9800998ecf8427e",
        "\u0661" * 64,
        "null",
        "John Smith",
        "a" * 100_000,
    ),
]
NOT_TEXT: tuple[Any, ...] = (0, 5, 1.5, True, False, [], [EMAIL], {}, {"sha256": EMAIL})


@pytest.mark.parametrize("field", ["email_sha256", "ip"])
@pytest.mark.parametrize("value", [*HASHES, *NOT_TEXT], ids=lambda v: repr(v)[:12])
def test_a_hash_of_the_wrong_form(sender: Sender, field: str, value: Any) -> None:
    """Guide 4.2: 64 lowercase hex digits, nothing else (hash_case=lower)."""
    message = assert_refused(sender, purchase(**{field: value}), "INVALID_IDENTIFIER", f"/identifiers/{field}")
    assert str(value) not in message or value in (" ", True, False, 0, 5)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (EMAIL.upper(), "capital"),
        (f" {EMAIL}", "white space"),
        ("a" * 32, "MD5"),
        ("a" * 40, "SHA-1"),
        ("a" * 63, "63"),
    ],
)
def test_the_message_says_what_is_wrong_with_a_hash(sender: Sender, value: str, words: str) -> None:
    """Guide 7: the answer says which rule failed."""
    assert words in assert_refused(sender, purchase(ip=value), "INVALID_IDENTIFIER", "/identifiers/ip")


PLAINTEXT = [
    *("test@example.com", " Test@Example.com ", "test%40example.com", "jos\u00e9@example.com", "user@localhost"),
    *("203.0.113.7", " 203.0.113.7", "127.0.0.1", "2001:db8::1", "::1", "fe80::1", "2001:0db8:0:0:0:0:0:1"),
    *("+4917612345678", "+1 (555) 123-4567", "555-123-4567", "5551234567", "004917612345678", "(555) 123-4567"),
]


@pytest.mark.parametrize("field", ["email_sha256", "ip"])
@pytest.mark.parametrize("value", PLAINTEXT)
def test_plaintext_where_a_hash_belongs(sender: Sender, field: str, value: str) -> None:
    """Guide 7.2: e-mail addresses, IP addresses and phone numbers are PLAINTEXT_PII, and are not repeated."""
    message = assert_refused(sender, purchase(**{field: value}), "PLAINTEXT_PII", f"/identifiers/{field}")
    assert value.strip() not in message


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"ip": "203.0.113.7"}, "PLAINTEXT_PII"),
        ({"ip": "x"}, "INVALID_IDENTIFIER"),
        ({"ip": ""}, "INVALID_IDENTIFIER"),
        ({"ip": None}, "INVALID_IDENTIFIER"),
        ({"ip": [ADDRESS]}, "INVALID_IDENTIFIER"),
    ],
)
def test_a_bad_identifier_beside_a_good_one(sender: Sender, bad: dict[str, Any], code: str) -> None:
    """A good identifier does not excuse a bad one."""
    assert_refused(sender, purchase(email_sha256=EMAIL, **bad), code, "/identifiers/ip")


@pytest.mark.parametrize("value", [[], [EMAIL], "x", EMAIL, 5, True])
def test_identifiers_that_are_no_object(sender: Sender, value: Any) -> None:
    """Guide 4.2: identifiers is an object."""
    assert_refused(sender, event(identifiers=value), "INVALID_IDENTIFIER", "/identifiers")


@pytest.mark.parametrize("field", ["ifa", "partner_id"])
@pytest.mark.parametrize("value", ["", " ", "\t\n", None, 5, True, [], [UUID], {}])
def test_an_opaque_id_of_the_wrong_form(sender: Sender, field: str, value: Any) -> None:
    """ifa and partner_id are texts that are not blank."""
    sent = purchase(email_sha256=EMAIL, **{field: value})
    assert_refused(sender, sent, "INVALID_IDENTIFIER", f"/identifiers/{field}")


@pytest.mark.parametrize(("length", "fits"), [(1, True), (511, True), (512, True), (513, False), (100_000, False)])
def test_the_length_of_partner_id(sender: Sender, length: int, fits: bool) -> None:
    """Guide 4.2: at most 512 characters, counted as characters."""
    sent = purchase(email_sha256=EMAIL, partner_id="é" * length)
    if fits:
        assert_accepted(sender, sent)
    else:
        assert_refused(sender, sent, "INVALID_IDENTIFIER", "/identifiers/partner_id")


@pytest.mark.parametrize(
    "identifiers",
    [
        {"email_sha256": EMAIL},
        {"ip": ADDRESS},
        {"ifa": UUID},
        {"ifa": UUID.upper()},
        {"ifa": EMAIL},
        {"ifa": EMAIL.upper()},
        {"email_sha256": EMAIL, "ip": ADDRESS, "ifa": UUID, "partner_id": "crm 4711/b"},
    ],
)
def test_identifiers_that_pass(sender: Sender, identifiers: dict[str, str]) -> None:
    """Guide 4.2: any one of email_sha256, ifa and ip is enough."""
    assert_accepted(sender, event(identifiers=identifiers))


@pytest.mark.parametrize("value", [1, 0, 0.0, -5])
def test_a_value_without_currency(sender: Sender, value: float) -> None:
    """Guide 7.1: a value needs a currency_code, zero too."""
    assert_refused(sender, event(value=value), "MISSING_CURRENCY_CODE", "/currency_code")


@pytest.mark.parametrize("code", sorted(currency.alpha_3 for currency in pycountry.currencies))
def test_a_current_currency(sender: Sender, code: str) -> None:
    """Guide 4.1: every current ISO 4217 code."""
    assert_accepted(sender, priced(code))


@pytest.mark.parametrize(
    "code", ["usd", "Usd", " USD", "USD ", "US", "USDD", "XYZ", "DEM", "$", "", "840", 840, None, True, [], ["USD"]]
)
def test_no_currency(sender: Sender, code: Any) -> None:
    """Anything but a current ISO 4217 code in capitals, also where there is no value."""
    message = assert_refused(sender, priced(code), "INVALID_CURRENCY_CODE", "/currency_code")
    assert ('"USD"' in message) == (isinstance(code, str) and code.strip().upper() == "USD")
    assert_refused(sender, event(currency_code=code), "INVALID_CURRENCY_CODE", "/currency_code")


@pytest.mark.parametrize(
    "written",
    [
        f'"{NOW}"',
        f"{NOW}.0",
        f"{NOW}.5",
        "1.8e9",
        "18E8",
        "true",
        "false",
        "null",
        "-1",
        f"-{NOW}",
        "[]",
        "{}",
        '""',
        '"2027-01-15T08:00:00Z"',
        f"[{NOW}]",
        "1e300",
        "-0.0",
    ],
)
def test_a_timestamp_of_the_wrong_form(sender: Sender, written: str) -> None:
    """Guide 7.1: an integer as JSON writes it, not a string (integer_valued_floats=reject)."""
    body = json.dumps(event()).replace(f'"timestamp": {NOW}', f'"timestamp": {written}').encode()
    assert_refused(sender, json.loads(body) and body, "INVALID_TIMESTAMP", "/timestamp")


@pytest.mark.parametrize("value", ["7", 7, {}, None, True, []])
def test_a_gpp_sid_that_is_no_list(sender: Sender, value: Any) -> None:
    """Guide 5.1: gpp_sid is an array, and one with no id says nothing."""
    sent = private(gpp_string=GPP, gpp_sid=value)
    assert_refused(sender, sent, "INVALID_FIELD", "/privacy/gpp_sid")


@pytest.mark.parametrize("value", ["7", 7.5, 7.0, True, None, [7]])
def test_a_gpp_sid_of_the_wrong_kind(sender: Sender, value: Any) -> None:
    """Guide 5.1: section ids are integers; the place of the first wrong one is named."""
    sent = private(gpp_string=GPP, gpp_sid=[7, value])
    assert_refused(sender, sent, "INVALID_FIELD", "/privacy/gpp_sid/1")


def test_a_gpp_string_without_sid(sender: Sender) -> None:
    """Guide 5.1: gpp_sid is required with gpp_string."""
    assert_refused(sender, private(gpp_string=GPP), "MISSING_GPP_SID", "/privacy/gpp_sid")


@pytest.mark.parametrize("value", [None, 5, True, [], [GPP], {}])
def test_a_gpp_string_that_is_no_text(sender: Sender, value: Any) -> None:
    """Guide 5.1: an invalid GPP string refuses the event, of whatever type it is."""
    sent = private(gpp_string=value, gpp_sid=[7])
    assert_refused(sender, sent, "INVALID_GPP_STRING", "/privacy/gpp_string")


@pytest.mark.parametrize("value", [None, 5, True, [], {}])
def test_a_us_privacy_string_that_is_no_text(sender: Sender, value: Any) -> None:
    """Guide 5.1: us_privacy_string is a string."""
    assert_refused(sender, private(us_privacy_string=value), "INVALID_FIELD", "/privacy/us_privacy_string")


@pytest.mark.parametrize("item", [None, 5, "x", True, [], [event()]])
def test_a_batch_of_what_is_no_event(sender: Sender, item: Any) -> None:
    """Guide 4: every event is a JSON object."""
    response = sender.batch([event(), item])
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_BODY")
    assert response.get_json()["message"].startswith("events[1]: ")
    assert sender.last()["violations"][0]["pointer"] == "/1"


@pytest.mark.parametrize("field", ["ifa", "partner_id"])
@pytest.mark.parametrize(
    "value", ["\u00a0", "\u200b", "\u2060\u2066", "\ufeff\u00ad", "\u3164", "\u2800", "\u3000 \ufe0f"], ids=ascii
)
def test_an_opaque_id_of_nothing_that_is_seen(sender: Sender, field: str, value: str) -> None:
    """Spaces of any width and signs that take no room are as blank as no text at all; beside a letter they are not."""
    assert_refused(
        sender, purchase(email_sha256=EMAIL, **{field: value}), "INVALID_IDENTIFIER", f"/identifiers/{field}"
    )
    assert sender.one(purchase(email_sha256=EMAIL, **{field: f"{value}A"})).status_code == 200


@pytest.mark.parametrize("number", [2**64, 10**30, 10**300])
def test_an_integer_beyond_64_bits_is_told_as_such(sender: Sender, number: int) -> None:
    """Nobody is told of a decimal point that they never wrote."""
    for sent, place in (
        (event(timestamp=number), "timestamp"),
        (private(gpp_string=GPP, gpp_sid=[number]), "gpp_sid[0]"),
    ):
        message = sender.one(sent).get_json()["message"]
        assert f"{place}: is beyond 64 bits" in message
        assert "decimal number" not in message


def test_of_many_that_are_alike_only_the_first_are_told(sender: Sender) -> None:
    """A list with a million wrong items is told by twenty; they are found behind any number of right ones."""
    sent = private(gpp_string=GPP, gpp_sid=[7] * 10_000 + ["x"] * 10_000)
    assert_refused(sender, sent, "INVALID_FIELD", "/privacy/gpp_sid/10000")
    assert [v["pointer"] for v in sender.last()["violations"]] == [
        f"/privacy/gpp_sid/{10_000 + place}" for place in range(MOST_ALIKE)
    ]


def test_of_many_unknown_fields_only_the_first_are_told(sender: Sender) -> None:
    """Where they are refused as where they are not; what else is wrong is told as well."""
    sender.read(unknown_fields="reject")
    sender.one(event(event_type="nonsense", **{f"field_{place}": 1 for place in range(1_000)}))
    codes = [violation["code"] for violation in sender.last()["violations"]]
    assert (codes.count("INVALID_FIELD"), codes.count("INVALID_EVENT_TYPE")) == (MOST_ALIKE, 1)


def test_a_word_of_any_length_has_no_neighbour(sender: Sender) -> None:
    """What is as long as that is no misspelling, and is not compared."""
    assert "did you mean" in sender.one(event(event_type="purchas")).get_json()["message"]
    assert "did you mean" not in sender.one(event(event_type="purchas" * 100)).get_json()["message"]


def test_of_hundreds_of_unknown_words_not_all_are_looked_up(sender: Sender) -> None:
    """Whoever sends them is told what the first may have meant; the verdict on the others is the same."""
    batch = [event(event_type=f"purchase{number}") for number in range(600)]
    sender.batch(batch)
    messages = [violation["message"] for violation in sender.last()["violations"]]
    assert (len(messages), sum("did you mean" in message for message in messages)) == (600, 500)
