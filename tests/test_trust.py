"""Whom clients trust, and what they say of a server that could not be talked to."""

from __future__ import annotations

import ssl
from http.client import BadStatusLine, RemoteDisconnected

import pytest

from mock_capi.trust import context_for, pinned, why


@pytest.mark.parametrize("url", ["http://localhost", "localhost:8080", "http://[", ""])
def test_plain_http_is_certified_by_nobody(url: str) -> None:
    """Nor is what is no URL, which is refused elsewhere."""
    assert context_for(url) is None


@pytest.mark.parametrize("url", ["https://localhost", "HTTPS://localhost"])
def test_names_are_checked_under_https(url: str) -> None:
    """As Python does by itself."""
    context = context_for(url)
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_server_that_is_pinned_is_the_only_one_trusted() -> None:
    """None of the system's CAs will do; without any file nobody is trusted."""
    context = pinned([])
    assert context.get_ca_certs() == []
    assert (context.check_hostname, context.verify_mode) == (False, ssl.CERT_REQUIRED)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (TimeoutError(), "TimeoutError"),
        (RemoteDisconnected("Remote end closed connection"), "Remote end closed connection"),
        (BadStatusLine("SSH-2.0"), "SSH-2.0"),
        (BadStatusLine("\x15\x03\x03\x00\x02\x022"), "it speaks TLS; ask it with https://"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong"), "it does not speak TLS; ask it with http://"),
        (ssl.SSLError(1, "[SSL: INTERNAL_ERROR] of its own"), "[SSL: INTERNAL_ERROR] of its own"),
    ],
)
def test_a_failure_is_put_in_words(error: Exception, words: str) -> None:
    """Its own, or where it has none its kind."""
    assert why(error) == words
