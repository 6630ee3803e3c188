"""Plaintext personal data: recognised where it stands, and kept nowhere, whatever the request looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mock_capi import pii
from mock_capi.pii.shapes import shape_in, spelled_out
from mock_capi.world import Dataset, World
from tests.senders import EMAIL, GONE, Sender, event

EMAILS = [
    *("test@example.com", "John.Doe+tag@mail.example.co.uk", "o'brien@example.com", "josé@exämple.de", "a_b-c@x-y.io"),
    "test%40example.com",
    "j%C3%B6rg%40example.com",
]
IPV4 = ["203.0.113.7", "8.8.8.8", "255.255.255.255", "0.0.0.0", "127.0.0.1"]  # noqa: S104 - texts
IPV6 = [
    "2001:db8::1",
    "fe80::1ff:fe23:4567:890a",
    "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "2001:DB8:0:0:8:800:200C:417A",
]
PHONES = [
    "+4917612345678",
    "+1 (555) 123-4567",
    "+49 176/123-456",
    "555-123-4567",
    "(555) 123-4567",
    "555 123 4567",
    "%2B4917612345678",
]
SHAPES = {
    "e-mail address": EMAILS,
    "IPv4 address": IPV4,
    "IPv6 address": IPV6,
    "phone number": PHONES,
}
EACH = pytest.mark.parametrize(
    ("shape", "text"),
    [(shape, text) for shape, texts in SHAPES.items() for text in texts],
    ids=ascii,
)
AROUND = [
    "{}",
    " {} ",
    "Call {}.",
    "Mail {}, please",
    "<{}>",
    '"{}"',
    "x={}&y=1",
    "https://a.de/?q={}",
    "[{}]",
    "a\n{}\tb",
    "é {}é ",
]


@EACH
@pytest.mark.parametrize("around", AROUND)
def test_a_shape_in_free_text(shape: str, text: str, around: str) -> None:
    """Each shape is found between other words, and masked to the last character."""
    whole = around.format(text)
    if around.startswith("é") and shape != "e-mail address":
        whole = f"é {text} é"
    assert pii.shape_of(whole) == shape
    masked = pii.mask_text(whole)
    assert text not in masked
    assert "[masked " in masked
    assert pii.shape_of(masked) is None
    assert pii.mask_text(masked) == masked


NOTHING_PERSONAL = [
    *(
        "",
        "abc",
        "1.2.3",
        "1.2.3.4.5",
        "v1.2.3.4",
        "256.1.1.1",
        "1.2.3.999",
        "12:30:45",
        "12:30",
        "std::map",
        "::",
        "a::b",
    ),
    *("@", "a@", "@b.de", "a@b", "@48.1,11.5", "user @ example.com", "100%40", "+1", "+123456", "1+1=2", "2027-01-15"),
    *("15551234567", "555-1234", "4111 1111 1111 1111", "123-45-6789", "978-3-16-148410-0", "SKU-4892-123-4567", EMAIL),
    *("38400000-8cf0-11bd-b23e-10b96e40000d", "10/12/2027", "3.14159", "txn_00123", "1,800,000,000", "192.168.1"),
]


@pytest.mark.parametrize("text", NOTHING_PERSONAL)
def test_no_shape(text: str) -> None:
    """Versions, times, dates, numbers and hashes stay as they are."""
    assert pii.shape_of(text) is None
    assert pii.mask_text(text) == text


@EACH
@pytest.mark.parametrize("joint", [" ", ",", ";", "/", "|", "&b=", "\n", " and "], ids=ascii)
def test_two_shapes_in_a_row(shape: str, text: str, joint: str) -> None:
    """What stands between two of them hides neither."""
    assert text not in pii.mask_text(f"a={text}{joint}{text}"), shape


def test_an_address_as_who_logs_in() -> None:
    """What stands before an at sign is not taken for the whole of it."""
    assert pii.mask_text("https://2001:db8::77@shop.example/") == "https://[masked IPv6]@shop.example/"
    assert pii.mask_text("https://203.0.113.7@shop.example/") == "https://[masked e-mail]/"


def hexed(text: str) -> str:
    """Every character as a percent escape."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def in_json(text: str) -> str:
    """As JSON writes it that was made for HTML."""
    return "".join(character if character.isalnum() else f"\\u{ord(character):04x}" for character in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "in a query": lambda text: quote(text, safe=""),
    "in a query, in small letters": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "in a form": quote_plus,
    "in a URL in a query": lambda text: quote(quote(text, safe=""), safe=""),
    "twice more": lambda text: quote(quote(quote(quote(text, safe=""), safe=""), safe=""), safe=""),
    "letter by letter": hexed,
    "in JSON": in_json,
    "in JSON in JSON": lambda text: in_json(text).replace("\\", "\\\\"),
    "after a line break": lambda text: "%0A" + quote(text, safe=""),
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize(
    ("shape", "text"),
    [(shape, text) for shape, texts in SHAPES.items() for text in texts if "%" not in text and text.isascii()],
)
def test_a_shape_however_it_is_spelled(shape: str, text: str, spelled: Callable[[str], str]) -> None:
    """URLs and JSON within texts escape characters, and these escapes are escaped again; none of it hides a shape."""
    for around in ("{}", "https://a.de/?x={}&y=1", '{{"a":"{}"}}'):
        whole = around.format(spelled(text))
        assert pii.shape_of(whole) == shape
        masked = pii.mask_text(whole)
        assert spelled(text) not in masked
        assert text not in masked
        assert "[masked " in masked


@EACH
def test_a_shape_alone(shape: str, text: str) -> None:
    """Where an opaque id or a hash should stand the same shapes are found, white space or not."""
    assert pii.shape_of_opaque(f" {text}\n") == pii.shape_of_hashed(f" {text}\n") == shape


@pytest.mark.parametrize(
    ("text", "opaque", "hashed"),
    [
        ("user@localhost", "e-mail address", "e-mail address"),
        ("::1", "IPv6 address", "IPv6 address"),
        ("5551234567", None, "phone number"),
        ("0176 123 456 78", None, "phone number"),
        ("123456", None, None),
        ("John Smith", None, None),
    ],
)
def test_a_place_tells_more(text: str, opaque: str | None, hashed: str | None) -> None:
    """The more surely no other text belongs there, the more is taken for personal data."""
    assert (pii.shape_of(text), pii.shape_of_opaque(text), pii.shape_of_hashed(text)) == (None, opaque, hashed)


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What the shapes are made of, so that random texts come close to them.
PIECES = st.sampled_from(
    [
        *'0123456789abcfAF.:@+-() /%_\\\n"é',
        "%40",
        "%2B",
        "%2b",
        "%20",
        "%25",
        "%28",
        "%29",
        "%2d",
        "%2E",
        "%3A",
        "%3a",
        "%31",
        "%C3%A9",
        "\\u002b",
        "::",
        "\\u0040",
        "1.2.3.",
        "555",
        ".com",
        "a@b.de",
        "2001:db8",
    ]
)
TEXTS = st.lists(PIECES, max_size=24).map("".join)


@PATIENT
@given(TEXTS)
@example("203.0.113.7")
@example("Mail a@b.de. Bye")
def test_the_screen_misses_nothing(text: str) -> None:
    """Where a shape is the screen notices it, in the text itself and in any JSON that holds it."""
    if not (shape_in(text) or shape_in(spelled_out(text))):
        return
    assert not pii.is_harmless(text)
    assert not pii.is_harmless(json.dumps({"a": [text]}))
    assert not pii.is_harmless(json.dumps({text: 1}, ensure_ascii=False))


@PATIENT
@given(TEXTS)
def test_masking_again_changes_nothing(text: str) -> None:
    """A masked text holds nothing that would be masked."""
    once = pii.mask_text(text)
    assert pii.mask_text(once) == once


@PATIENT
@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    """Masking takes whatever Unicode there is, and lets go what has no shape."""
    masked = pii.mask_text(text)
    assert masked == text or "[masked " in masked


# --- nothing survives in the log ---

SECRETS = ["john.doe@example.com", "203.0.113.77", "2001:db8::77", "+4917612345678", "secret-key-4711"]
NOISE = " ".join(SECRETS)
SURVIVORS = [*SECRETS, "john.doe%40", "%2B4917612345678", "17612345678", "john.doe", "\\u0040"]
ESCAPED = NOISE.replace("@", "\\u0040").replace(".", "\\u002e").replace(":", "\\u003A").replace("+", "\\u002b")
LINES = "\\n" + "\\n".join(SECRETS) + "\\t203.0.113.77"


def assert_nothing_survives(sender: Sender) -> dict[str, Any]:
    """None of the secrets is in any view of the log; the newest submission."""
    for path in ("/_inspect", "/_inspect/events", "/_inspect/summary", "/_inspect/status"):
        text = sender.client.get(path).get_data(as_text=True)
        assert [secret for secret in SURVIVORS if secret in text] == [], path
    return sender.last()


@pytest.fixture
def secretive(sender: Sender, world: World) -> Sender:
    """A sender in a world where the secret key belongs to a dataset."""
    world.provision(Dataset("secretive", SECRETS[-1]))
    return sender


def send(sender: Sender, body: Any, **options: Any) -> Any:
    return sender.one(body, key=SECRETS[-1], **options)


def own(**changes: Any) -> dict[str, Any]:
    return event(data_set_id="secretive", **changes)


BODIES: dict[str, Any] = {
    "free text": own(custom_data={"note": NOISE, NOISE: [NOISE, {"deep": NOISE}]}, source=NOISE, ext={"a": NOISE}),
    "URLs": own(
        page_url=f"https://a.de/?q={NOISE}", referer="https://a.de/?e=john.doe%40example.com&p=%2B4917612345678"
    ),
    "unknown field": own(**{NOISE: NOISE}),
    "unknown identifier": own(identifiers={"email_sha256": EMAIL, "email": SECRETS[0], NOISE: NOISE}),
    "identifiers": own(identifiers=dict(zip(("email_sha256", "ip", "ifa", "partner_id"), SECRETS, strict=False))),
    "identifiers in words": own(identifiers={"email_sha256": NOISE, "ip": [NOISE], "ifa": NOISE, "partner_id": NOISE}),
    "identifiers as text": own(identifiers=NOISE),
    "identifiers as list": own(identifiers=[NOISE]),
    "privacy": own(privacy={"gpp_string": NOISE, "gpp_sid": [NOISE], "us_privacy_string": NOISE, NOISE: NOISE}),
    "event type": own(event_type=SECRETS[0]),
    "long event type": own(event_type=NOISE),
    "custom name": own(event_type="custom", custom_event_name=NOISE),
    "timestamp": own(timestamp=NOISE),
    "currency": own(value=NOISE, currency_code=NOISE),
    "data_set_id": event(data_set_id=NOISE),
    "ECAPI": own(identifiers=GONE, user_data={"email_address": SECRETS[0], "ip_address": SECRETS[1]}),
    "batch": [own(source=NOISE)],
    "batch of texts": [NOISE, SECRETS[0], {NOISE: 1}],
    "one text": NOISE,
    "too many": [NOISE] * 1001,
    "escapes": json.dumps(own(source="X", identifiers={"email_sha256": "X"})).replace("X", ESCAPED).encode(),
    "escapes in names": json.dumps(own(X=1)).replace('"X"', f'"{ESCAPED}"').encode(),
    "duplicate names": json.dumps(own(source="X")).replace('"source"', f'"source": "{NOISE}", "source"').encode(),
    "duplicate identifiers": json.dumps(own()).replace('"email_sha', f'"email_sha256": "{NOISE}", "email_sha').encode(),
    "cut off": json.dumps(own(source=NOISE)).encode()[:-1],
    "cut off with escapes": f'{{"a": "{ESCAPED}'.encode(),
    "cut off with line breaks": f'{{"a": "{LINES}'.encode(),
    "cut off after an escape": b'{"a": "\\u00a0203.0.113.77 \\u2028+4917612345678',
    "trailing data": json.dumps(own()).encode() + NOISE.encode(),
    "UTF-16": json.dumps(own(source=NOISE)).encode("utf-16"),
    "Latin-1": b"\xe9" + NOISE.encode(),
    "form": NOISE.replace(" ", "&").replace("@", "%40").encode(),
    "XML": f"<event><email>{NOISE}</email></event>".encode(),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(own(source=NOISE)).encode(),
    "NaN": json.dumps(own(value=float("nan"), source=NOISE)).encode(),
    "nested": b"[" * 70 + json.dumps(NOISE).encode() + b"]" * 70,
    "one JSON text": json.dumps(NOISE).encode(),
    "one escaped JSON text": f'"{ESCAPED}"'.encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/batch", "/v1/nowhere"])
def test_bodies(secretive: Sender, path: str, body: Any) -> None:
    """Guide 4.2 and 5.2: accepted, refused or malformed, a body leaves no plaintext; messages never repeat it."""
    response = secretive.post(path, body, key=SECRETS[-1])
    assert [secret for secret in SURVIVORS if secret in response.get_data(as_text=True)] == []
    assert_nothing_survives(secretive)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies_with_an_unknown_key(sender: Sender, body: Any) -> None:
    """A key that nobody knows is kept no more than a known one, and neither is what it came with."""
    send(sender, body)
    assert_nothing_survives(sender)


@pytest.mark.parametrize(
    "readings", [{"null_fields": "absent"}, {"processing": "deferred"}, {"unknown_fields": "reject"}], ids=str
)
@pytest.mark.parametrize(
    "name", ["identifiers", "identifiers in words", "unknown identifier", "free text", "unknown field"]
)
def test_bodies_under_other_readings(sender: Sender, world: World, readings: dict[str, str], name: str) -> None:
    """No reading lets more into the log."""
    world.provision(Dataset("secretive", SECRETS[-1], readings))
    send(sender, BODIES[name])
    assert_nothing_survives(sender)


def test_a_name_beside_a_good_hash(sender: Sender) -> None:
    """What has no shape is masked where a hash belongs, and kept in free text."""
    sender.one(event(identifiers={"email_sha256": EMAIL, "name": "Jane Miller"}, custom_data={"ship": "Queen Mary"}))
    text = sender.client.get("/_inspect").get_data(as_text=True)
    assert "Jane" not in text
    assert "Queen Mary" in text
    assert EMAIL in text


@pytest.mark.parametrize(
    "query",
    [
        *("e={}", "a=1&email=john.doe%40example.com", "p=%2B4917612345678", "p=%2B49+176+12345678&i=203.0.113.77"),
        *("u=https%3A%2F%2Fa.de%2F%3Fi%3D203.0.113.77", "p=%2B49%20176%2012345678"),
    ],
)
def test_queries(secretive: Sender, query: str) -> None:
    """A query is kept without what looks like personal data or the key."""
    secretive.post(f"/v1/events?{query.format(NOISE)}", own(), key=SECRETS[-1])
    shown = assert_nothing_survives(secretive)["path"]
    assert "[masked" in shown
    assert "12345678" not in shown


@pytest.mark.parametrize("name", ["john.doe@example.com", "john.doe%40example.com", "203.0.113.77", SECRETS[-1]])
def test_paths(secretive: Sender, name: str) -> None:
    """A path that does not exist is kept masked, and the answer does not repeat it."""
    response = secretive.post(f"/v1/users/{name}/events", own(), key=SECRETS[-1])
    assert name not in response.get_data(as_text=True)
    assert_nothing_survives(secretive)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (name, NOISE)
            for name in ("X-Forwarded-For", "Forwarded", "From", "Referer", "X-User", "Cookie", "X-Api-Key")
        ),
        *((name, SECRETS[0]) for name in ("From", "User-Agent", "X-Email", "Via", "Server")),
        *((name, SECRETS[1]) for name in ("X-Real-Ip", "Cf-Connecting-Ip", "X-Token", "Proxy-Authorization")),
        *((name, SECRETS[-1]) for name in ("X-Key", "X-Auth", "X-Session-Id", "User-Agent", "X-Amz-Security-Token")),
    ],
)
def test_headers(secretive: Sender, name: str, value: str) -> None:
    """Header values are kept masked; those of secrets show two characters at most."""
    send(secretive, own(), headers={name: value})
    assert value not in str(assert_nothing_survives(secretive)["headers"])


