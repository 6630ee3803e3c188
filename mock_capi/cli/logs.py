"""How the server's log lines are written to standard error: as text, or each as a JSON object."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType

_log = logging.getLogger(__name__)


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
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configure(log_format: str) -> None:
    """Set up this process's logging; under JSON Python's own warnings and uncaught exceptions are lines too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler])
    if log_format == "json":
        handler.setFormatter(JsonLines())
        logging.captureWarnings(capture=True)
        sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    _log.critical("the server failed", exc_info=(kind, error, at))
