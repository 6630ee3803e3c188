"""Where shared state is, as users write it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

_NAME = "mock-capi"


@dataclass(frozen=True, slots=True)
class Address:
    """A Redis, and the name that those who share the state give it there."""

    url: str
    name: str


def read(text: str) -> Address:
    """An address of `redis://HOST:PORT/DB?name=NAME`; `rediss` and `unix` too. Raises ValueError."""
    parts = urlsplit(text)
    query = parse_qs(parts.query)
    name = query.pop("name", [_NAME])[-1]
    if parts.scheme not in ("redis", "rediss", "unix") or not (parts.netloc or parts.path):
        raise ValueError("must be a Redis URL, such as redis://127.0.0.1:6379/0 or redis://redis/0?name=suite-1")
    rest = urlencode(query, doseq=True)
    return Address(f"{parts.scheme}://{parts.netloc}{parts.path}{f'?{rest}' if rest else ''}", name)


def masked(text: str) -> str:
    """The same without the password."""
    parts = urlsplit(text)
    return text.replace(f":{parts.password}@", ":****@") if parts.password else text
