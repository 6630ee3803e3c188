"""Bodies that are small to send and large to read, or that readers of JSON disagree on."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import cache
from random import Random

from benchmarks.hostile.requests import BATCH, LIMIT, SINGLE, Request, honest, post, with_ext, written

_NUMBERS = (
    *("9" * digits for digits in (16, 19, 20, 309, 5000, 100_000)),
    *("1e400", "-1e400", "1E-999", "-0", "0x1", "01", "1.", ".5", "NaN", "-Infinity", "1e9", str(2**64)),
    "0." + "1" * 5000,
)
_TEXTS = (r"\ud800", r"\udc00\ud800", r"\ud83d", r"\u0000", r"\uffff", r"\x41", "\\", "\x00", "\x7f", "\u202e")
_PLACES = ("data_set_id", "event_type", "currency_code", "page_url", "source")


@cache
def _bomb(form: str) -> bytes:
    """Some kilobytes that are fifty megabytes when unpacked."""
    return gzip.compress(b"[" * 50_000_000, 9) if form == "gzip" else zlib.compress(b'{"a":' * 10_000_000, 9)


def compressed(dice: Random, _number: int) -> Request:
    """Said to be compressed, or not, or twice."""
    form = dice.choice(("gzip", "deflate"))
    said = dice.choice((form, "gzip, gzip", "br", "identity", "x-gzip", ""))
    lines = [f"Content-Encoding: {said}"] if said else []
    return Request(f"{form} bomb said to be {said!r}", post(_bomb(form), dice.choice((SINGLE, BATCH)), *lines))


def swelling(dice: Random, number: int) -> Request:
    """JSON that takes many times as much memory when it is read, of the size that is allowed."""
    room = LIMIT - 1000
    fillers: tuple[Callable[[], bytes], ...] = (
        lambda: b"[" + b"{}," * (room // 3) + b"{}]",
        lambda: b"[" + b"[]," * (room // 3) + b"[]]",
        lambda: b"[" + b"1," * (room // 2) + b"1]",
        lambda: b"[" + b'"\\u00e9",' * (room // 9) + b"1]",
        lambda: b"{" + b",".join(b'"%d":0' % key for key in range(room // 10)) + b"}",
        lambda: b"[" + b"[[[[[[[[[[1]]]]]]]]]]," * (room // 22) + b"1]",
    )
    core = fillers[number % len(fillers)]()
    path = dice.choice((SINGLE, BATCH))
    body = core if path == BATCH and dice.random() < 0.5 else with_ext(b'{"x":%s}' % core)
    return Request("swelling JSON", post(body, path))


def numbers(dice: Random, _number: int) -> Request:
    """Any number in any place."""
    event = written(honest(0))
    number = (dice.choice(("", "-")) + dice.choice(_NUMBERS)).encode()
    place = dice.choice((b"129.99", b"[7]", b'"USD"', b"false", b"{}", b"%d" % honest(0)["timestamp"]))
    body = event.replace(place, number, 1)
    return Request("number", post(body if dice.random() < 0.8 else number))


def nesting(dice: Random, _number: int) -> Request:
    """Objects or arrays inside one another, closed or not, in an event or bare."""
    levels = dice.choice((1, 62, 63, 64, 65, 254, 255, 1023, 1024, 1025, 20_000))
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"":', b"}]")))
    core = opening * levels + b"1" + closing * (levels if dice.random() < 0.8 else 0)
    body = core if dice.random() < 0.5 else with_ext(b'{"x":%s}' % core)
    return Request("nesting", post(body, dice.choice((SINGLE, BATCH))))


def texts(dice: Random, _number: int) -> Request:
    """Lone surrogates, control characters and broken escapes, in values and in names."""
    text = dice.choice(_TEXTS).encode()
    name = dice.choice(_PLACES).encode()
    body = written(honest(0))
    body = (
        body.replace(name, name + text)
        if dice.random() < 0.5
        else body.replace(b'"%s":"' % name, b'"%s":"%s' % (name, text))
    )
    return Request("text", post(b"[%s]" % body if dice.random() < 0.5 else body, dice.choice((SINGLE, BATCH))))


def keys(dice: Random, _number: int) -> Request:
    """The same name twice or ten thousand times, and names that are no names."""
    name = dice.choice((b"value", b"data_set_id", b"identifiers", b"", b"\\u0076alue", b"__proto__", b"k" * 70_000))
    more = b",".join(
        b'"%s":%d' % (name, number) for number in range(dice.choice((1, 2, 500 if len(name) < 100 else 2)))
    )
    event = written(honest(0))
    body = b"{%s,%s" % (more, event[1:]) if dice.random() < 0.5 else b"%s,%s}" % (event[:-1], more)
    return Request("keys", post(body))
