"""Blocks that are neither run nor compared, each with the reason; their commands are checked all the same."""

from __future__ import annotations

from collections.abc import Mapping

from tests.docs.blocks import Block

INSTALLS = "installs packages"
FOREGROUND = "runs until somebody stops it"
ELSEWHERE = "asks a server elsewhere"

UNRUN: Mapping[tuple[str, str], str] = {
    ("README.md", "pip install . && mock-capi serve"): INSTALLS,
    ("README.md", "pip install -e"): INSTALLS,
    ("README.md", "pip install '.[docs]'"): INSTALLS,
    ("README.md", "mock-capi matrix"): "runs the reader's own tests; docs/readings.md has one that is run",
    ("README.md", "mock-capi verify"): ELSEWHERE,
    ("README.md", "mock-capi check"): "is about the reader's own files; docs/offline.md has some that are run",
    ("CONTRIBUTING.md", "python3 -m venv"): INSTALLS,
    ("CONTRIBUTING.md", "ruff check"): "CI runs it",
    ("CONTRIBUTING.md", "sphinx-build"): "tests/docs/test_site.py builds the site",
    ("examples/senders/README.md", "mock-capi serve"): "is run beside the senders by tests/examples",
    ("docs/index.md", "python3 -m venv"): INSTALLS,
    ("docs/going-live.md", "mock-capi report --data-set-id worker-1 --exercise"): "waits for a sender",
    ("docs/verify.md", "mock-capi verify --base-url https://capi.example.com"): ELSEWHERE,
    (
        "docs/hostile-input.md",
        "python -m benchmarks.hostile",
    ): "takes minutes; tests/test_hostile_run.py has a short run",
    ("docs/running.md", "mock-capi serve --port 8080"): FOREGROUND,
    ("docs/running.md", "mock-capi serve --journal"): FOREGROUND,
    ("docs/running.md", "mock-capi serve --tls"): "takes a terminal and a half; tests/cli/test_https.py has it",
    ("docs/running.md", "docker build"): "needs a container engine; tests/container runs what it says",
    ("docs/running.md", "pip install 'mock-capi[redis]'"): INSTALLS,
    ("docs/options.md", "config  "): "tests/test_coherence.py compares it",
    ("docs/options.md", "mock-capi: mock-capi.toml:2:"): "tests/test_settings.py has this message",
    ("docs/running.md", "mock-capi serve --host 0.0.0.0"): FOREGROUND,
    ("docs/speed.md", "python -m benchmarks.peers"): "installs packages; tests/test_peers.py runs it without them",
    ("docs/speed.md", "python -m benchmarks.soak"): "takes ten minutes; tests/test_soak.py runs two seconds of it",
}
"""By page and the beginning of the block."""


def reason(block: Block) -> str | None:
    """Why a block is left alone, None where it is not."""
    return next(
        (why for (page, start), why in UNRUN.items() if block.page == page and block.text.startswith(start)), None
    )
