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


@pytest.mark.parametrize(
    "text",
    [
        *("plain", "it's", '"$HOME"', "`id`", "crème", "a\nb", "\\", "", "!!", "a\tb"),
        *("\x1b[31m", "\x1b[201~", "it's \\ \x07", "\r", "\x7f", "\x9b", "\u202e", "\x01f", "é\x1bé"),
    ],
)
def test_a_body_reaches_curl_as_it_was(text: str) -> None:
    """Whatever stands in it."""
    body = f'{{"a":"{text}"}}'
    command = as_curl("POST", URL, [("Content-Type", "application/json")], body.encode())
    assert words(command) == ["-sS", URL, "-H", "Content-Type: application/json", "--data-raw", body]


@pytest.mark.parametrize("text", ["\0(id)\0", "\0HOME\0", "$(id)", "${HOME}", "'$HOME'", '"$KEY$(id)'])
def test_nothing_but_the_variables_is_left_to_the_shell(text: str) -> None:
    """A sender who knows how they are written in gets nothing run."""
    command = as_curl("POST", URL, [("X-A", text)], text.encode(), variables=("$KEY",))
    # A word ends at a NUL, so it is looked for as the shell was told it.
    found = words(command.replace(r"\x00", "0"), KEY="k", HOME="/home")
    assert found[3:] == [f"X-A: {told(text)}", "--data-raw", told(text)]


def told(text: str) -> str:
    """The text after the shell, with a digit for NUL."""
    return text.replace("\0", "0").replace("$KEY", "k")


@pytest.mark.parametrize("text", ["\x1b[201~", "\x1b]0;title\x07", "a\rb", "\x9bm", "\u202e", "\x7f"])
def test_nothing_steers_the_terminal_that_it_is_pasted_into(text: str) -> None:
    """In body, headers and path: all of it can be printed."""
    command = as_curl("POST", f"{URL}/{text}", [("X-A", text)], text.encode())
    assert command.isprintable()


def test_the_path_is_escaped() -> None:
    """A log shows it without escapes, and curl takes brackets for ranges; the host's stay."""
    command = as_curl("GET", "http://[::1]:8080/v1/[masked e-mail]?a={b}&c=%20", [], b"")
    assert words(command)[-1] == "http://[::1]:8080/v1/%5Bmasked%20e-mail%5D?a=%7Bb%7D&c=%20"


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
