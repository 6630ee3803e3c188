"""Several processes that serve one socket, kept by the one that the user started."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from time import monotonic, sleep
from types import FrameType

_SOON_SECONDS = 1.0
_log = logging.getLogger(__name__)


def keep(count: int, work: Callable[[], None], begun: Callable[[], None]) -> None:
    """Run `work` in so many processes until SIGTERM or SIGINT; one that ends by itself is replaced.

    `begun` is called once all of them are there.
    """
    began = {_begin(work): monotonic() for _ in range(count)}
    is_stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True
        for pid in began:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    begun()
    while began:
        pid, status = os.wait()
        age = monotonic() - began.pop(pid)
        if is_stopping:
            continue
        _log.error("worker %d ended (%s); another takes its place", pid, _why(status))
        if age < _SOON_SECONDS:
            sleep(_SOON_SECONDS)  # what cannot start is not tried again at once
        if not is_stopping:
            began[_begin(work)] = monotonic()


def _begin(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    try:
        work()
    except BaseException:
        _log.exception("a worker could not go on")
    os._exit(1)  # `work` ends the process itself where all is well


def _why(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"exit code {code}"
