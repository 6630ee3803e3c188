"""No key, no token and no plaintext personal data gets out, wherever it was put, and whoever reads what."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from werkzeug.test import Client

from mock_capi.spec import Spec
from mock_capi.testing import MockCapi
from mock_capi.web.app import create_app
from mock_capi.web.guard import Guard
from mock_capi.world import Dataset, World
from tests.conftest import Running, require, start_server, stop_server
from tests.security.canaries import ADMIN_TOKEN, ALL, KEYS, PERSONA, PERSONAL, SOWN, forms, found_in
from tests.security.outputs import Read, read_all, serve_arguments
from tests.security.sowing import STEERING, Sent, bodies, everything, made
from tests.stores import RedisServer

DATASETS = ",".join(f"{name}={key}" for name, key in KEYS.items())
ENVIRONMENT = {"MOCK_CAPI_DATASETS": DATASETS, "MOCK_CAPI_ADMIN_TOKEN": ADMIN_TOKEN, "MOCK_CAPI_CONFIG": ""}


class Sown(NamedTuple):
    """A server that was sent everything: what it answered, and where it writes to."""

    running: Running
    answers: list[tuple[Sent, str]]
    folder: Path


@pytest.fixture(scope="module")
def sown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sown]:
    """A real server with all its outputs, secrets given by environment."""
    folder = tmp_path_factory.mktemp("canaries")
    errors = folder / "stderr"
    running = start_server(*serve_arguments(folder), environment={**os.environ, **ENVIRONMENT}, errors=errors)
    yield Sown(running, [(asked, _exchange(running, asked)) for asked in everything()], folder)
    stop_server(running)


def _exchange(running: Running, asked: Sent, *, chunked: bool = False) -> str:
    """What is answered, head and body; nothing where a fault has the connection cut."""
    connection = HTTPConnection(running.host, running.port, timeout=20)
    body = iter([asked.body[:7], asked.body[7:]]) if chunked else asked.body
    try:
        headers = {name: value.encode() for name, value in asked.headers.items()}
        connection.request(asked.method, asked.path, body, headers, encode_chunked=chunked)
        response = connection.getresponse()
        return _written(response.status, response.getheaders(), response.read())
    except (ConnectionError, HTTPException):
        return ""
    finally:
        connection.close()


def _written(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    lines = "\n".join(f"{name}: {value}" for name, value in headers)
    return f"{status}\n{lines}\n\n{body.decode(errors='replace')}"


def _reading(running: Running) -> Read:
    return lambda path: _exchange(running, Sent("GET", path, STEERING, b""))


def assert_none_in(outputs: Iterator[tuple[str, str]], but: tuple[str, ...] = ()) -> int:
    """None of the outputs holds a canary, but for those that are named; how many there were."""
    searched = list(outputs)
    leaks = [(name, leak) for name, text in searched for leak in found_in(text)]
    assert [(name, leak) for name, leak in leaks if not leak.startswith(but or ("nothing",))] == []
    return len(searched)


def test_the_search_finds_what_it_looks_for() -> None:
    """In every form, and in the middle of other text."""
    for name, text in ALL.items():
        for form in forms(text):
            assert any(found.startswith(name) for found in found_in(f"a{form}b")), (name, form)
    assert found_in("cn****, [masked e-mail], 4711") == []


def test_everything_was_received(sown: Sown) -> None:
    """What is searched holds as much as was sent: thousands of submissions, all kinds of verdicts."""
    summary = json.loads(_reading(sown.running)("/_inspect/summary").split("\n\n")[1])
    assert summary["submissions"]["accepted"] > 100
    assert {"MALFORMED_JSON", "PAYLOAD_TOO_LARGE", "PLAINTEXT_PII", "INVALID_API_KEY"} <= set(summary["error_codes"])
    assert {"SUSPECTED_PII", "UNKNOWN_FIELD"} <= set(summary["advisories"])


def test_no_answer_gives_one_away(sown: Sown) -> None:
    """Of the vendor's API, of /_control and of /_inspect; messages and headers alike."""
    assert_none_in((f"{asked.method} {asked.path}", answer) for asked, answer in sown.answers)


def test_nothing_that_is_read_gives_one_away(sown: Sown) -> None:
    """Every view, export, report and page, and each submission in detail and in context."""
    assert assert_none_in(read_all(_reading(sown.running))) > 500


