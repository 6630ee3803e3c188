"""How commands end: exit code 0 for a pass, 1 for a check that failed, 2 for wrong usage or configuration."""

from __future__ import annotations

import sys
from typing import NoReturn

from mock_capi.cli.saying import say

EXIT_FAILED, EXIT_USAGE = 1, 2


def fail(message: str, code: int = EXIT_USAGE) -> NoReturn:
    """End the command with one line on standard error."""
    say(f"mock-capi: {' '.join(message.split())}", err=True)
    sys.exit(code)
