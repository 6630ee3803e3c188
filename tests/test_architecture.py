"""The imports run in the allowed directions, and the edge stays at the edge."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.tables import ROOT

PACKAGE = ROOT / "mock_capi"
# Each room with the rooms that it may know. A package's modules may know each other besides.
MAY_KNOW: dict[str, set[str]] = {
    "model": set(),
    "catalogue": set(),
    "readings": set(),
    "clock": set(),
    "terminal": set(),
    "spec_check": set(),
    "explain": set(),
    "pii": {"model"},
    "privacy": {"model"},
    "masking": {"model", "pii", "redact"},
    "redact": {"model", "pii"},
    "answer": {"model", "clock"},
    "spec": {"model", "readings", "spec_check", "explain"},
    "personas": {"pii"},
    "rules": {"model", "readings", "personas", "pii", "privacy", "spec"},
    "decode": {"model", "pii"},
    "judge": {"model", "catalogue", "pii", "privacy", "rules", "spec"},
    "gate": {"model", "readings", "personas", "redact", "spec", "rules", "decode", "judge"},
    "intake": {
        "model",
        "answer",
        "catalogue",
        "decode",
        "gate",
        "judge",
        "masking",
        "readings",
        "redact",
        "rules",
        "spec",
    },
    "faults": {"model"},
    "curl": set(),
    "watch": {"model"},
    "postings": {"model"},
    "trust": set(),
    "events": {"model"},
    "footprint": {"model"},
    "ledger": {"footprint", "model", "postings", "watch"},
    "search": {"model", "catalogue", "events", "faults", "readings"},
    "query": {"model", "catalogue", "clock", "events", "postings", "readings", "search"},
    "waiting": {"model", "events", "ledger", "query"},
    "standing": {"model", "clock", "personas", "redact"},
    "store": {"clock", "footprint", "model", "ledger", "personas", "standing"},
    "occasions": {"gate", "judge", "personas", "readings", "redact", "spec", "standing"},
    "world": {
        "model",
        "answer",
        "clock",
        "events",
        "faults",
        "gate",
        "intake",
        "ledger",
        "occasions",
        "personas",
        "readings",
        "redact",
        "spec",
        "standing",
        "store",
    },
    "web": {
        "model",
        "catalogue",
        "answer",
        "clock",
        "curl",
        "events",
        "faults",
        "gate",
        "harness",
        "ledger",
        "personas",
        "privacy",
        "query",
        "readings",
        "redact",
        "search",
        "store",
        "verdicts",
        "waiting",
        "watch",
        "world",
    },
    "verdicts": {"model", "catalogue", "clock", "events", "gate", "junit", "ledger", "readings", "redact", "rules"},
    "config": {"readings", "redact", "store", "world"},
    "settings": {"config", "ledger", "readings", "rules", "spec", "spec_check", "store", "watch", "world"},
    "harness": {"catalogue", "clock", "junit", "readings", "trust"},
    "testing": {"clock", "query", "readings", "rules", "spec", "terminal", "trust", "web", "world"},
    "pytest_plugin": {"testing"},
    "junit": set(),
    "offline": {"model", "catalogue", "clock", "decode", "judge", "junit", "pii", "readings", "rules", "spec"},
    "reconcile": {"model", "clock", "junit", "pii", "readings"},
    "manual": {"catalogue", "clock", "gate", "harness", "readings", "rules", "world"},
    "cli": {
        "catalogue",
        "clock",
        "config",
        "curl",
        "harness",
        "manual",
        "model",
        "offline",
        "pii",
        "privacy",
        "readings",
        "reconcile",
        "redact",
        "rules",
        "settings",
        "spec",
        "terminal",
        "testing",
        "trust",
        "verdicts",
        "web",
        "world",
    },
}
EDGE_ONLY = {"flask", "werkzeug", "granian", "uvloop", "asyncio"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_knows_only_whom_its_room_may_know(path: Path) -> None:
    """The directions of the house."""
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("mock_capi.")}
    known = {name for name in ours if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()}
    assert known - {room} <= MAY_KNOW[room]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_edge_knows_flask_and_the_server(path: Path) -> None:
    """What is judged does not depend on how it came in."""
    outside = {name.split(".")[0] for name in imported(path)} & EDGE_ONLY
    assert not outside or room_of(path) == "web"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_in_a_sentence_whose_room_it_is(path: Path) -> None:
    """Its docstring's first line is one sentence."""
    first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
    assert first.endswith(".")


def test_no_room_is_forgotten() -> None:
    """The map above names every room there is, and none that is gone."""
    assert {room_of(path) for path in MODULES} - {"__init__", "__main__"} == set(MAY_KNOW)


def test_the_server_loads_nothing_slow_before_it_is_needed() -> None:
    """What starts slowly is left until somebody asks for it."""
    import subprocess
    import sys

    code = "import sys, mock_capi.cli.serve, mock_capi.web.asgi, mock_capi.web.server; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    slow = {
        "flask",
        "jsonschema",
        "requests",
        "tomllib",
        "yaml",
        "redis",
        "trustme",
        "cryptography",
        "prometheus_client",
    }
    assert slow.isdisjoint(loaded)