def test_nothing_that_is_written_gives_one_away(sown: Sown) -> None:
    """The server's own log, its access log, its journal, and the arguments that all users of a machine can read."""
    written = {path.name: path.read_text() for path in sown.folder.iterdir()}
    assert "journal.ndjson" in written
    assert len(written["journal.ndjson"].splitlines()) > 500
    process = Path(f"/proc/{sown.running.process.pid}/cmdline")
    written["cmdline"] = process.read_text() if process.exists() else ""
    assert_none_in(iter(written.items()))


def test_a_stream_gives_none_away(sown: Sown) -> None:
    """From its beginning, as browsers and programs follow it."""
    running = sown.running
    connection = HTTPConnection(running.host, running.port, timeout=20)
    connection.request("GET", "/_inspect/stream?last_event_id=0", headers=STEERING)
    response = connection.getresponse()
    frames = [response.readline() for _ in range(600)]
    connection.close()
    assert sum(frame.startswith(b"data: ") for frame in frames) > 100
    assert_none_in(iter([("stream", b"".join(frames).decode())]))


def test_bodies_in_chunks_and_cut_off_give_none_away(sown: Sown) -> None:
    """However they come."""
    answers = []
    for text in SOWN.values():
        asked = Sent("POST", "/v1/events", {"Authorization": f"Bearer {KEYS['shop']}"}, json.dumps(text).encode())
        answers.append(("in chunks", _exchange(sown.running, asked, chunked=True)))
        longer = {**asked.headers, "Content-Length": str(len(asked.body) + 9)}
        answers.append(("cut off", _cut_off(sown.running, asked._replace(headers=longer))))
    answers.append(("the log", _reading(sown.running)(f"/_inspect?limit={2 * len(SOWN)}")))
    assert_none_in(iter(answers))


def _cut_off(running: Running, asked: Sent) -> str:
    connection = HTTPConnection(running.host, running.port, timeout=20)
    connection.putrequest(asked.method, asked.path)
    for name, value in asked.headers.items():
        connection.putheader(name, value)
    connection.endheaders(asked.body)
    connection.sock.shutdown(1)
    try:
        return connection.getresponse().read().decode()
    except (ConnectionError, HTTPException):
        return ""
    finally:
        connection.close()


def test_the_application_alone_gives_none_away(the_spec: Spec) -> None:
    """Under any WSGI server it answers and shows no more than ours."""
    world = World(the_spec, hidden=[ADMIN_TOKEN])
    for name, key in KEYS.items():
        world.provision(Dataset(name, key))
    client = Client(create_app(world, Guard(ADMIN_TOKEN)))

    def exchange(asked: Sent) -> str:
        headers = {name: value.encode().decode("latin-1") for name, value in asked.headers.items()}
        response = client.open(asked.path, method=asked.method, headers=headers, data=asked.body)
        return _written(response.status_code, response.headers.items(), response.data)

    asked = [one for one in everything() if not one.path.startswith("/_inspect/stream")]
    assert_none_in((f"{one.method} {one.path}", exchange(one)) for one in asked)
    assert assert_none_in(read_all(lambda path: exchange(Sent("GET", path, STEERING, b"")))) > 500


def test_a_redis_gets_no_more_than_is_documented(tmp_path: Path) -> None:
    """The datasets' keys, which every process must know; nothing else of what was sent."""
    require(RedisServer.is_installed(), "redis-server")
    server = RedisServer()
    try:
        store = server.fresh()
        running = start_server("--store", store, environment={**os.environ, **ENVIRONMENT})
        for asked in everything():
            _exchange(running, asked)
        stop_server(running)
        with server.client() as client:
            text = "\n".join(_kept(client, key) for key in client.keys("*"))
    finally:
        server.stop()
    assert "MALFORMED_JSON" in text
    assert_none_in(iter([("redis", text)]), but=("key of shop", "key of app"))


def _kept(client: Any, key: bytes) -> str:
    """What a Redis holds under a key, whatever it is."""
    read = {b"string": client.get, b"hash": client.hgetall, b"stream": client.xrange}
    return f"{key!r} {read[client.type(key)](key)!r}"


# --- commands ---


