"""What a submission takes in memory, as an estimate that the log's limit is held by."""

from __future__ import annotations

from sys import getsizeof

from mock_capi.model import Submission

# What Python's objects take besides the body, measured on CPython 3.11 and rounded up.
_SUBMISSION_BYTES = 1_300
_EVENT_BYTES = 180
_REMARK_BYTES = 330
_HEADER_BYTES = 170
_USUAL_HEADERS = 10  # so many are in _SUBMISSION_BYTES; most requests have the same
_EMPTY_TEXT_BYTES = getsizeof("")


def size_of(submission: Submission) -> int:
    """How many bytes it takes in memory, as an estimate."""
    verdict = submission.verdict
    remarks = len(verdict.violations) + len(submission.advisories) + len(submission.duplicates)
    events = len(verdict.outcomes.event_types)
    texts = (submission.method, submission.path, *(value for _, value in submission.headers))
    head = sum(map(getsizeof, texts)) - _EMPTY_TEXT_BYTES * len(texts)
    head += _HEADER_BYTES * max(0, len(submission.headers) - _USUAL_HEADERS)
    return _SUBMISSION_BYTES + head + len(verdict.body) + _EVENT_BYTES * events + _REMARK_BYTES * remarks
