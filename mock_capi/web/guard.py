"""Who may use /_inspect and /_control: no foreign web page or host name, and the admin token where one is set."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

Header = Callable[[str], str | None]
"""The value of a request's header, by its name in capitals as in Sec-Fetch-Site; None where there is none."""
_PORT = re.compile(r":[0-9]*$")
_ELSEWHERE = ("cross-site", "same-site")


@dataclass(frozen=True, slots=True)
class Guard:
    """`allowed_hosts` are names with dots that may stand in Host besides the usual ones.

    Behind `tls` no page of plain HTTP is the server's own; without it one of HTTPS may be, through a proxy.
    """

    admin_token: str | None = None
    allowed_hosts: frozenset[str] = frozenset()
    tls: bool = False

    def refusal(self, method: str, header: Header, *, open_to_all: bool = False) -> tuple[str, str] | None:
        """The code and message to refuse with, None where the request may pass; what is open needs no token."""
        host, origin = header("Host") or "", header("Origin")
        if not self._is_host_allowed(host):
            return "FORBIDDEN_HOST", "The Host of this request is not allowed. Start with --allowed-hosts to allow it."
        if _is_embedded(method, header) or (origin is not None and not self._is_own_origin(origin, host)):
            return "FORBIDDEN_ORIGIN", "Web pages from elsewhere may not use this."
        if self.admin_token is None or open_to_all:
            return None
        if not _bears(header("Authorization") or "", self.admin_token):
            return "ADMIN_TOKEN_REQUIRED", "Send the header Authorization: Bearer <admin token>."
        return None

    def _is_host_allowed(self, host: str) -> bool:
        """An address, localhost or a name without dots cannot be a rebound DNS name."""
        name = _PORT.sub("", host).lower().rstrip(".")
        if name.startswith("["):
            return name.endswith("]") and _is_address(name[1:-1])
        return "." not in name or name in self.allowed_hosts or _is_address(name)

    def _is_own_origin(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        schemes = ("https",) if self.tls else ("http", "https")
        return parts.scheme in schemes and parts.netloc.lower() == host.lower()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_embedded(method: str, header: Header) -> bool:
    """Whether a page from elsewhere asks for itself: for an image, a script, a frame, all of which come without Origin.

    Browsers say so to addresses of this machine and over HTTPS. A link may lead here, since its page sees nothing.
    """
    if header("Sec-Fetch-Site") not in _ELSEWHERE:
        return False
    return (method, header("Sec-Fetch-Mode"), header("Sec-Fetch-Dest")) != ("GET", "navigate", "document")


def _bears(authorization: str, token: str) -> bool:
    scheme, _, sent = authorization.partition(" ")
    return scheme.lower() == "bearer" and compare_digest(sent.encode("utf-8", "surrogatepass"), token.encode())
