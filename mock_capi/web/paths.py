"""Which paths are the mock's own; every other request is meant for the vendor's API, and so is logged."""

from __future__ import annotations

OWN_TREES = ("/_inspect", "/_control")
HEALTH = ("/livez", "/readyz")
_QUIET = frozenset({*OWN_TREES, *HEALTH, "/", "/favicon.ico", "/robots.txt"})
_BELOW = tuple(f"{tree}/" for tree in OWN_TREES)


def is_own(path: str) -> bool:
    """Whether a path belongs to the mock itself."""
    return path in _QUIET or path.startswith(_BELOW)
