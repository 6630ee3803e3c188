"""The server's own log, as text or as JSON: no personal data in it, and nothing that would steer a terminal."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType

from mock_capi.pii import mask_text
from mock_capi.terminal import harmless

_log = logging.getLogger(__name__)


class TextLines(logging.Formatter):
    """Lines for people. An exception may quote what a sender sent, if ever one comes so far."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "\n".join(map(harmless, (mask_text(text) if record.exc_info else text).split("\n")))


class JsonLines(logging.Formatter):
    """One object on each line: time, level, logger, message, what a caller put into `fields`, and the traceback.

    Written here, since the libraries for it double the time that logging takes to load.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = mask_text(self.formatException(record.exc_info))
        return json.dumps(line)


def configure(log_format: str) -> None:
    """Set up this process's logging; under JSON Python's own warnings and uncaught exceptions are lines too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler])
    if log_format == "json":
        handler.setFormatter(JsonLines())
        logging.captureWarnings(capture=True)
        sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    _log.critical("the server failed", exc_info=(kind, error, at))
