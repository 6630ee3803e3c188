"""curl, as a script of a shop or a developer at a terminal uses it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.clients.traffic import (
    FORM,
    JSON,
    Json,
    arm,
    assert_masked,
    assert_received,
    assert_refused,
    batch,
    body_of,
    gaps,
    log_shows,
    single,
    url_for,
)
from tests.web.wire import Account

TYPED = ["-H", f"Content-Type: {JSON}"]
STDIN = ["--data-binary", "@-"]
WAYS: dict[str, tuple[list[str], dict[str, str | None]]] = {
    "--json": (["--json", "@-"], {}),
    "-d": ([*TYPED, "-d", "@-"], {}),
    "chunked": ([*TYPED, *STDIN, "-H", "Transfer-Encoding: chunked"], {"Transfer-Encoding": "chunked"}),
    "HTTP/1.0": ([*TYPED, *STDIN, "--http1.0"], {"Transfer-Encoding": None}),
    "HTTP/2": ([*TYPED, *STDIN, "--http2"], {"Upgrade": "h2c"}),
    "Expect": ([*TYPED, *STDIN, "-H", "Expect: 100-continue"], {"Expect": "100-continue"}),
    "--compressed": ([*TYPED, *STDIN, "--compressed"], {"Content-Encoding": None}),
}
MEGABYTE = 1_000_000
ENORMOUS = 60 * MEGABYTE
"""More than the limit of guide 6.2 and everything that sockets buffer."""


class Done(NamedTuple):
    """What curl was answered last, how much it had sent of the body by then, and how it ended."""

    status: int
    answer: Json
    sent_bytes: int
    code: int


Curl = Callable[..., Done]


@pytest.fixture
def send(account: Account, curl: str, tmp_path: Path) -> Curl:
    """Sends a body on standard input, with whatever options; the key is in a file that no process list shows."""
    (tmp_path / "headers").write_text(f"Authorization: Bearer {account.api_key}\n")
    answer = tmp_path / "answer"
    usual = ["-q", "-sS", "--max-time", "60", "-H", f"@{tmp_path / 'headers'}", "-o", str(answer)]

    def sent(body: Any, *options: str) -> Done:
        command = [curl, *usual, "-w", "%{http_code} %{size_upload}", *options, url_for(account, body)]
        text = json.dumps(body, ensure_ascii=False).encode()
        done = subprocess.run(command, input=text, capture_output=True, timeout=90, check=False)
        assert done.stdout, done.stderr.decode()
        status, sent_bytes = done.stdout.split()
        return Done(int(status), json.loads(answer.read_bytes()), int(sent_bytes), done.returncode)

    return sent


@pytest.mark.parametrize("kind", ["single", "batch"])
@pytest.mark.parametrize("way", WAYS)
def test_a_typed_body_is_received_once_and_shown_as_sent(account: Account, send: Curl, way: str, kind: str) -> None:
    """Both headers of guide 2 are all it takes, however the body travels (guide 2, 3.1)."""
    body = body_of(account, kind)
    options, headers = WAYS[way]
    done = send(body, *options)
    assert_received(done.status, done.answer, body)
    (entry,) = log_shows(account, body, 200)
    assert {name: entry["headers"].get(name) for name in headers} == headers


@pytest.mark.parametrize("kind", ["single", "batch"])
@pytest.mark.parametrize(
    ("options", "content_type", "words"),
    [
        ([], FORM, "The Content-Type is not application/json."),
        (["-H", "Content-Type: text/plain"], "text/plain", "The Content-Type is not application/json."),
        (["-H", "Content-Type:"], None, "There is no Content-Type."),
    ],
    ids=["a form", "text", "none"],
)
def test_another_content_type_is_refused_and_told_why(
    account: Account, send: Curl, options: list[str], content_type: str | None, words: str, kind: str
) -> None:
    """`-d` says that it sends a form unless it is told otherwise (guide 2)."""
    body = body_of(account, kind)
    done = send(body, "-d", "@-", *options)
    assert_refused(done.status, done.answer, "UNSUPPORTED_MEDIA_TYPE", words)
    log_shows(account, body, 400, code="UNSUPPORTED_MEDIA_TYPE", content_type=content_type)


def test_a_body_over_a_megabyte_is_received_with_a_remark(account: Account, send: Curl) -> None:
    """curl waits with it for 100 Continue by itself; the checklist advises to stay below (guide 10)."""
    body = batch(account, 500, page_url=f"https://www.example.com/?q={'x' * 2_000}")
    done = send(body, *TYPED, *STDIN)
    assert_received(done.status, done.answer, body)
    assert done.sent_bytes > MEGABYTE
    (entry,) = log_shows(account, body, 200, advisories=["LARGE_BODY"])
    assert entry["headers"]["Expect"] == "100-continue"


@pytest.mark.parametrize(
    ("options", "most"),
    [
        (["--expect100-timeout", "30"], 0),
        (["-H", "Expect:"], ENORMOUS - 1),
        (["-H", "Transfer-Encoding: chunked"], ENORMOUS - 1),
    ],
    ids=["waiting for 100", "at once", "chunked"],
)
def test_a_body_over_the_limit_is_refused_before_all_of_it_is_sent(
    account: Account, send: Curl, tmp_path: Path, options: list[str], most: int
) -> None:
    """The answer comes early and reaches a curl that is still sending (guide 6.2)."""
    enormous = tmp_path / "enormous"
    with enormous.open("wb") as file:
        file.truncate(ENORMOUS)
    done = send([], *TYPED, *options, "--data-binary", f"@{enormous}")
    assert_refused(done.status, done.answer, "PAYLOAD_TOO_LARGE", "Send smaller batches.")
    assert done.sent_bytes <= most
    (entry,) = account.log()
    assert (entry["error_code"], entry["events"], entry["body"]) == ("PAYLOAD_TOO_LARGE", [], None)
    assert_masked(entry, account)


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_a_failure_is_one_attempt(account: Account, send: Curl, kind: str) -> None:
    """Without `--retry` the event is lost (guide 8.3), and without `--fail` curl ends as if all were well."""
    body = body_of(account, kind)
    arm(account, 500)
    done = send(body, *TYPED, *STDIN)
    assert (done.status, done.code) == (500, 0)
    log_shows(account, body, 500)


@pytest.mark.parametrize("kind", ["single", "batch"])
def test_retry_repeats_post_and_waits_longer_each_time(account: Account, send: Curl, kind: str) -> None:
    """`--retry` covers POST, with the same body, after one second and then two (guide 8.3)."""
    body = body_of(account, kind)
    arm(account, 500, 503)
    done = send(body, "--retry", "2", *TYPED, *STDIN)
    assert_received(done.status, done.answer, body)
    first, second = gaps(log_shows(account, body, 500, 503, 200))
    assert first >= 1
    assert second >= 2


def test_retry_covers_502_and_504_and_gives_up(account: Account, send: Curl) -> None:
    """`--retry 2` is three attempts, and nothing is stored."""
    body = single(account)
    arm(account, 502, 504, 500, 500)
    assert send(body, "--retry", "2", "--retry-delay", "1", *TYPED, *STDIN).status == 500
    log_shows(account, body, 502, 504, 500)


def test_retry_honours_retry_after(account: Account, send: Curl) -> None:
    """What a fault asks for is how long curl waits at least."""
    body = single(account)
    arm(account, 503, retry_after=2)
    assert send(body, "--retry", "1", *TYPED, *STDIN).status == 200
    assert gaps(log_shows(account, body, 503, 200))[0] >= 2


def test_retry_does_not_cover_every_failure(account: Account, send: Curl) -> None:
    """A 501 is no transient failure to curl, so the event is lost, against guide 8.3."""
    body = single(account)
    arm(account, 501)
    assert send(body, "--retry", "3", *TYPED, *STDIN).status == 501
    log_shows(account, body, 501)


@pytest.mark.parametrize(
    ("options", "attempts"),
    [(["--retry", "3"], 1), (["--retry", "1", "--retry-all-errors", "--fail-with-body"], 2)],
    ids=["--retry", "--retry-all-errors"],
)
def test_a_400_is_not_retried_unless_everything_is(
    account: Account, send: Curl, options: list[str], attempts: int
) -> None:
    """`--retry` leaves a refusal alone, as guide 8.3 wants it; `--retry-all-errors` sends it again for nothing."""
    body = body_of(account, "anonymous")
    assert send(body, *options, *TYPED, *STDIN).status == 400
    log_shows(account, body, *[400] * attempts, code="MISSING_IDENTIFIER")
