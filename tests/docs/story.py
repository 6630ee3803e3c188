"""A page as one story: its files and its commands, in one folder and one shell, against a server of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mock_capi.web.server import bind
from tests.docs.blocks import Block
from tests.docs.unrun import reason

USUAL_PORT, OTHER_PORT = "8080", "9090"
_MARK = "\x1e"
_PREAMBLE = "set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT"
_EXIT_CODE = re.compile(r"^(?P<command>.*\S)\s+# exit code (?P<code>\d)\b.*$", re.MULTILINE)
_CHANGING = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b"), "<span>"),
)


def commands_of(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that are run."""
    return [block for block in blocks if block.language == "sh" and not reason(block)]


def starts_its_own(blocks: Iterable[Block]) -> bool:
    """Whether a page's commands start the server on the usual port themselves."""
    return any(f"serve --port {USUAL_PORT}" in block.text for block in commands_of(blocks))


def run(blocks: list[Block], folder: Path, port: int) -> dict[Block, str]:
    """What each block prints. Fails where a command does not end as the page says."""
    ports = {USUAL_PORT: str(port), OTHER_PORT: str(free_port())}
    for block in blocks:
        if block.file:
            (folder / block.file).write_text(_exchanged(block.text, ports))
    wanted = commands_of(blocks)
    script = _exchanged("\n".join([_PREAMBLE, *map(_marked, wanted)]), ports)
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    printed = done.stdout.split(_MARK)[1:]
    assert done.returncode == 0, f"{wanted[len(printed) - 1].place} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    back = {actual: usual for usual, actual in ports.items()}
    return {block: _exchanged(text, back) for block, text in zip(wanted, printed, strict=True)}


def _exchanged(text: str, ports: Mapping[str, str]) -> str:
    return re.sub(rf"\b({'|'.join(ports)})\b", lambda found: ports[found[0]], text)


def _marked(block: Block) -> str:
    checked = _EXIT_CODE.sub(r"code=0; \g<command> || code=$?; [ $code = \g<code> ]", block.text)
    return f"printf '{_MARK}'\n{checked}"


def environment() -> dict[str, str]:
    """The plugins installed beside ours stay out of pytest, since starting them takes seconds."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("MOCK_CAPI_", "PYTEST_"))}
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "mock_capi.pytest_plugin,xdist.plugin"}
    return {**usual, **plugins, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def free_port() -> int:
    """A port on which nothing listens."""
    with bind("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


def outputs(blocks: Iterable[Block]) -> Iterator[tuple[Block, Block]]:
    """The blocks that show what commands print, each with those commands."""
    last = None
    for block in blocks:
        if block.is_output:
            assert last, f"{block.place} follows no commands that are run"
            yield last, block
        elif block.language == "sh":
            last = None if reason(block) else block


def agrees(shown: Block, printed: str) -> bool:
    """Whether a block shows what was printed: ids, times and spans may differ, and three dots stand for any lines."""
    if shown.language == "json":
        return bool(json.loads(steady(shown.text)) == json.loads(steady(printed)))
    pattern = "".join(r"(.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in _lines(shown.text))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(printed))) is not None


def steady(text: str) -> str:
    """A text without what is another one each time."""
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in steady(text).strip().splitlines()]
