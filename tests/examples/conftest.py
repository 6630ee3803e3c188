"""What the tests of the CI recipes share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.jobs import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A folder in which a job finds the examples."""
    return Workspace(tmp_path)
