"""The wrong servers: each a small change to the source that the contract cases must notice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.tables import ROOT

FOLDER = Path(__file__).parent
BY_CASES, BY_GENERATED = "cases", "generated"


class MutantError(ValueError):
    """A row that cannot be used: its text is not in its file, or more than once."""


@dataclass(frozen=True)
class Mutant:
    """One wrong server. `old` stands once in `file` and becomes `new`; `killers` are patterns of the ids of the
    cases that should notice; `by` says who must: the cases, or the generated tests."""

    id: str
    file: str
    old: str
    new: str
    killers: tuple[str, ...]
    by: str = BY_CASES

    def patched(self) -> str:
        """The file's text with the change. Raises MutantError."""
        text = (ROOT / self.file).read_text()
        found = text.count(self.old)
        if found != 1:
            raise MutantError(f"{self.id}: its text stands {found} times in {self.file}")
        return text.replace(self.old, self.new)

    def build(self, folder: Path) -> None:
        """Put the wrong server into a folder: the package and its document.

        What Python has compiled of it goes along, which halves the time that it takes to start; the file that is
        changed is newer than that, and compiled anew.
        """
        shutil.copytree(ROOT / "mock_capi", folder / "mock_capi")
        shutil.copy(ROOT / "openapi.yaml", folder)
        (folder / self.file).write_text(self.patched())


def load() -> tuple[Mutant, ...]:
    """All of them, file by file."""
    rows = [row for file in sorted(FOLDER.glob("*.yaml")) for row in yaml.safe_load(file.read_text())]
    return tuple(Mutant(**{**row, "killers": tuple(row["killers"])}) for row in rows)
