"""A contract case written out: the requests as they are sent, and what it takes besides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mock_capi.clock import iso
from mock_capi.harness.cases import Case
from mock_capi.harness.sending import Request, build
from mock_capi.harness.values import Account, Stage
from mock_capi.harness.venue import NOW
from mock_capi.world import DEFAULT_DATASET

TIME = iso(NOW)
"""What the clock shows in every example."""
_SECOND = Account("00000000-0000-4000-8000-000000000002", "<its_api_key>")
_LONGEST = 1_200
_SHORT_LIST = re.compile(r"\[\n([^][{}]{1,80})\n *\]")
_USUAL = {"User-Agent": "", "Content-Type": "application/json", "Authorization": "Bearer <your_api_key>"}


def written(case: Case, bases: Mapping[str, Any]) -> Iterator[str]:
    """Lines: what must be set, then each request."""
    yield from _setting(case)
    stage = Stage(NOW + case.now, Account(DEFAULT_DATASET, "<your_api_key>"), _SECOND)
    for number, asked in enumerate((*case.before, case.request)):
        if number:
            yield "# and then"
        yield from _request(build(asked, bases, stage, ""))


def _setting(case: Case) -> Iterator[str]:
    readings = {**case.raw.get("server_readings", {}), **case.readings}
    if readings:
        yield f"# readings: {','.join(f'{name}={value}' for name, value in readings.items())}"
    for person in case.raw.get("personas", ()):
        yield f"# test person: {json.dumps(person)}"
    if "fault" in case.raw:
        yield f"# fault: {json.dumps(case.raw['fault'])}"


def _request(request: Request) -> Iterator[str]:
    yield f"{request.method} {request.path}"
    headers = {name: value for name, value in request.headers.items() if _USUAL.get(name) not in ("", value)}
    yield from (f"{name}: {value}" for name, value in headers.items())
    if "Authorization" not in request.headers:
        yield "(without Authorization)"
    if request.body and "Content-Type" not in request.headers:
        yield "(without Content-Type)"
    yield from _body(request.body)


def _body(body: bytes) -> list[str]:
    text = _printable(body.decode(errors="backslashreplace").rstrip())
    try:
        pretty = _SHORT_LIST.sub(_on_one_line, json.dumps(json.loads(text), indent=2, ensure_ascii=False))
    except ValueError:
        pretty = text
    # What JSON takes as one value is not always what was sent: numbers such as 1e9, or a name that stands twice.
    shown = pretty if _compact(pretty) == _compact(text) else text
    if len(body) - len(text) > _LONGEST:
        shown += f"\n... spaces up to {len(body)} bytes"
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST // 3].rstrip()}\n... {len(body)} bytes in all"
    return shown.splitlines()


def _on_one_line(found: re.Match[str]) -> str:
    return f"[{' '.join(found[1].split())}]"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def _compact(text: str) -> str:
    return "".join(text.split())
