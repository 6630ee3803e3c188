"""What the alternative readings do to somebody's client: which break it, which it notices, which it never meets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mock_capi.junit import Case, Suite, junit
from mock_capi.model import Submission
from mock_capi.readings import READINGS, ReadingError, nearest
from mock_capi.verdicts.questions import QUESTIONS

# Of a number there is no end of alternatives; these are what a vendor may well have settled on.
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "max_body_bytes": ("1000000",),
    "future_tolerance_seconds": ("0", "off"),
}
BREAKS, MATTERS, SAME = "breaks", "matters", "same"
EFFECTS = (BREAKS, MATTERS, SAME)
_GUIDE = {reading.name: str(reading.metadata["guide"]) for reading in READINGS}


class Variant(NamedTuple):
    """One reading with another value than its default."""

    reading: str
    value: str

    def __str__(self) -> str:
        return f"{self.reading}={self.value}"


def variants(only: Collection[str] = ()) -> tuple[Variant, ...]:
    """Every alternative of every reading, or of those that are named. Raises ReadingError."""
    for name in only:
        if name not in _GUIDE:
            raise ReadingError(f"no reading is called {name!r}{nearest(name, _GUIDE)}; see `mock-capi readings`")
    found = ((r.name, _NUMBERS.get(r.name) or r.metadata["alternatives"][1:]) for r in READINGS)
    return tuple(Variant(name, value) for name, values in found for value in values if not only or name in only)


class Entry(NamedTuple):
    """What a request came to. Path and key, masked, tell requests apart that only change places between two runs."""

    path: str
    authorization: str | None
    status: int
    violations: tuple[str, ...]
    advisories: tuple[str, ...]


def entry_of(submission: Submission) -> Entry:
    """Of one in the log."""
    verdict, authorization = submission.verdict, dict(submission.headers).get("Authorization")
    violations, advisories = (tuple(r.code for r in found) for found in (verdict.violations, submission.advisories))
    return Entry(submission.path, authorization, verdict.status, violations, advisories)


def entry_of_view(view: Mapping[str, Any]) -> Entry:
    """Of one as /_inspect shows it."""
    violations, advisories = (tuple(remark["code"] for remark in view[name]) for name in ("violations", "advisories"))
    return Entry(view["path"], view["headers"].get("Authorization"), view["status"], violations, advisories)


@dataclass(frozen=True)
class Run:
    """How a command ended; `exit_code` is None where its time was over, `output` is the end of what it wrote."""

    exit_code: int | None
    seconds: float
    output: str = ""
    log: Counter[Entry] = field(default_factory=Counter)

    @property
    def passed(self) -> bool:
        return self.exit_code == 0

    @property
    def ending(self) -> str:
        """In words."""
        return f"no end within {self.seconds:.0f} s" if self.exit_code is None else f"exit code {self.exit_code}"


@dataclass(frozen=True)
class Matrix:
    """The run under the defaults, which passed, and one under each variant."""

    command: Sequence[str]
    baseline: Run
    runs: Mapping[Variant, Run]

    def effect(self, variant: Variant) -> str:
        """Whether the command fails under it, at least gets other verdicts, or notices nothing."""
        run = self.runs[variant]
        if not run.passed:
            return BREAKS
        return SAME if run.log == self.baseline.log else MATTERS

    def those(self, effect: str) -> list[Variant]:
        """The variants with an effect."""
        return [variant for variant in self.runs if self.effect(variant) == effect]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """One for each reading that breaks the command."""
        broken: dict[str, list[str]] = {}
        for variant in self.those(BREAKS):
            broken.setdefault(variant.reading, []).append(variant.value)
        return [
            {"reading": name, "guide": _GUIDE[name], "question": QUESTIONS[name], "breaks_under": values}
            for name, values in broken.items()
        ]


def table(matrix: Matrix, *, verbose: bool = False) -> Iterator[str]:
    """The result in lines, for people."""
    sent = matrix.baseline.log.total()
    yield f"Under the defaults it passes: {matrix.baseline.seconds:.1f} s, {sent} request{'s' if sent != 1 else ''}."
    broken = matrix.those(BREAKS)
    yield f"{len(broken)} of {len(matrix.runs)} alternative readings break it{':' if broken else '.'}"
    for variant in broken:
        yield f"  {variant!s:36} {matrix.runs[variant].ending}"
        if verbose:
            yield from (f"      {line}" for line in matrix.runs[variant].output.splitlines())
    yield from _listed("It gets other verdicts and passes all the same under", matrix.those(MATTERS))
    yield from _listed("Nothing that it sends is judged otherwise under", matrix.those(SAME))
    if broken:
        yield "The questions to put to the vendor:"
    for number, asked in enumerate(matrix.questions, 1):
        yield f"  {number}. {asked['question']} (guide {asked['guide']})"


def _listed(what: str, found: Sequence[Variant]) -> Iterator[str]:
    if found:
        yield f"{what}: {', '.join(map(str, found))}"


def as_json(matrix: Matrix) -> dict[str, Any]:
    """The same for programs."""
    runs = [
        {"reading": variant.reading, "value": variant.value, "effect": matrix.effect(variant), **_run(run)}
        for variant, run in matrix.runs.items()
    ]
    command = list(matrix.command)
    return {"command": command, "baseline": _run(matrix.baseline), "runs": runs, "questions": matrix.questions}


def _run(run: Run) -> dict[str, Any]:
    return {
        "exit_code": run.exit_code,
        "seconds": round(run.seconds, 3),
        "requests": run.log.total(),
        "output": run.output,
    }


def as_junit(matrix: Matrix) -> str:
    """The same as JUnit XML: one test for each variant."""
    cases = [Case("defaults"), *(Case(str(variant), _failure(matrix, variant)) for variant in matrix.runs)]
    return junit("mock-capi matrix", [Suite("readings", cases)])


def _failure(matrix: Matrix, variant: Variant) -> str | None:
    if matrix.effect(variant) != BREAKS:
        return None
    return f"{matrix.runs[variant].ending}. {QUESTIONS[variant.reading]}\n{matrix.runs[variant].output}"
