"""docs/recipes.md taken apart: the files and the commands that it shows."""

from __future__ import annotations

import re

from tests.tables import ROOT

TEXT = (ROOT / "docs" / "recipes.md").read_text()
FILES: dict[str, str] = dict(re.findall(r"```python (\w+)\.py\n(.*?)```", TEXT, re.DOTALL))
"""By the names of their modules."""
COMMANDS: list[str] = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
