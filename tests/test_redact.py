"""What may be shown of a request's head."""

from __future__ import annotations

import pytest

from mock_capi.redact import mask_key, redact_headers, redact_path, secrets_in


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
