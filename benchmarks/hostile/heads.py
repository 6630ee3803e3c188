"""Heads that are odd, broken or far too long: headers, paths, and what is no HTTP at all."""

from __future__ import annotations

from random import Random

from benchmarks.hostile.requests import SINGLE, Request, head, honest, post, written

_NAMES = ("X-A", "Content-Length", "Transfer-Encoding", "Host", "Authorization", "Content-Type", "Content-Encoding")
_MORE_NAMES = ("Expect", "Upgrade", "Connection", "X_A", "", " ", "X A", "X\x00", "Ü", "Origin", "Accept", "Trailer")
_VALUES = ("", " ", "x", "\t", "a\x00b", "ü", "\x7f", "x" * 20_000, "chunked", "-1", "0", "99999999999999999999", "1e3")
_MORE_VALUES = (
    "close, close",
    "100-continue",
    "h2c",
    "Bearer",
    "Bearer " * 50,
    "gzip, chunked",
    "a,b,c" * 500,
    "\r\n x",
)
_PIECES = (
    "/",
    "//",
    "..",
    "%2e%2e",
    "%2f",
    "%00",
    "%ff",
    "%",
    "%zz",
    "v1",
    "events",
    "batch",
    ";a=b",
    "?",
    "#",
    "*",
    " ",
)
_MORE_PIECES = (
    "é",
    "\x01",
    "a" * 3000,
    "http://x/",
    "@",
    "\\",
    "_inspect",
    "_control",
    "submissions",
    "metrics",
    "%C3%A9",
)
_QUERIES = (
    "",
    "?",
    "?a",
    "?limit=-1",
    "?limit=" + "9" * 500,
    "?cursor=%00",
    "?a=b" * 300,
    "?%ff=%fe",
    "?q=(" + "((" * 200,
)
_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get", "X" * 300, "")
_LINES = (
    b"\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
)


def headers(dice: Random, number: int) -> Request:
    """Some headers more on an honest request."""
    names, values = (*_NAMES, *_MORE_NAMES), (*_VALUES, *_MORE_VALUES)
    lines = [f"{dice.choice(names)}{dice.choice((':', ': ', ' : ', ''))}{dice.choice(values)}" for _ in range(3)]
    if dice.random() < 0.2:
        lines.append("\r\n ".join(("X-Folded: a", *"bcd")))
    return Request("headers", post(written(honest(number)), SINGLE, *lines[: dice.randrange(1, 5)]))


def floods(dice: Random, number: int) -> Request:
    """Very many headers, or very long ones."""
    shapes = (
        lambda: [f"X-{count}: {count}" for count in range(dice.choice((90, 99, 101, 1000, 20_000)))],
        lambda: ["X: " + "y" * dice.choice((8_000, 60_000, 400_000, 2_000_000))],
        lambda: ["X-Same: y"] * dice.choice((90, 5_000)),
        lambda: ["N" * dice.choice((250, 70_000)) + ": y"],
        lambda: ["Authorization: Bearer " + "k" * dice.choice((500, 30_000))],
    )
    return Request("header flood", post(written(honest(number)), SINGLE, *dice.choice(shapes)()))


def paths(dice: Random, number: int) -> Request:
    """Any path and query, by any method."""
    path = "/" + "/".join(dice.choices((*_PIECES, *_MORE_PIECES), k=dice.randrange(1, 6)))
    method = dice.choice(("POST", "GET", *_METHODS))
    # A wait or a stream would last, and what is steered is not what is looked at here.
    lasting = "wait" in path or "stream" in path or (method not in ("GET", "HEAD") and "_control" in path)
    target = ("/v1/events" if lasting else path) + dice.choice(_QUERIES)
    body = written(honest(number)) if method == "POST" else b""
    return Request(f"{method[:10]} path", head(target, f"Content-Length: {len(body)}", method=method) + body, method)


def no_http(dice: Random, _number: int) -> Request:
    """Bytes of any kind, and the end."""
    data = dice.choice((*_LINES, *(dice.randbytes(size) for size in (1, 20, 500, 20_000))))
    return Request("no HTTP", data + b"\r\n\r\n", ends=True)
