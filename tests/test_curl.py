"""A request as a curl command: quoted for a shell, with variables left to it."""

from __future__ import annotations

import subprocess

import pytest

from mock_capi.curl import as_curl

URL = "http://127.0.0.1/v1/events"


def words(command: str, **variables: str) -> list[str]:
    """What a shell makes of a command, in place of running it."""
    printed = command.replace("curl ", "printf '%s\\0' ", 1)
    done = subprocess.run(["/bin/bash", "-c", printed], env=variables, capture_output=True, check=True, timeout=10)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("text", ["plain", "it's", '"$HOME"', "`id`", "crème", "a\nb", "\\", ""])
def test_a_body_reaches_curl_as_it_was(text: str) -> None:
    """Whatever stands in it."""
    body = f'{{"a":"{text}"}}'
    command = as_curl("POST", URL, [("Content-Type", "application/json")], body.encode())
    assert words(command) == ["-sS", URL, "-H", "Content-Type: application/json", "--data-raw", body]


def test_variables_are_left_to_the_shell() -> None:
    """And everything around them is not."""
    command = as_curl(
        "POST", URL, [("Authorization", "Bearer $KEY")], b'{"id":"$ID","n":"$NOT"}', variables=("$KEY", "$ID")
    )
    found = words(command, KEY="it's secret", ID="a b", NOT="x")
    assert found[3] == "Authorization: Bearer it's secret"
    assert found[5] == '{"id":"a b","n":"$NOT"}'


def test_a_long_body_is_cut_and_says_so() -> None:
    """Where a length is given."""
    assert as_curl("POST", URL, [], b"x" * 12, longest=10).endswith("'xxxxxxxxxx... (2 more characters)'")
    assert as_curl("POST", URL, [], b"x" * 12).endswith("xxxxxxxxxxxx")


def test_bytes_that_are_no_text_are_sent_too() -> None:
    """By way of base64."""
    assert "base64 -d" in as_curl("POST", URL, [], b"\xff\xfe")


def test_without_a_body_the_method_is_named() -> None:
    """curl would send GET."""
    assert words(as_curl("GET", URL, [], b"")) == ["-sS", "-X", "GET", URL]
    assert words(as_curl("POST", URL, [], b""))[1:3] == ["-X", "POST"]
