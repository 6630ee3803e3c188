"""The built wheel holds what an installation needs, and nothing of the workshop."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tables import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from this checkout with what is installed here."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return zipfile.ZipFile(next(target.glob("*.whl")))


def test_the_wheel_holds_the_document_as_it_is_here(wheel: zipfile.ZipFile) -> None:
    """openapi.yaml rides inside the package."""
    assert wheel.read("mock_capi/openapi.yaml") == (ROOT / "openapi.yaml").read_bytes()


def test_the_wheel_holds_every_module_and_says_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    """Nothing of the package is missing."""
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "mock_capi").rglob("*.py")}
    assert here | {"mock_capi/py.typed"} <= set(wheel.namelist())


def test_the_wheel_holds_the_page(wheel: zipfile.ZipFile) -> None:
    """The inspector's template, scripts, styles and pictures, as they are here."""
    here = [path for path in (ROOT / "mock_capi" / "web" / "page").rglob("*.*") if "__pycache__" not in path.parts]
    assert len(here) > 25
    assert [path for path in here if wheel.read(str(path.relative_to(ROOT))) != path.read_bytes()] == []


def test_the_wheel_holds_no_tests(wheel: zipfile.ZipFile) -> None:
    """Only the package and its metadata."""
    assert {Path(name).parts[0].split("-")[0] for name in wheel.namelist()} == {"mock_capi"}


def test_the_tested_versions_are_allowed() -> None:
    """constraints.txt names every dependency of the server, in a version that pyproject.toml takes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = map(Requirement, (*project["dependencies"], *project["optional-dependencies"]["redis"]))
    tested = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    versions = {canonicalize_name(name): version for name, version in tested.items()}
    assert [str(one) for one in asked if not one.specifier.contains(versions[canonicalize_name(one.name)])] == []


def test_the_wheel_runs_away_from_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Unpacked elsewhere it finds its own document."""
    wheel.extractall(tmp_path)
    code = "from mock_capi import spec, rules; print(spec.bundled()); spec.load(spec.bundled(), rules.SCHEMA_RULE_IDS)"
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert Path(shown.stdout.strip()) == tmp_path / "mock_capi" / "openapi.yaml"