@pytest.mark.parametrize(
    "sent", ["Bearer secret-key-4711", "secret-key-4711", "Basic secret-key-4711", "Bearer  secret-key-4711"]
)
def test_the_authorization_header(secretive: Sender, sent: str) -> None:
    """The key is told by two characters, known or not, well sent or not."""
    secretive.one(own(), headers={"Authorization": sent})
    submission = assert_nothing_survives(secretive)
    assert submission["api_key"].endswith("****")


@pytest.mark.parametrize("key", ["true", "null", "1800000000", "purchase", '"identifiers"', '":', "****", "a\\u0062cd"])
def test_keys_that_look_like_json(sender: Sender, key: str) -> None:
    """Whatever is sent as a key, hiding it leaves the log readable."""
    sender.one(event(mmt_only=True, source=None, custom_data={"k": key}), key=key)
    assert sender.last()["error_code"] == "INVALID_API_KEY"
    assert sender.last()["events"][0]["index"] == 0


@pytest.mark.parametrize("written", ['"ab/cd-4711"', '"ab\\/cd-4711"', '"ab/cd\\u002d4711"'])
def test_a_key_in_a_body_is_hidden_however_it_is_escaped(sender: Sender, world: World, written: str) -> None:
    """JSON has several ways to write a key, and none of them shows it."""
    world.provision(Dataset("slashed", "ab/cd-4711"))
    body = json.dumps(event(data_set_id="slashed", source="X")).replace('"X"', written).encode()
    assert sender.one(body, key="ab/cd-4711").status_code == 200
    assert "ab/cd-4711" not in sender.client.get("/_inspect").get_data(as_text=True)


