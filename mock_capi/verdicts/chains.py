"""Chains of attempts: what met a failure or a refusal, and what the same sender sent of it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from mock_capi.model import Kept, Submission

ACCEPTED, REFUSED, SLOW = "accepted", "refused", "slow"
FAILURES = ("500", "429", "timeout", "reset")
"""What another attempt may mend: a 5xx, a 429, no answer, a connection that broke."""
_WHOLE, _EXACT, _ALIKE = "whole", "exact", "alike"
Print = tuple[str, Any]


def met(submission: Submission) -> str:
    """What the sender met. `slow` is an answer that was delayed, so that it may have come too late."""
    if submission.fault and not submission.answered:
        return "timeout" if submission.fault.kind == "timeout" else "reset"
    if submission.verdict.status == 429:
        return "429"
    if submission.verdict.status >= 500:
        return "500"
    if not submission.accepted:
        return REFUSED
    return SLOW if submission.fault else ACCEPTED


@dataclass(frozen=True, slots=True)
class Step:
    """From one attempt to the next: what the first met, and how many seconds later the next one was here.

    `changed` says that it was not quite the same again.
    """

    before: Submission
    after: Submission
    gap: float
    changed: bool

    @property
    def met(self) -> str:
        """What the first met; an answer that was too late counts as none."""
        what = met(self.before)
        return "timeout" if what == SLOW else what


@dataclass(slots=True, eq=False)
class Chain:
    """One payload and every attempt at it, in the order they came."""

    submissions: list[Submission]
    changed: list[bool] = field(default_factory=lambda: [False])

    @property
    def last(self) -> str:
        """What the last attempt met."""
        return met(self.submissions[-1])

    @property
    def steps(self) -> list[Step]:
        """From each attempt that met no success to the next one."""
        pairs = zip(self.submissions, self.submissions[1:], self.changed[1:], strict=False)
        steps = [Step(one, two, round(two.arrived_at - one.arrived_at, 3), changed) for one, two, changed in pairs]
        return [step for step in steps if step.met != ACCEPTED]


def chains(submissions: Iterable[Submission]) -> list[Chain]:
    """The chains in a log, oldest first. What was accepted at the first attempt is none.

    After a failure an attempt belongs to a chain if it has an event of it, be it in another batch, or a changed one of
    the same type and transaction_id. After a refusal it must be the same as a whole: what was mended is something new.
    """
    found: list[Chain] = []
    unsettled: dict[Print, Chain] = {}
    for submission in submissions:
        here = met(submission)
        if submission.verdict.endpoint not in ("single", "batch") or (here == ACCEPTED and not unsettled):
            continue
        prints = list(_prints(submission))
        going_on = _earlier(prints, unsettled)
        for chain, changed in going_on.items():
            chain.submissions.append(submission)
            chain.changed.append(changed)
        if not going_on and here != ACCEPTED:
            found.append(Chain([submission]))
            going_on = {found[-1]: False}
        for known in prints:
            chain_before = unsettled.pop(known, None)
            if here != ACCEPTED:
                unsettled[known] = chain_before if chain_before in going_on else next(iter(going_on))
    # A slow answer that nobody sent anything after was in time.
    return [chain for chain in found if len(chain.submissions) > 1 or chain.last != SLOW]


def _earlier(prints: Sequence[Print], unsettled: dict[Print, Chain]) -> dict[Chain, bool]:
    """The chains that this goes on with, and whether it was changed on its way."""
    found: dict[Chain, bool] = {}
    for known in prints:
        chain = unsettled.get(known)
        if chain and (known[0] == _WHOLE or chain.last != REFUSED):
            found.setdefault(chain, known[0] == _ALIKE)
    return found


def _events(submission: Submission) -> Sequence[Any]:
    """The bodies of its events alone, which are all that is needed of very many."""
    verdict = submission.verdict
    if verdict.kept not in (Kept.EVENT, Kept.BATCH) or not verdict.body:
        return ()
    document = orjson.loads(verdict.body)
    return document if verdict.kept is Kept.BATCH else (document,)


def _prints(submission: Submission) -> Iterator[Print]:
    """What a submission is recognised by: as a whole, by its events to the letter, and by their transaction_ids."""
    events = _events(submission)
    exact = [hash(orjson.dumps(event, option=orjson.OPT_SORT_KEYS)) for event in events]
    kept = submission.verdict.body or submission.body_bytes
    yield _WHOLE, (submission.path, submission.api_key, *(exact or [hash(kept)]))
    yield from ((_EXACT, digest) for digest in exact)
    for event in filter(lambda event: isinstance(event, dict), events):
        custom_data = event.get("custom_data")
        transaction = custom_data.get("transaction_id") if isinstance(custom_data, dict) else None
        if isinstance(transaction, str | int):
            yield _ALIKE, (str(event.get("event_type")), transaction)
