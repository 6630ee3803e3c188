"""Everything that comes out of the mock. Whoever adds an output adds a line here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mock_capi.settings import OPTIONS
from mock_capi.web.page import STATIC

# What is read over HTTP, whatever is in the log.
PATHS = (
    *("/_inspect", "/_inspect?order=asc", "/_inspect/submissions", "/_inspect/events", "/_inspect/summary"),
    *("/_inspect/status", "/_inspect/help", "/_inspect/openapi.json", "/_inspect?format=html"),
    *("/_inspect/export?format=ndjson", "/_inspect/export?format=har", "/_inspect/export?format=curl"),
    *("/_inspect/report", "/_inspect/report?format=html", "/_inspect/report?format=junit"),
    *("/_inspect/report?data_set_id=shop&format=html", "/_inspect/report?data_set_id=app"),
    *("/_inspect/wait?timeout=0&count=999999", "/_inspect/wait?timeout=0&count=0&of=submissions"),
    *("/_inspect/wait?timeout=0&count=999999&of=submissions&status=201&event_type=install", "/_inspect/wait?timeout=0"),
    *("/_control/datasets", "/_control/datasets/shop", "/_control/personas", "/_control/faults", "/_control/clock"),
    *("/v1/schema/events", "/livez", "/readyz", "/metrics", "/"),
    *(f"/_inspect/static/{file.name}" for file in sorted(STATIC.iterdir())),
)
Read = Callable[[str], str]
"""Answers head and body of what is read at a path."""


def serve_arguments(folder: Path) -> list[str]:
    """The options of `serve` that make it write more, as far as it has them."""
    known = {option.name: option.flag for option in OPTIONS}
    asked = {"journal": str(folder / "journal.ndjson"), "access_log": None, "log_format": "json"}
    given = [(known[name], value) for name, value in asked.items() if name in known]
    return [part for flag, value in given for part in (flag, value) if part is not None]


def read_all(read: Read) -> Iterator[tuple[str, str]]:
    """Everything that HTTP answers, by its path: the fixed ones, and those of every third submission.

    Each place is sown once for each canary, so every place is among them.
    """
    for path in PATHS:
        yield path, read(path)
    for found in [submission["id"] for submission in _submissions(read)][::3]:
        for path in (f"/_inspect/submissions/{found}", f"/_inspect/submissions/{found}/context"):
            yield path, read(path)


def _submissions(read: Read) -> list[dict[str, Any]]:
    """All of the log, page after page."""
    page = _json(read("/_inspect?limit=1000"))
    found = page["submissions"]
    while page["next"]:
        page = _json(read(f"/_inspect?limit=1000&cursor={page['next']}"))
        found += page["submissions"]
    return found  # type: ignore[no-any-return]


def _json(answer: str) -> Any:
    return json.loads(answer.split("\n\n", 1)[1])
