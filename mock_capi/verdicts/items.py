"""What a report is made of: items with a status, the chapters they stand in, and how evidence is put in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from mock_capi.model import Submission

MOST_IDS = 5
"""How many submissions an item names."""


class Status(StrEnum):
    """What the log says of an item. `advisory`: nothing was refused, and it deserves a look; `manual`: no log can
    prove it."""

    PASSED = "passed"
    FAILED = "failed"
    ADVISORY = "advisory"
    NOT_EXERCISED = "not_exercised"
    MANUAL = "manual"


# The parts of a report in their order. All but the first two are chapters of the guide, and a dash is beyond it.
CHAPTERS: tuple[tuple[str, str], ...] = (
    ("checklist", "Implementation checklist (guide 10)"),
    ("retries", "Failures and retries (guide 8.3)"),
    ("1", "Getting started (guide 1)"),
    ("2", "Authentication (guide 2)"),
    ("3", "Sending events (guide 3)"),
    ("4", "Event schema (guide 4)"),
    ("5", "Privacy (guide 5)"),
    ("6", "Batching (guide 6 and 10)"),
    ("7", "Validation (guide 7)"),
    ("-", "Where the guide is silent"),
)
_MOVED = {"10": "6"}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about an item: its status, a sentence, and the submissions that prove it, oldest first."""

    status: Status
    evidence: str
    submissions: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the report. `guide` is a section, or a dash; `count` is of all submissions that prove it, of which
    `submissions` has the first few."""

    id: str
    chapter: str
    guide: str
    about: str
    status: Status
    evidence: str
    submissions: tuple[str, ...]
    count: int

    def as_json(self) -> dict[str, Any]:
        """The same, for programs."""
        return {**asdict(self), "status": self.status.value, "submissions": list(self.submissions)}


def item(name: str, guide: str, about: str, found: Found, chapter: str | None = None) -> Item:
    """An item in the chapter of its section, unless it is told another."""
    if chapter is None:
        chapter = guide.partition(".")[0]
        chapter = _MOVED.get(chapter, chapter)
    return Item(name, chapter, guide, about, found.status, found.evidence, found.submissions, found.count)


def proven(status: Status, evidence: str, submissions: Iterable[Submission] = ()) -> Found:
    """A finding with its submissions."""
    ids = list(dict.fromkeys(submission.id for submission in submissions))
    return Found(status, evidence, tuple(ids[:MOST_IDS]), len(ids))


def counted(number: int, what: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def seconds(gaps: Sequence[float], most: int = 8) -> str:
    """`0.5, 1.1, 2.0 s`, to the millisecond where they are short."""
    shown = ", ".join(f"{gap:.3f}" if gap < 1 else f"{gap:.1f}" for gap in gaps[:most])
    return f"{shown}{', ...' if len(gaps) > most else ''} s"


def money(amounts: dict[str, Any]) -> str:
    """`129.99 USD, 5 EUR`."""
    return ", ".join(f"{amount:,} {currency}" for currency, amount in amounts.items())
