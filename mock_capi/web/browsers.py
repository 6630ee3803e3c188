"""What browsers are told of all that the mock's own trees answer: run none of it, and lend it to no other page."""

from __future__ import annotations

from mock_capi.model import Headers


def policy(*allowed: str) -> str:
    """A Content-Security-Policy that forbids everything but what is allowed, such as `style-src 'self'`."""
    return "; ".join(
        ("default-src 'none'", *allowed, "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")
    )


CAREFUL: Headers = (
    ("Content-Security-Policy", policy()),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
)
