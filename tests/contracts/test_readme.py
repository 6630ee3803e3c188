"""The case that pages show is a case, and holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mock_capi.harness.cases import load_all, load_bases
from mock_capi.harness.runner import run_case
from mock_capi.harness.venue import Mock
from mock_capi.spec import Spec
from mock_capi.web.app import create_app
from mock_capi.world import World
from tests.contracts.venues import WsgiTarget
from tests.tables import ROOT


@pytest.mark.parametrize("page", ["README.md", "docs/verify.md"])
def test_the_case_of_a_page_holds(page: str, the_spec: Spec, tmp_path: Path) -> None:
    """As it is printed, in a file of its own."""
    found = re.search(r"```yaml\n(- id:.*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert found
    indented = "".join(f"  {line}\n" for line in found[1].splitlines())
    (tmp_path / "mine.yaml").write_text(f"about: A page's\ncases:\n{indented}")
    (case,) = load_all(tmp_path)
    assert run_case(case, Mock(WsgiTarget(create_app(World(the_spec)))), load_bases()).outcome == "passed"
    assert len(found[1].splitlines()) == 5
