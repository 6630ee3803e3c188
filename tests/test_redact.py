"""What may be shown of a request's head."""

from __future__ import annotations

import orjson
import pytest

from mock_capi.redact import mask_key, redact_headers, redact_method, redact_path, secrets_in, written_without


@pytest.mark.parametrize("key", ["a", "abc", "test-key", "sk_live_0123456789abcdef", "ключ-ключ"])
def test_a_masked_key_tells_little(key: str) -> None:
    """At the most its first two characters."""
    assert mask_key(key) in (f"{key[:2]}****", "****")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer 0123456789", "Bearer 01****"),
        ("Authorization", "0123456789", "01****"),
        ("Authorization", "Basic dXNlcjpwYXNz", "Basic dX****"),
        ("Cookie", "session=abcdefgh", "se****"),
        ("X-Api-Key", "short", "****"),
        ("X-Auth-Token", "0123456789", "01****"),
        ("X-Forwarded-For", "203.0.113.7", "[masked IPv4]"),
        ("X-User", "jane@example.com", "[masked e-mail]"),
        ("User-Agent", "Chrome/120.0.0.0", "Chrome/120.0.0.0"),
        ("User-Agent", "bot (jane@example.com)", "bot ([masked e-mail])"),
        ("X-Echo", "the-sent-key", "****"),
        ("Host", "127.0.0.1:8080", "127.0.0.1:8080"),
        ("Host", "jane@example.com", "[masked e-mail]"),
        ("User-Agent", "bot jane%40example.com", "bot [masked e-mail]"),
    ],
)
def test_headers_are_shown_without_secrets_and_personal_data(name: str, value: str, shown: str) -> None:
    """Every header is shown, not every value."""
    assert redact_headers({name: value}, ("the-sent-key",)) == ((name, shown),)


def test_paths_are_shown_without_secrets_and_personal_data() -> None:
    """The query too."""
    shown = redact_path(
        "/v1/the-sent-key", "mail=jane%40example.com&key=the-sent-key&a=the-sent-key", ("the-sent-key",)
    )
    assert shown == "/v1/****?mail=[masked e-mail]&key=****&a=****"


@pytest.mark.parametrize(
    ("key", "hidden"),
    [("test-key", ("test-key",)), ("Basic dXNlcjpw", ("Basic dXNlcjpw", "dXNlcjpw")), ("abc", ()), ("", ())],
)
def test_what_is_hidden_of_a_key(key: str, hidden: tuple[str, ...]) -> None:
    """All of it, and what follows a scheme; nothing of what is too short to be one."""
    assert secrets_in(key) == hidden


@pytest.mark.parametrize("text", ["jane%40example.com", "203.0.113.7", "+4917612345678", "the-sent-key"])
def test_methods_and_names_of_headers_may_be_any_word(text: str) -> None:
    """So they are shown without secrets and personal data as well."""
    assert text not in redact_method(text, ("the-sent-key",))
    assert redact_method("PATCH", ("PATCH",)) == "PATCH"
    if text != "the-sent-key":
        ((name, value),) = redact_headers({f"{text}": "1"}, ())
        assert (text in name, value) == (False, "1")


@pytest.mark.parametrize("value", [{"a": ['k"\\\n\x01é']}, {'k"\\\n\x01é': 1}, ['xk"\\\n\x01éy']])
def test_a_secret_is_found_however_json_writes_it(value: object) -> None:
    """Quotes, backslashes and control characters are escaped, and hide nothing."""
    secret = 'k"\\\n\x01é'
    assert secret not in str(orjson.loads(written_without(value, (secret,))))
    assert written_without(value, ("other",)) == orjson.dumps(value)
