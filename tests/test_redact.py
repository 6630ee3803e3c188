"""What may be shown of a request: its texts, its head, its key."""

from __future__ import annotations

import json
import string
from urllib.parse import quote, quote_plus

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_capi.masking import mask_json
from mock_capi.redact import (
    MASK,
    Mask,
    is_new_key,
    mask_key,
    new_key,
    parts_of,
    redact_headers,
    redact_method,
    redact_path,
)
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
        ("Host", "jane@example.com", "[masked e-mail]"),
        ("User-Agent", "bot jane%40example.com", "bot [masked e-mail]"),
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


@pytest.mark.parametrize("text", ["jane%40example.com", "203.0.113.7", "+4917612345678", "the-sent-key"])
def test_methods_and_names_of_headers_may_be_any_word(text: str) -> None:
    """So they are shown without secrets and personal data as well."""
    assert text not in redact_method(text, SENT)
    assert redact_method("PATCH", Mask(["PATCH"])) == "PATCH"
    ((name, _), other) = redact_headers({text: "1", "X-Other": "2"}, SENT)
    assert (text in name, other) == (False, ("X-Other", "2"))


@pytest.mark.parametrize("value", [{"a": ['k"\\/é']}, {'k"\\/é': 1}, ['xk"\\/éy']])
@pytest.mark.parametrize("mask", [Mask(['k"\\/é']), Mask().beside('k"\\/é')], ids=["known", "sent"])
def test_a_secret_is_found_however_json_writes_it(value: object, mask: Mask) -> None:
    """Quotes, backslashes, slashes and what is not ASCII are escaped, and hide nothing."""
    for written in (json.dumps(value), orjson.dumps(value).decode(), json.dumps(value).replace("/", "\\/")):
        assert not mask.is_clean(written)
    assert 'k"\\/é' not in str(mask_json(value, mask))


def test_there_may_be_very_many_keys() -> None:
    """As many as there may be datasets, each with a key of its own making."""
    keys = [f"shop/{number:05}" for number in range(10_000)]
    mask = Mask(keys)
    assert mask(f"{keys[0]} {keys[-1]} shop/x") == f"{MASK} {MASK} shop/x"
    assert mask.is_clean("shop/x")


@pytest.mark.parametrize("key", ["/key", "\\key", "ключ"])
def test_a_row_of_backslashes_is_read_once(key: str) -> None:
    """Also where a key begins with what may be escaped. Read again from each it would take hours."""
    assert Mask([key])(f"{key} " + "\\" * 500_000).startswith(f"{MASK} ")
