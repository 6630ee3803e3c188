"""Hostile bodies against a real server: `python benchmarks/hostile.py --bodies 100000`.

Fails on any 500, malformed answer, traceback, hung connection, or if an honest event is refused afterwards.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY

LIMIT = 5_000_000
STATUSES = {200, 400, 403, 404, 405}
ENVELOPE = {"status", "error_code", "message"}
RECEIVED = {"submission_id", "received_at", "status"}
EMAIL = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
PATHS = ("/v1/events", "/v1/events/batch")
NASTY_NUMBERS = ("1e400", "-1e400", "1E-999", "-0", "9" * 5000, "0x1", "01", "1.", ".5", "NaN", "-Infinity", "1e9")
NASTY_TEXTS = (
    "",
    " ",
    "\x00",
    "jane.doe@example.com",
    "+1 (555) 010-9999",
    "203.0.113.7",
    "2001:db8::1",
    "DBABMA~" + "A" * 3000,
    "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN",
    "\ud83d\ude00" * 40,
    "\u202e\u0000\uffff",
    "a" * 70_000,
    "{{7*7}}",
    "' OR 1=1 --",
    "../" * 50,
    EMAIL.upper(),
)


class Hostile(NamedTuple):
    """One request: what it is called in reports, and its bytes."""

    kind: str
    data: bytes


class Failure(Exception):  # noqa: N818 - it ends the run, and says why
    """What must not happen has happened."""


# --- bodies ---


def honest(number: int) -> dict[str, Any]:
    """A valid event with most fields."""
    return {
        "data_set_id": DEFAULT_DATASET,
        "timestamp": int(time.time()) - number % 500_000,
        "event_type": "purchase",
        "source": "website",
        "page_url": "https://shop.example.com/thank-you",
        "value": 129.99,
        "currency_code": "USD",
        "identifiers": {"email_sha256": EMAIL, "partner_id": f"crm-{number}"},
        "privacy": {"gpp_string": "DBABLA~BVQqAAAAAgA.QA", "gpp_sid": [7]},
        "custom_data": {"transaction_id": f"txn_{number}", "coupon": ["SAVE10"]},
        "mmt_only": False,
        "ext": {},
    }


def value(dice: random.Random, depth: int = 0) -> Any:
    """Any JSON value."""
    makers: list[Callable[[], Any]] = [
        lambda: None,
        lambda: dice.random() < 0.5,
        lambda: dice.choice((0, -1, 2**53, 2**63, 2**64, -(2**63), 10**30, 1_800_000_000_000)),
        lambda: dice.uniform(-1e308, 1e308),
        lambda: dice.choice(NASTY_TEXTS),
        lambda: "".join(chr(dice.choice((dice.randrange(32, 127), dice.randrange(0xA0, 0xD7FF)))) for _ in range(20)),
    ]
    if depth < 4:
        makers += [
            lambda: [value(dice, depth + 1) for _ in range(dice.randrange(4))],
            lambda: {dice.choice(NASTY_TEXTS[:12]): value(dice, depth + 1) for _ in range(dice.randrange(4))},
        ]
    return dice.choice(makers)()


def mutate(dice: random.Random, event: dict[str, Any]) -> dict[str, Any]:
    """An event with a few fields lost, renamed, misplaced or replaced."""
    for _ in range(dice.randrange(1, 4)):
        inner = [item for item in event.values() if isinstance(item, dict)]
        target = dice.choice([event, *inner])
        name = dice.choice([*target, "surprise"])
        match dice.randrange(4):
            case 0:
                target.pop(name, None)
            case 1:
                target[dice.choice((name + "s", name.upper(), dice.choice(NASTY_TEXTS)))] = target.pop(name, None)
            case _:
                target[name] = value(dice)
    return event


def scratch(dice: random.Random, text: bytes) -> bytes:
    """Bytes flipped, inserted, doubled or cut off."""
    data = bytearray(text)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(data) or 1)
        match dice.randrange(4):
            case 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                data[at:at] = dice.choice((b"\\ud800", b'"', b"{", b"]", b",", b"\x00", b"\xff", b"//", b"1e999"))
            case 2:
                data[at:at] = data[at : at + 40]
            case _:
                del data[at : at + dice.choice((1, 1, 10, len(data)))]
    return bytes(data)


def nested(dice: random.Random, levels: int) -> bytes:
    """Objects or arrays inside one another, closed or not, in an event or bare."""
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"":', b"}]")))
    core = opening * levels + b"1" + closing * (levels if dice.random() < 0.8 else 0)
    return core if dice.random() < 0.5 else written(honest(0)).replace(b'"ext":{}', b'"ext":' + core)


def written(document: Any, ascii_only: bool = False) -> bytes:
    """A document as a client would write it."""
    return json.dumps(document, ensure_ascii=ascii_only, separators=(",", ":")).encode("utf-8", "replace")


def huge(dice: random.Random) -> bytes:
    """About as large as is allowed, or just over it."""
    room = LIMIT + dice.choice((-1, 0, 0, 0, 1))
    fillers: tuple[Callable[[], bytes], ...] = (
        lambda: dice.randbytes(room),
        lambda: b"[" * room,
        lambda: (b"[" + b"[]," * (room // 3))[: room - 3] + b"[]]",
        lambda: b'{"' + b"k" * (room - 6) + b'":1}',
        lambda: written(honest(0)).replace(b'"ext":{}', b'"ext":{"x":"' + b"a@b.c " * (room // 6 - 200) + b'"}'),
        lambda: written(honest(0)).replace(b'"ext":{}', b'"ext":{"x":"' + b"1" * (room - 1000) + b'"}'),
        lambda: b"[" + b",".join([written(mutate(dice, honest(0)))[:9000] for _ in range(1000)]) + b"]",
        lambda: b"[" + b"{}," * (room // 3 - 2) + b"{}]",
        lambda: b"-" + b"9" * (room - 1),
        lambda: b" " * room,
    )
    return dice.choice(fillers)()


def body(dice: random.Random, number: int) -> tuple[str, bytes]:
    """The body with this number, and what kind it is."""
    if number % 2500 == 1250:
        return "huge", huge(dice)
    if number % 500 == 250:
        count = dice.choice((999, 1000, 1001, 3000))
        return "large batch", written([mutate(dice, honest(i)) if dice.random() < 0.01 else {} for i in range(count)])
    kinds: dict[str, Callable[[], bytes]] = {
        "mutated event": lambda: written(mutate(dice, honest(number)), dice.random() < 0.5),
        "mutated batch": lambda: written([mutate(dice, honest(number)) for _ in range(dice.randrange(12))]),
        "scratched event": lambda: scratch(dice, written(honest(number))),
        "scratched batch": lambda: scratch(dice, written([honest(number), mutate(dice, honest(number))])),
        "any JSON": lambda: written(value(dice)),
        "garbage": lambda: dice.randbytes(min(60_000, int(dice.expovariate(1 / 500)))),
        "nested": lambda: nested(dice, dice.choice((2, 30, 63, 64, 65, 255, 1024, 20_000))),
        "number": lambda: written(honest(number)).replace(b"129.99", dice.choice(NASTY_NUMBERS).encode()),
        "timestamp": lambda: re.sub(rb'"timestamp":\d+', b'"timestamp":' + _number(dice), written(honest(number))),
        "encoding": lambda: _encoded(dice, written(honest(number)).decode()),
        "compressed": lambda: gzip.compress(written(honest(number)), 1),
        "NUL": lambda: dice.choice((b"\x00", b"\x00" * 99, written(honest(number)) + b"\x00")),
    }
    kind = dice.choice([*kinds, *("mutated event", "mutated batch") * 4])
    return kind, kinds[kind]()


def _number(dice: random.Random) -> bytes:
    return dice.choice((*NASTY_NUMBERS, "1e18", "-1", "true", "253402300800", str(2**64), str(10**300))).encode()


def _encoded(dice: random.Random, text: str) -> bytes:
    codec = dice.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(codec)


def request(dice: random.Random, number: int) -> Hostile:
    """The request with this number: most with an honest head, so that the body is what is looked at."""
    kind, sent = body(dice, number)
    path = PATHS["batch" in kind] if dice.random() < 0.9 else dice.choice((*PATHS, "/v1/schema/events", "/%00%ff"))
    head = [f"POST {path} HTTP/1.1", "Host: localhost"]
    if dice.random() < 0.97:
        head.append(f"Authorization: Bearer {DEFAULT_KEY}")
    head.append(f"Content-Type: {'application/json' if dice.random() < 0.97 else 'application/json;charset=utf-16'}")
    if kind == "compressed" and dice.random() < 0.5:
        head.append("Content-Encoding: gzip")
    if dice.random() < 0.1:
        head.append("Transfer-Encoding: chunked")
        sent = _chunked(dice, sent)
    else:
        head.append(f"Content-Length: {len(sent)}")
    return Hostile(kind, "\r\n".join((*head, "", "")).encode() + sent)


def _chunked(dice: random.Random, data: bytes) -> bytes:
    size = max(1, dice.choice((1000, 65_536, len(data))), len(data) // 200)
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


# --- the run ---


class Connection:
    """A keep-alive connection that is opened again when the server has closed it."""

    def __init__(self, port: int, timeout: float) -> None:
        self._port, self._timeout = port, timeout
        self.opened = 0
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=self._timeout)
        self._reader: IO[bytes] = self._socket.makefile("rb")
        self.opened += 1

    def send(self, data: bytes) -> None:
        """Send as much as the server takes: it may answer, and close, before the end."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def answer(self) -> tuple[int, str, bytes]:
        """Status, content type and body of the next response."""
        status = int(self._reader.readline().split()[1])
        headers: dict[str, str] = {}
        while line := self._reader.readline().strip():
            name, _, text = line.decode("latin-1").partition(":")
            headers[name.lower()] = text.strip().lower()
        found = status, headers.get("content-type", ""), self._reader.read(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
            self._open()
        return found

    def close(self) -> None:
        self._reader.close()
        self._socket.close()


@dataclass
class Tally:
    """What came back."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def add(self, sent: Hostile, status: int, kind: str, received: bytes) -> None:
        """Count one answer. Raises Failure where it is not one of the API's."""
        self.answers[f"{status} {checked(sent, status, kind, received)}"] += 1


def checked(sent: Hostile, status: int, kind: str, received: bytes) -> str:
    """The error code of an answer, or RECEIVED. Raises Failure where it is not one of the API's."""
    try:
        document = json.loads(received)
        wanted = RECEIVED if status == 200 else ENVELOPE
        assert status in STATUSES
        assert kind == "application/json"
        assert set(document) == wanted
        assert all(isinstance(text, str) and text for text in document.values())
    except (ValueError, AssertionError) as error:
        raise Failure(f"a {sent.kind} was answered {status} {kind} {received[:300]!r}: {sent.data[:2000]!r}") from error
    return str(document.get("error_code", document["status"]))


@contextmanager
def server(log: IO[str]) -> Iterator[tuple[int, int]]:
    """A fresh server: its port and process id; its stderr goes to `log`."""
    command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    port = next(int(found[1]) for line in process.stdout if (found := re.search(r"http://\S+:(\d+)", line)))
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def attack(port: int, chosen: argparse.Namespace) -> tuple[Tally, int]:
    """Send everything, a request on each connection at a time; also how often a connection was opened."""
    dice = random.Random(chosen.seed)  # noqa: S311 - nothing secret
    tally = Tally()
    connections = [Connection(port, chosen.timeout) for _ in range(chosen.connections)]
    for first in range(0, chosen.bodies, chosen.connections):
        numbers = range(first, min(first + chosen.connections, chosen.bodies))
        pairs = [(connection, request(dice, number)) for connection, number in zip(connections, numbers, strict=False)]
        started = time.perf_counter()
        for connection, sent in pairs:
            connection.send(sent.data)
        for connection, sent in pairs:
            try:
                answer = connection.answer()
            except (OSError, ValueError, IndexError, KeyError) as error:
                raise Failure(f"a {sent.kind} was not answered ({error!r}): {sent.data[:2000]!r}") from error
            tally.add(sent, *answer)
        tally.slowest = max(tally.slowest, time.perf_counter() - started)
    for connection in connections:
        connection.close()
    return tally, sum(connection.opened for connection in connections)


def accepts(port: int, timeout: float) -> bool:
    """Whether an honest event is received."""
    data = written(honest(0))
    head = f"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {DEFAULT_KEY}\r\n"
    framing = f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    connection = Connection(port, timeout)
    connection.send((head + framing).encode() + data)
    status, _, _ = connection.answer()
    connection.close()
    return status == 200


def memory(pid: int) -> str:
    """What the server's process holds and held at most."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return "unknown on this system"
    found = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", status.read_text()))
    return f"{int(found['VmRSS']) / 1000:.0f} MB, at most {int(found['VmHWM']) / 1000:.0f} MB"


def run(chosen: argparse.Namespace) -> None:
    """The whole run. Raises Failure."""
    with tempfile.TemporaryFile("w+") as log, server(log) as (port, pid):
        started = time.perf_counter()
        try:
            tally, opened = attack(port, chosen)
        except Failure as failure:
            log.seek(0)
            raise Failure(f"{failure}\nThe server's stderr: {log.read()[-3000:]}") from failure
        seconds = time.perf_counter() - started
        honest_passes = accepts(port, chosen.timeout)
        held = memory(pid)
        log.seek(0)
        complaints = log.read()
    print(f"{chosen.bodies:,} bodies in {seconds:.0f} s, seed {chosen.seed}; connections opened: {opened:,}")
    for name, count in tally.answers.most_common():
        print(f"{count:10,}  {name}")
    print(f"slowest round of {chosen.connections} requests: {tally.slowest * 1000:.0f} ms")
    print(f"memory of the server: {held}")
    if complaints:
        raise Failure(f"the server's stderr says: {complaints[:3000]}")
    if not honest_passes:
        raise Failure("an honest event was refused afterwards")


def main() -> None:
    """Read the command line, run, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=100_000, help="how many to send")
    parser.add_argument("--seed", type=int, default=1, help="the same seed sends the same bodies but for their time")
    parser.add_argument("--connections", type=int, default=8, help="how many keep-alive connections")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds without an answer that count as hung")
    try:
        run(parser.parse_args())
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
    print("passed")


if __name__ == "__main__":
    main()
