"""Bodies in chunks that break the rules of chunks."""

from __future__ import annotations

from random import Random

from benchmarks.hostile.requests import SINGLE, Request, chunked, head, honest, written

_SIZES = (
    b"",
    b"-1",
    b"0x5",
    b"+5",
    b" 5",
    b"5 ",
    b"zz",
    b"f" * 8,
    b"f" * 16,
    b"f" * 17,
    b"1" * 400,
    b"5;a=b",
    b"5;" + b"a" * 20_000,
)
_TAILS = (
    b"0\r\n\r\n",
    b"0\r\nX: y\r\n\r\n",
    b"0\r\n" + b"X: y\r\n" * 2_000 + b"\r\n",
    b"00000\r\n\r\n",
    b"0;a\r\n\r\n",
    b"0\n\n",
)
_ENDS = (b"\r\n", b"\n", b"", b"\r", b"xx")
_TWICE = ("Content-Length: 5", "Content-Length: 99999999", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip")


def broken(dice: Random, number: int) -> Request:
    """Sizes that are no sizes, ends that are no ends, and two words on how long it is."""
    body = written(honest(number))
    lines = ["Transfer-Encoding: chunked", *(dice.sample(_TWICE, 1) if dice.random() < 0.3 else ())]
    dice.shuffle(lines)
    good = [form % len(body) for form in (b"%x", b"%X", b"%015x")]
    size = dice.choice(_SIZES if dice.random() < 0.3 else good)
    after, end = (dice.choice(_ENDS) if dice.random() < 0.2 else b"\r\n" for _ in range(2))
    sent = size + after + body + end + dice.choice(_TAILS)
    is_whole = size in good and after == end == b"\r\n"
    return Request("broken chunks", head(SINGLE, *lines, "Connection: close") + sent, ends=not is_whole)


def tiny(dice: Random, number: int) -> Request:
    """An event in chunks of a byte or two, and a large one too."""
    body = written(honest(number))
    if number % 500 == 250:
        body = body.replace(b'"ext":{}', b'"ext":{"x":"' + b"x" * dice.randrange(100_000) + b'"}')
    step = dice.choice((1, 2, 3))
    sent = chunked([body[at : at + step] for at in range(0, len(body), step)])
    return Request("tiny chunks", head(SINGLE, "Transfer-Encoding: chunked") + sent)
