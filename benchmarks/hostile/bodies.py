"""Bodies that are nearly right, not right at all, or too much."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.hostile.requests import (
    BATCH,
    EMAIL,
    LIMIT,
    SINGLE,
    Request,
    chunked,
    head,
    honest,
    with_ext,
    written,
)
from mock_capi.world import DEFAULT_KEY

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


def value(dice: Random, depth: int = 0) -> Any:
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


def mutate(dice: Random, event: dict[str, Any]) -> dict[str, Any]:
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


def scratch(dice: Random, text: bytes) -> bytes:
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


def nested(dice: Random, levels: int) -> bytes:
    """Objects or arrays inside one another, closed or not, in an event or bare."""
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"":', b"}]")))
    core = opening * levels + b"1" + closing * (levels if dice.random() < 0.8 else 0)
    return core if dice.random() < 0.5 else with_ext(core)


def huge(dice: Random) -> bytes:
    """About as large as is allowed, or just over it."""
    room = LIMIT + dice.choice((-1, 0, 0, 0, 1))
    fillers: tuple[Callable[[], bytes], ...] = (
        lambda: dice.randbytes(room),
        lambda: b"[" * room,
        lambda: (b"[" + b"[]," * (room // 3))[: room - 3] + b"[]]",
        lambda: b'{"' + b"k" * (room - 6) + b'":1}',
        lambda: with_ext(b'{"x":"' + b"a@b.c " * (room // 6 - 200) + b'"}'),
        lambda: with_ext(b'{"x":"' + b"1" * (room - 1000) + b'"}'),
        lambda: b"[" + b",".join([written(mutate(dice, honest(0)))[:9000] for _ in range(1000)]) + b"]",
        lambda: b"[" + b"{}," * (room // 3 - 2) + b"{}]",
        lambda: b"-" + b"9" * (room - 1),
        lambda: b" " * room,
    )
    return dice.choice(fillers)()


def _body(dice: Random, number: int) -> tuple[str, bytes]:
    """The body with this number, and what kind it is."""
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


def _number(dice: Random) -> bytes:
    return dice.choice((*NASTY_NUMBERS, "1e18", "-1", "true", "253402300800", str(2**64), str(10**300))).encode()


def _encoded(dice: Random, text: str) -> bytes:
    codec = dice.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(codec)


def event(dice: Random, number: int) -> Request:
    """Mutated events, batches and anything else, most with an honest head, so that the body is what is looked at."""
    kind, body = _body(dice, number)
    return request(dice, kind, body)


def large(dice: Random, number: int) -> Request:
    """Bodies of about the size that is allowed, and batches of about the length."""
    if number % 4 == 0:
        count = dice.choice((999, 1000, 1001, 3000))
        return request(dice, "large batch", written([_maybe_an_event(dice, i) for i in range(count)]))
    return request(dice, "huge body", huge(dice))


def _maybe_an_event(dice: Random, number: int) -> dict[str, Any]:
    return mutate(dice, honest(number)) if dice.random() < 0.01 else {}


def request(dice: Random, kind: str, body: bytes) -> Request:
    """A body with a head that is mostly honest, in chunks or not."""
    path = (SINGLE, BATCH)["batch" in kind] if dice.random() < 0.9 else dice.choice((SINGLE, BATCH, "/%00%ff"))
    key = DEFAULT_KEY if dice.random() < 0.97 else "another"
    lines = ["Content-Encoding: gzip"] if kind == "compressed" and dice.random() < 0.5 else []
    media = "application/json" if dice.random() < 0.97 else "application/json;charset=utf-16"
    if dice.random() < 0.1:
        sent = head(path, *lines, "Transfer-Encoding: chunked", key=key, kind=media) + chunked(_parts(dice, body))
    else:
        sent = head(path, *lines, f"Content-Length: {len(body)}", key=key, kind=media) + body
    return Request(kind, sent)


def _parts(dice: Random, data: bytes) -> list[bytes]:
    size = max(1, dice.choice((1000, 65_536, len(data))), len(data) // 200)
    return [data[at : at + size] for at in range(0, len(data), size)]
