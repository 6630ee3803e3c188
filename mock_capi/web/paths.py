"""The mock's own addresses: any other path is meant for the vendor's API, and so is logged."""

from __future__ import annotations

OWN_TREES = ("/_inspect", "/_control")
LONGEST_OWN_BODY = 1_000_000
"""How many bytes the body of a request to them may have."""
WAIT, STREAM = "/_inspect/wait", "/_inspect/stream"
LIVE, READY = "/livez", "/readyz"
HEALTH = (LIVE, READY)
METRICS = "/metrics"
_GUARDED = frozenset({*OWN_TREES, METRICS})
_QUIET = frozenset({*_GUARDED, *HEALTH, "/", "/favicon.ico", "/robots.txt"})
_BELOW = tuple(f"{tree}/" for tree in OWN_TREES)


def is_guarded(path: str) -> bool:
    """Whether a path belongs to inspection, control or metrics, which are not for everybody."""
    return path in _GUARDED or path.startswith(_BELOW)


def is_own(path: str) -> bool:
    """Whether a path belongs to the mock itself."""
    return path in _QUIET or path.startswith(_BELOW)


def url_of(host: str, port: int, *, tls: bool = False) -> str:
    """Where a server that listens there is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told apart, not bound  # nosec B104
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
