"""GPP strings with what they say: from the IAB's own package, and by hand where writers or readers differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def _lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


ORIGIN, *PACKAGE = _lines("package.jsonl")
"""Where the vectors come from, and what the package wrote of fields drawn at random (see make.mjs)."""
INVALID = _lines("invalid.jsonl")
"""What no reader may accept, with the code and the place of its fault."""
ACCEPTED = _lines("accepted.jsonl")
"""What the specification leaves open, or writers do in spite of it, with the fields that it must be read as."""
