"""Running cases: one by one or side by side, against a venue."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mock_capi import __version__
from mock_capi.harness import judging
from mock_capi.harness.cases import Case
from mock_capi.harness.matching import Difference, difference
from mock_capi.harness.sending import Request, build
from mock_capi.harness.target import Answer, TargetError
from mock_capi.harness.values import Stage, WordError
from mock_capi.harness.venue import Venue


@dataclass(frozen=True)
class Result:
    """What became of one case: skipped where `why_not` is set, failed where there are differences."""

    case: Case
    differences: tuple[Difference, ...] = ()
    why_not: str | None = None
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """passed, failed or skipped."""
        if self.why_not:
            return "skipped"
        return "failed" if self.differences else "passed"


def select(cases: Iterable[Case], only: Collection[str] = (), basis: str | None = None) -> tuple[Case, ...]:
    """The cases whose id, file or subject fits one of the patterns, and whose basis is the one asked for."""
    return tuple(
        case
        for case in cases
        if (basis is None or case.basis == basis)
        and (not only or any(fnmatchcase(name, pattern) for name in _names(case) for pattern in only))
    )


def _names(case: Case) -> tuple[str, ...]:
    return (case.id, case.file, case.file.removesuffix(".yaml"), *case.subjects)


def run_all(
    cases: Sequence[Case],
    venue: Venue,
    bases: Mapping[str, Any],
    workers: int = 1,
    done: Callable[[Result], object] = bool,
) -> list[Result]:
    """Run every case, and call `done` with each result. Raises TargetError where the server cannot be reached."""
    results: list[Result] = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            for result in pool.map(lambda case: run_case(case, venue, bases), cases):
                done(result)
                results.append(result)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return results


def run_case(case: Case, venue: Venue, bases: Mapping[str, Any]) -> Result:
    """Set the stage, send, compare."""
    why_not = venue.lacks(case)
    if why_not:
        return Result(case, why_not=f"needs {why_not}")
    started = time.perf_counter()
    with venue.stage(case) as stage:
        try:
            found = tuple(_play(case, venue, bases, stage))
        except WordError as error:
            found = (Difference("the case itself", "a case that can be sent", str(error)),)
        except TargetError as error:
            found = (Difference("answer", str(case.expect["status"]), f"none: {error}"),)
    return Result(case, found, seconds=time.perf_counter() - started)


def _play(case: Case, venue: Venue, bases: Mapping[str, Any], stage: Stage) -> Iterator[Difference]:
    for number, asked in enumerate(case.before):
        agent, mark = _agent(case)
        answer = venue.target.send(build(asked, bases, stage, agent))
        if answer.status != 200:
            yield difference(f"before[{number}]", 200, answer.status)
            return
        _remember("before", venue.logged(mark), stage)
    agent, mark = _agent(case)
    request = build(case.request, bases, stage, agent)
    answer = venue.target.send(request)
    if not venue.is_mock:
        yield from judging.published(case, answer)
        return
    yield from judging.answered(case, request, answer, stage)
    yield from _in_the_log(case, venue, stage, request, answer, mark)


def _in_the_log(
    case: Case, venue: Venue, stage: Stage, request: Request, answer: Answer, mark: str
) -> Iterator[Difference]:
    found = venue.logged(mark)
    if found is None:
        yield Difference("log", "this submission, once", "not there, or not once")
        return
    _remember("this", found, stage)
    yield from judging.logged(case, request, answer, stage, found)
    if venue.logged(mark) != found:
        yield Difference("log", "the same when it is read again", "another")


def _agent(case: Case) -> tuple[str, str]:
    """A User-Agent that tells each request of a run from all others, and the mark in it."""
    mark = secrets.token_hex(8)
    return f"mock-capi-verify/{__version__} ({case.id}; {mark})", mark


def _remember(which: str, found: Mapping[str, Any] | None, stage: Stage) -> None:
    known = sum(place.startswith(which) for place in stage.event_ids)
    for number, event in enumerate(found["events"] if found else (), known):
        stage.event_ids[f"{which}.{number}"] = event.get("event_id")


def plan(case: Case, stage: Stage, bases: Mapping[str, Any]) -> list[Request]:
    """The requests that a case would send."""
    agent = f"mock-capi-verify/{__version__} ({case.id})"
    return [build(asked, bases, stage, agent) for asked in (*case.before, case.request)]
