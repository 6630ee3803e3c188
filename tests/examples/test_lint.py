"""What is written for other programs is well-formed by their own rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mock_capi import __version__
from tests.examples.jobs import RECIPES
from tests.tables import ROOT

SCHEMAS = {
    "compose.yaml": "compose-spec",
    "action.yml": "github-actions",
    "examples/ci/github-action.yml": "github-workflows",
    "examples/ci/github-service.yml": "github-workflows",
    "examples/ci/gitlab-ci.yml": "gitlab-ci",
}
SCRIPTS = [".ci/install-clients", ".ci/run", ".github/action/start.sh", "examples/ci/plain.sh"]


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items(), ids=SCHEMAS)
def test_yaml_is_as_its_schema_says(name: str, schema: str) -> None:
    """By the schemas that check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(ROOT / name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_finds_nothing(name: str) -> None:
    """No shell script has a mistake of the usual kinds."""
    command = [str(Path(sys.executable).with_name("shellcheck")), str(ROOT / name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_no_recipe_is_left_out() -> None:
    """Each is looked at above, and those that name a version name this one."""
    recipes = {str(path.relative_to(ROOT)) for path in RECIPES.iterdir()}
    assert recipes <= {*SCHEMAS, *SCRIPTS}
    texts = [(ROOT / name).read_text() for name in recipes]
    assert sum(f"mock-capi:{__version__}" in text or f"mock-capi@v{__version__}" in text for text in texts) == 3
