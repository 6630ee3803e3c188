"""What may be shown of a request: its texts, its head, its key."""

from __future__ import annotations

import json
import string
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi.redact import MASK, Mask, is_new_key, mask_key, new_key, parts_of, redact_headers, redact_path
from tests.test_pii import PATIENT, TEXTS

KEY = "a/b+c=d%e&f 4711"
SENT = Mask().beside("the-sent-key")


@pytest.mark.parametrize("key", ["a", "abc", "test-key", "sk_live_0123456789abcdef", "ключ-ключ"])
def test_a_masked_key_tells_little(key: str) -> None:
    """At the most its first two characters."""
    assert mask_key(key) in (f"{key[:2]}****", "****")


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        json.dumps(KEY)[1:-1],
        KEY.replace("/", "\\/"),
        quote(KEY),
        quote(KEY, safe=""),
        quote(KEY, safe="").lower(),
        quote_plus(KEY).replace("+", "%20"),
        quote(quote(KEY, safe=""), safe=""),
        KEY.replace("+", "\\u002B").replace("=", "\\u003d"),
        KEY.replace("+", "\\\\u002B"),
    ],
)
def test_a_key_is_hidden_however_it_is_spelled(written: str) -> None:
    """As it is, in JSON, in URLs, and in these within one another."""
    mask = Mask([KEY])
    for text in (written, f"x={written}&y", f'{{"a":"{written}"}}'):
        assert not mask.is_clean(text)
        assert mask(text) == text.replace(written, MASK)


@pytest.mark.parametrize("key", [string.punctuation, "ключ-ключ", "🔑🔑🔑🔑", "a\\u0062cd", *string.punctuation])
def test_a_key_may_have_any_character(key: str) -> None:
    """None of them means anything where keys are looked for."""
    mask = Mask([f"key{key}key"])
    for written in (f"key{key}key", json.dumps(f"key{key}key")[1:-1], quote(f"key{key}key", safe="")):
        assert not mask.is_clean(f"<{written}>")
        assert mask(f"<{written}>") == f"<{MASK}>"


@PATIENT
@given(TEXTS)
def test_a_key_is_found_in_any_text(text: str) -> None:
    """A body with it is never kept as it came."""
    for mask in (Mask(["k.(1"]), Mask().beside("k.(1")):
        assert not mask.is_clean(f"{text}k.(1{text}")
        assert "k.(1" not in mask(f"{text}k.(1{text}")


@PATIENT
@given(st.text())
def test_a_mask_is_clean_where_it_changes_nothing(text: str) -> None:
    """What the quick look lets pass, the mask leaves alone."""
    mask = Mask(["test-key"])
    assert not mask.is_clean(text) or mask(text) == text


def test_a_new_key_is_hidden_by_its_form() -> None:
    """Nobody has to know it."""
    key = new_key()
    assert is_new_key(key)
    assert not Mask().is_clean(f"a{key}b")
    assert Mask()(f"a {key}.") == f"a {MASK}."
    assert not is_new_key("key-1")


def test_the_longer_key_goes_first() -> None:
    """Of two that begin alike nothing is left over."""
    assert Mask(["shop-key", "shop-key-2"])("shop-key-2 shop-key") == f"{MASK} {MASK}"


def test_a_short_key_hides_nothing() -> None:
    """The log would be full of masks."""
    assert Mask(["abc"])("abcd") == Mask().beside("abc")("abcd") == "abcd"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer 0123456789", "Bearer 01****"),
        ("Authorization", "0123456789", "01****"),
        ("Authorization", "Basic dXNlcjpwYXNz", "Basic dX****"),
        ("Cookie", "session=abcdefgh", "se****"),
        ("X-Api-Key", "short", "****"),
        ("X-Auth-Token", "0123456789", "01****"),
        ("Ocp-Apim-Subscription-Key", "0123456789", "01****"),
        ("X-Key", "0123456789", "01****"),
        ("Idempotency-Key", "order-0123456789", "order-0123456789"),
        ("Keyboard", "0123456789", "0123456789"),
        ("X-Forwarded-For", "203.0.113.7", "[masked IPv4]"),
        ("X-User", "jane@example.com", "[masked e-mail]"),
        ("User-Agent", "Chrome/120.0.0.0", "Chrome/120.0.0.0"),
        (
            "User-Agent",
            "Mozilla/5.0 (X11) Chrome/120.0.0.0 (+4917612345678)",
            "Mozilla/5.0 (X11) Chrome/120.0.0.0 ([masked phone])",
        ),
        ("User-Agent", "bot (jane@example.com)", "bot ([masked e-mail])"),
        ("User-Agent", "bot/1.0 for 203.0.113.7 and 2001:db8::77", "bot/1.0 for [masked IPv4] and [masked IPv6]"),
        ("Via", "1.1 203.0.113.7", "1.1 [masked IPv4]"),
        ("X-Echo", "the-sent-key", "****"),
        ("Host", "127.0.0.1:8080", "127.0.0.1:8080"),
        ("Host", "the-sent-key.example", "****.example"),
    ],
)
def test_headers_are_shown_without_secrets_and_personal_data(name: str, value: str, shown: str) -> None:
    """Every header is shown, not every value."""
    assert redact_headers({name: value}, SENT) == ((name, shown),)


def test_paths_are_shown_without_secrets_and_personal_data() -> None:
    """The query too."""
    shown = redact_path("/v1/the-sent-key", "mail=jane%40example.com&key=the-sent-key&a=the-sent-key", SENT)
    assert shown == "/v1/****?mail=[masked e-mail]&key=****&a=****"


@pytest.mark.parametrize(
    ("key", "hidden"),
    [("test-key", ("test-key",)), ("Basic dXNlcjpw", ("Basic dXNlcjpw", "dXNlcjpw")), ("abc", ()), ("", ())],
)
def test_what_is_hidden_of_a_key(key: str, hidden: tuple[str, ...]) -> None:
    """All of it, and what follows a scheme; nothing of what is too short to be one."""
    assert parts_of(key) == hidden
