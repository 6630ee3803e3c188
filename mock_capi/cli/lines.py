"""The lines of the server's own log: no personal data in them, and nothing that would steer a terminal."""

from __future__ import annotations

import logging

from mock_capi.pii import mask_text
from mock_capi.terminal import harmless


class Lines(logging.Formatter):
    """A formatter for people. An exception may quote what a sender sent, if ever one comes so far."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "\n".join(map(harmless, (mask_text(text) if record.exc_info else text).split("\n")))