@pytest.mark.parametrize("written", ["ключ-鍵", r"\u043a\u043b\u044e\u0447-\u9375"])
def test_a_key_beyond_ascii_is_hidden_however_it_is_escaped(sender: Sender, world: World, written: str) -> None:
    """Many clients escape what is not ASCII."""
    world.provision(Dataset("far", "ключ-鍵"))
    body = json.dumps(event(data_set_id="far", source="X")).replace("X", written).encode()
    assert sender.one(body, key="ключ-鍵".encode().decode("latin-1")).status_code == 200
    assert sender.last()["events"][0]["event"]["source"] == "****"


def test_a_compressed_body_is_not_kept(sender: Sender) -> None:
    """Nobody looks into what is encoded, so nothing of it is shown."""
    sender.one(NOISE.encode(), headers={"Content-Encoding": "gzip"})
    assert (sender.last()["body"] or "", sender.last()["events"]) == ("", [])
    assert_nothing_survives(sender)


def test_what_is_sound_is_kept_as_it_came(sender: Sender) -> None:
    """Hashes and free text without any shape are shown to the letter."""
    sent = event(custom_data={"coupon": ["SAVE10"], "n": 1.5, "t": None}, source="größe 😀")
    sender.one(sent)
    assert sender.last()["events"][0]["event"] == sent
