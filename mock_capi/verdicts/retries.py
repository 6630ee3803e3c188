"""What a sender does about failures, graded: is it sent again, how long after, unchanged, and does it ever end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mock_capi.events import counted_twice
from mock_capi.model import Submission
from mock_capi.verdicts.chains import FAILURES, REFUSED, Chain, Step, met
from mock_capi.verdicts.items import Found, Item, Status, counted, item, money, proven, seconds

AT_ONCE_SECONDS = 0.02
"""Up to here there was no waiting at all."""
GROWING, SHRINKING = 1.5, 0.67
"""The last wait over the first one: from the former on they grow, below the latter they shrink."""
LEAST_SPREAD = 0.05
"""By what part of them first waits differ if there is jitter."""
TOO_MANY_ATTEMPTS = 20
PATIENCE = 3
"""After so many times its longest wait a chain is at its end."""
_EARLY = 0.95
# After these the wait is the sender's own: no timeout of its own is in it, nor what Retry-After asked for.
_QUICK = ("500", "429", "reset")


class Log(NamedTuple):
    """What is graded: chains of attempts, and the real time until which they were watched, in epoch seconds."""

    chains: Sequence[Chain]
    as_of: float

    @property
    def steps(self) -> list[Step]:
        """All that came after a failure."""
        return [step for chain in self.chains for step in chain.steps if step.met != REFUSED]


def _again(kind: str, otherwise: Status) -> Callable[[Log], Found]:
    """Whether there is another attempt after a failure of this kind."""

    def grade(log: Log) -> Found:
        again = [step for step in log.steps if step.met == kind]
        lost = [chain.submissions[0] for chain in log.chains if len(chain.submissions) == 1 and chain.last == kind]
        if lost:
            words = f"{len(lost)} of {counted(len(lost) + len(again), 'request')} that met it never came again."
            return proven(otherwise, words, lost)
        if not again:
            return proven(Status.NOT_EXERCISED, "No request met it.")
        all_of_them = counted(len(again), "request")
        words = f"{len(again)} of {all_of_them} that met it came again, after {seconds(_gaps(again))}."
        return proven(Status.PASSED, words, _after(again))

    return grade


def _backoff(log: Log) -> Found:
    waits = [own for chain in log.chains if (own := _own_waits(chain))]
    gaps = [gap for own in waits for gap in _gaps(own)]
    shown = [step.after for own in waits for step in own]
    if not gaps:
        return proven(Status.NOT_EXERCISED, "No wait of the sender's own choice was seen.")
    if max(gaps) < AT_ONCE_SECONDS:
        return proven(Status.FAILED, f"Tried again at once, without any wait: {seconds(gaps)}.", shown)
    longer = [_gaps(own) for own in waits if len(own) > 1]
    if not longer:
        return proven(Status.NOT_EXERCISED, f"Nothing failed twice in a row; single waits were {seconds(gaps)}.")
    growth = sum(own[-1] for own in longer) / max(sum(own[0] for own in longer), 0.001)
    longest = max(longer, key=len)
    if growth >= GROWING:
        return proven(Status.PASSED, f"The waits grow: {seconds(longest)}.", shown)
    words = "shrink" if growth < SHRINKING else "are fixed"
    return proven(Status.ADVISORY, f"The waits {words}: {seconds(longest)}.", shown)


def _jitter(log: Log) -> Found:
    first = [own[0] for chain in log.chains if (own := _own_waits(chain))]
    gaps = _gaps(first)
    if len(gaps) < 2:
        return proven(Status.NOT_EXERCISED, "It takes the first waits after two failures to tell.")
    spread = (max(gaps) - min(gaps)) / max(*gaps, 0.001)
    if spread >= LEAST_SPREAD:
        return proven(Status.PASSED, f"First waits differ: {seconds(gaps)}.", _after(first))
    return proven(Status.ADVISORY, f"First waits are always the same: {seconds(gaps)}.", _after(first))


def _end(log: Log) -> Found:
    tried = [chain for chain in log.chains if chain.steps]
    failing = [chain for chain in tried if chain.last in FAILURES]
    endless = [chain for chain in tried if len(chain.submissions) > TOO_MANY_ATTEMPTS]
    if endless:
        most = max(len(chain.submissions) for chain in endless)
        return proven(Status.ADVISORY, f"One went on for {most} attempts.", _starts(endless))
    ended = [chain for chain in failing if _is_over(chain, log.as_of)]
    if ended:
        most = max(len(chain.submissions) for chain in ended)
        cap = max(step.gap for chain in ended for step in chain.steps)
        words = f"Given up after {counted(most, 'attempt')} at most; the longest wait was {seconds([cap])}."
        return proven(Status.PASSED, words, _starts(ended))
    most = max((len(chain.submissions) for chain in tried), default=0)
    words = f"Nothing failed for good; the longest took {counted(most, 'attempt')}."
    return proven(Status.NOT_EXERCISED, words if most else "No failure was answered with another attempt.")


def _is_over(chain: Chain, as_of: float) -> bool:
    longest = max(step.gap for step in chain.steps)
    return as_of - chain.submissions[-1].arrived_at > PATIENCE * longest


def _retry_after(log: Log) -> Found:
    told = [(step, asked) for step in log.steps if (asked := _asked(step.before)) is not None]
    early = [(step, asked) for step, asked in told if step.gap < asked * _EARLY]
    if not told:
        return proven(Status.NOT_EXERCISED, "No Retry-After was answered that another attempt followed.")
    chosen = early or told
    pairs = "; ".join(f"{asked} s asked, {seconds([step.gap])} waited" for step, asked in chosen[:3])
    status = Status.ADVISORY if early else Status.PASSED
    return proven(status, f"{pairs}.", [step.after for step, _ in chosen])


def _asked(submission: Submission) -> int | None:
    fault = submission.fault
    return fault.retry_after if fault and fault.kind == "status" else None


def _refusals(log: Log) -> Found:
    again = [step for chain in log.chains for step in chain.steps if step.met == REFUSED and not step.after.accepted]
    if again:
        statuses = " and ".join(sorted({str(step.before.verdict.status) for step in again}))
        words = (
            f"Sent again unchanged after a {statuses}, {counted(len(again), 'time')}, after {seconds(_gaps(again))}."
        )
        return proven(Status.FAILED, words, _after(again))
    refused = [item for chain in log.chains for item in chain.submissions if met(item) == REFUSED]
    if not refused:
        return proven(Status.NOT_EXERCISED, "Nothing was refused.")
    return proven(Status.PASSED, f"{counted(len(refused), 'request')} refused, none sent again unchanged.", refused)


def _unchanged(log: Log) -> Found:
    steps = log.steps
    changed = [step for step in steps if step.changed]
    if changed:
        words = (
            f"{len(changed)} of {counted(len(steps), 'more attempt')} had other contents for the same transaction_id."
        )
        return proven(Status.ADVISORY, words, _after(changed))
    if not steps:
        return proven(Status.NOT_EXERCISED, "No failure was answered with another attempt.")
    return proven(Status.PASSED, f"Nothing differed in {counted(len(steps), 'more attempt')}.", _after(steps))


def _duplicates(log: Log) -> Found:
    after = _after(log.steps)
    twice = [step.after for step in log.steps if step.before.accepted and step.after.duplicates]
    if not after:
        return proven(Status.NOT_EXERCISED, "No failure was answered with another attempt.")
    if not twice:
        return proven(Status.PASSED, f"None of {counted(len(after), 'more attempt')} stored an event twice.", after)
    events = sum(len(submission.duplicates) for submission in twice)
    value = money(counted_twice(twice)) or "no value"
    words = f"{counted(events, 'event')} stored twice, since an answer got lost: {value} counted twice."
    return proven(Status.ADVISORY, words, twice)


class Practice(NamedTuple):
    """One thing that is graded. `guide` is the section that asks for it; a dash, where good sense does."""

    id: str
    guide: str
    about: str
    grade: Callable[[Log], Found]


PRACTICES: tuple[Practice, ...] = (
    Practice("retry.500", "8.3", "After a 500 there is another attempt.", _again("500", Status.FAILED)),
    Practice("retry.backoff", "8.3", "Waits grow exponentially.", _backoff),
    Practice("retry.429", "-", "After a 429 there is another attempt.", _again("429", Status.ADVISORY)),
    Practice("retry.timeout", "-", "After no answer there is another attempt.", _again("timeout", Status.ADVISORY)),
    Practice(
        "retry.reset", "-", "After a broken connection there is another attempt.", _again("reset", Status.ADVISORY)
    ),
    Practice("retry.retry_after", "-", "Retry-After is honoured.", _retry_after),
    Practice("retry.jitter", "-", "Waits differ from one another, so that not all come back at once.", _jitter),
    Practice("retry.end", "-", "There is an end to it.", _end),
    Practice("retry.refusals", "8.2", "What was refused, 400 or 403, is not sent again unchanged.", _refusals),
    Practice("retry.unchanged", "-", "What is sent again is the same.", _unchanged),
    Practice("retry.duplicates", "-", "Nothing is stored twice for it.", _duplicates),
)


def graded(chains: Sequence[Chain], as_of: float) -> Iterator[Item]:
    """Every practice in its order, by the chains of attempts that were seen until `as_of` (real epoch seconds)."""
    log = Log(chains, as_of)
    for practice in PRACTICES:
        yield item(practice.id, practice.guide, practice.about, practice.grade(log), "retries")


def _own_waits(chain: Chain) -> list[Step]:
    return [step for step in chain.steps if step.met in _QUICK and not _asked(step.before)]


def _gaps(steps: Iterable[Step]) -> list[float]:
    return [step.gap for step in steps]


def _after(steps: Iterable[Step]) -> list[Submission]:
    return [step.after for step in steps]


def _starts(chains: Iterable[Chain]) -> list[Submission]:
    return [chain.submissions[0] for chain in chains]
