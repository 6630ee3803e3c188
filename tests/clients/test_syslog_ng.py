"""The http() destination of syslog-ng: a daemon that ships events without knowing what they are."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients.traffic import FORM, JSON, arm, batch, body_of, log_shows, single, url_for
from tests.web.wire import DEADLINE, Account, eventually

CONFIGURATION = """@version: current
options {{ time-reopen(1); stats-freq(0); }};
log {{
  source {{ stdin(flags(no-parse)); }};
  destination {{ http(
    url("{url}") method("POST") headers("Authorization: Bearer {key}"{headers})
    body("$MSG") {options}
  ); }};
}};
"""
TYPED = f', "Content-Type: {JSON}"'
IN_ARRAYS = 'batch-lines(3) delimiter(",") body-prefix("[") body-suffix("]")'
IN_FULL_ARRAYS = f"{IN_ARRAYS} batch-timeout(60000)"


class Shipping:
    """A daemon that takes one event per line on standard input and ships it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def feed(self, events: list[Any]) -> None:
        """Hand over events, as lines in UTF-8."""
        assert self._process.stdin
        self._process.stdin.write(b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events))
        self._process.stdin.flush()

    def end(self) -> None:
        """End it, whatever it still wanted to send."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


@contextmanager
def shipping(program: str, folder: Path, configuration: str) -> Iterator[Shipping]:
    """Run syslog-ng in the foreground, with every file of its own in a folder."""
    (folder / "syslog-ng.conf").write_text(configuration)
    files = {"--cfgfile": "syslog-ng.conf", "--persist-file": "persist", "--pidfile": "pid", "--control": "control"}
    options = [f"{option}={folder / name}" for option, name in files.items()]
    command = [program, "--foreground", "--no-caps", "--stderr", *options]
    started = Shipping(subprocess.Popen(command, stdin=subprocess.PIPE))
    try:
        yield started
    finally:
        started.end()


def configured(account: Account, body: object, headers: str = TYPED, options: str = "") -> str:
    """A configuration that ships to where a body like this belongs."""
    return CONFIGURATION.format(url=url_for(account, body), key=account.api_key, headers=headers, options=options)


def ship(account: Account, program: str, folder: Path, body: Any, attempts: int = 1, **options: Any) -> None:
    """Ship an event, or the events of a batch, and wait until as many requests are in the log."""
    with shipping(program, folder, configured(account, body, **options)) as daemon:
        daemon.feed(body if isinstance(body, list) else [body])
        eventually(lambda: len(account.log()) >= attempts)


def test_each_event_is_received_once_and_shown_as_sent(account: Account, syslog_ng: str, tmp_path: Path) -> None:
    """With both headers of guide 2 a line becomes the body of a request (guide 2, 3.1)."""
    body = single(account)
    ship(account, syslog_ng, tmp_path, body)
    log_shows(account, body, 200)


def test_events_become_arrays_of_as_many_as_are_asked_for(account: Account, syslog_ng: str, tmp_path: Path) -> None:
    """A prefix, a delimiter and a suffix make a batch of `batch-lines` lines (guide 3.1, 6.2)."""
    events = batch(account, 6)
    with shipping(syslog_ng, tmp_path, configured(account, events, options=IN_FULL_ARRAYS)) as daemon:
        daemon.feed(events)
        log = eventually(lambda: len(found := account.log(order="asc")) == 2 and found)
    assert [[kept["event"] for kept in entry["events"]] for entry in log] == [events[:3], events[3:]]
    assert [(entry["endpoint"], entry["status"], entry["advisories"]) for entry in log] == [("batch", 200, [])] * 2


def test_an_event_that_comes_alone_is_a_batch_of_one(account: Account, syslog_ng: str, tmp_path: Path) -> None:
    """Without a `batch-timeout` it waits for no other, and is received with a remark (guide 6)."""
    body = batch(account, 1)
    ship(account, syslog_ng, tmp_path, body, options=IN_ARRAYS)
    log_shows(account, body, 200, advisories=["SINGLE_EVENT_BATCH"])


@pytest.mark.parametrize(("kind", "options"), [("single", ""), ("batch", IN_FULL_ARRAYS)], ids=["single", "batch"])
def test_a_failure_is_repeated_with_the_same_body_until_it_is_received(
    account: Account, syslog_ng: str, tmp_path: Path, kind: str, options: str
) -> None:
    """After a 500 and a 503 the third attempt is received, and stored once (guide 8.3)."""
    body = body_of(account, kind)
    arm(account, 500, 503)
    ship(account, syslog_ng, tmp_path, body, attempts=3, options=options)
    log_shows(account, body, 500, 503, 200)


@pytest.mark.parametrize(
    ("kind", "headers", "code", "content_type"),
    [("anonymous", TYPED, "MISSING_IDENTIFIER", JSON), ("single", "", "UNSUPPORTED_MEDIA_TYPE", FORM)],
    ids=["an event without identifiers", "no content type"],
)
def test_a_refused_event_is_repeated_for_ever_and_holds_up_the_next(
    account: Account, syslog_ng: str, tmp_path: Path, kind: str, headers: str, code: str, content_type: str
) -> None:
    """A 400 is to syslog-ng a failure like any other, against guide 8.3, and what comes later is never sent."""
    refused = body_of(account, kind)
    with shipping(syslog_ng, tmp_path, configured(account, refused, headers)) as daemon:
        daemon.feed([refused, single(account, event_type="lead")])
        eventually(lambda: len(account.log()) >= 3)
    attempts = len(account.log())
    log_shows(account, refused, *[400] * attempts, code=code, content_type=content_type)