def run(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command prints and writes."""
    command = [sys.executable, "-m", "mock_capi", *arguments]
    usual = {**os.environ, "MOCK_CAPI_CONFIG": ""}
    done = subprocess.run(
        command, capture_output=True, text=True, env={**usual, **environment}, cwd=folder, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr
    written = "".join(path.read_text() for path in sorted(folder.glob("*.xml")))
    assert done.stdout + written
    return done.stdout + done.stderr + written


ASKING = [
    ("report",),
    ("report", "--format", "json"),
    ("report", "--format", "junit"),
    ("report", "--format", "html"),
    ("reconcile", "orders.csv", "--junit", "reconcile.xml"),
    ("reconcile", "orders.csv", "--json"),
    ("verify", "--only", "currency.missing*", "--junit", "verify.xml"),
    ("ready",),
]


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_no_command_that_asks_a_server_gives_one_away(sown: Sown, tmp_path: Path, command: tuple[str, ...]) -> None:
    """What it prints, and the files that it writes."""
    with (tmp_path / "orders.csv").open("w", newline="") as file:
        rows = [(text, 9.5, "USD") for text in PERSONAL.values()]
        csv.writer(file).writerows([("transaction_id", "value", "currency"), *rows])
    server = {"MOCK_CAPI_URL": sown.running.url, "MOCK_CAPI_API_KEY": KEYS["shop"]}
    if command[0] != "ready":
        server["MOCK_CAPI_ADMIN_TOKEN"] = ADMIN_TOKEN
    assert_none_in(iter([(" ".join(command), run(tmp_path, *command, **server))]))


@pytest.mark.parametrize(
    "form", [(), ("--json",), ("--sarif",), ("--junit", "check.xml"), ("--max-errors", "0")], ids=" ".join
)
def test_a_check_of_files_gives_none_away(tmp_path: Path, form: tuple[str, ...]) -> None:
    """No value of an event is printed; of names those that are personal data are masked, a key there is unknown."""
    file = tmp_path / "events.ndjson"
    personal = [body for text in PERSONAL.values() for body in bodies(text)]
    secret = [made(source=text, custom_data={"key": text}, identifiers={"ifa": text}) for text in KEYS.values()]
    file.write_text("".join(json.dumps(body) + "\n" for body in (*personal, *secret)))
    found = run(tmp_path, "check", "--fail-on", "advisory", "--max-errors", "10000", *form, file.name)
    assert_none_in(iter([("check", found)]))


@pytest.mark.parametrize("form", ["text", "json", "toml"])
def test_the_configuration_gives_no_key_away(tmp_path: Path, form: str) -> None:
    """Unless it is asked for with --show-secrets."""
    assert_none_in(iter([("config", run(tmp_path, "config", "--format", form, **ENVIRONMENT))]))


@pytest.mark.parametrize(
    "settings",
    [
        {"MOCK_CAPI_DATASETS": f"shop={KEYS['shop']},shop={KEYS['app']}"},
        {"MOCK_CAPI_DATASETS": f"shop={KEYS['shop']},app={KEYS['shop']}"},
        {"MOCK_CAPI_DATASETS": KEYS["app"]},
        {"MOCK_CAPI_ADMIN_TOKEN": f" {ADMIN_TOKEN}"},
        {"MOCK_CAPI_STORE": f"redis://:{ADMIN_TOKEN}@127.0.0.1:1/0"},
    ],
    ids=str,
)
def test_a_wrong_setting_gives_none_away(tmp_path: Path, settings: dict[str, str]) -> None:
    """What is wrong is told without quoting it."""
    command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0"]
    environment = {**os.environ, "MOCK_CAPI_CONFIG": "", **settings}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60, check=False
    )
    assert done.returncode == 2
    assert_none_in(iter([("stderr", done.stderr)]))


def test_a_failed_assertion_gives_none_away(sown: Sown) -> None:
    """It shows what came instead, as the log has it."""
    with MockCapi(url=sown.running.url, admin_token=ADMIN_TOKEN) as capi:
        for text in (*PERSONAL.values(), *PERSONA.values(), *KEYS.values()):
            headers = {**capi.headers, "Content-Type": "application/json"}
            body = json.dumps(made(data_set_id=capi.data_set_id, source=text, custom_data={text: text})).encode()
            _exchange(sown.running, Sent("POST", "/v1/events", headers, body))
        with pytest.raises(AssertionError) as failed:
            capi.assert_received(99, timeout=0, source="shop", custom_data={"a": "b"})
    assert "Nearest misses" in str(failed.value)
    assert_none_in(iter([("assertion", str(failed.value))]))
