"""Hashes that tell: of what should not have been hashed."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from ipaddress import IPv4Network

_PRIVATE_NETWORKS = (
    *("10.0.0.0/24", "10.0.1.0/24", "172.16.0.0/24", "172.17.0.0/24", "172.18.0.0/24"),
    *("192.168.0.0/24", "192.168.1.0/24", "192.168.2.0/24", "169.254.169.0/24"),
)


@cache
def telling_hashes() -> dict[str, str]:
    """SHA-256 of what should not have been hashed, to its description.

    Texts that stand for nothing, loopback, and the private addresses that are most in use, which
    are described as `an address ...`.
    """
    texts = {"": "the empty string", " ": "a space", "\n": "a newline", "NaN": '"NaN"'}
    for word in ("null", "undefined", "none", "nil", "nan", "n/a", "na", "unknown", "true", "false", "0"):
        texts |= {spelling: f'"{spelling}"' for spelling in (word, word.upper(), word.capitalize())}
    texts |= {name: f"an address of no one ({name})" for name in ("localhost", "::1", "0.0.0.0")}  # noqa: S104 - text  # nosec B104
    texts |= {str(address): "an address of this very machine" for address in IPv4Network("127.0.0.0/24")}
    for network in _PRIVATE_NETWORKS:
        texts |= {str(address): "an address of a private network" for address in IPv4Network(network)}
    return {sha256(text.encode()).hexdigest(): words for text, words in texts.items()}
