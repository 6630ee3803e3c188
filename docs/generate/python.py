"""The Python API: everything that its modules export, for autodoc to describe, and the pytest fixtures."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import mock_capi
from docs.generate.markdown import code, fenced, page
from mock_capi import privacy, testing
from mock_capi.testing import steering

_INTRODUCTION = "What there is; how to use it is told in [from Python](../python.md)."
_PLUGIN = Path(mock_capi.__file__).parent / "pytest_plugin.py"
_STEERED = (steering.Clock, steering.Faults, steering.Personas)


def page_of_all() -> str:
    """The whole page."""
    return page(
        "# The Python API",
        _INTRODUCTION,
        f"## {code('mock_capi.testing')}",
        *_exported(testing),
        "## What clock, faults and personas take",
        *(_described(found.__module__, found.__name__, found) for found in _STEERED),
        "## Fixtures of pytest",
        "They are there as soon as mock-capi is installed.",
        *_fixtures(),
        f"## {code('mock_capi.privacy')}",
        *_exported(privacy),
    )


def _exported(module: ModuleType) -> Iterator[str]:
    yield inspect.cleandoc(module.__doc__ or "")
    for name in sorted(module.__all__, key=lambda name: _rank(getattr(module, name))):
        yield _described(module.__name__, name, getattr(module, name))


def _rank(found: object) -> tuple[bool, int]:
    """What has most to tell first, and errors last."""
    return _kind(found) == "autoexception", -len(vars(found))


def _described(module: str, name: str, found: object) -> str:
    return fenced(f".. {_kind(found)}:: {module}.{name}", "{eval-rst}")


def _kind(found: object) -> str:
    """The directive that describes it."""
    if not inspect.isclass(found):
        return "autofunction"
    return "autoexception" if issubclass(found, BaseException) else "autoclass"


def _fixtures() -> Iterator[str]:
    """From the source, since pytest hides what it decorates, and need not be there."""
    for node in ast.parse(_PLUGIN.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            yield f"{code(node.name)}\n: {ast.get_docstring(node)}"
