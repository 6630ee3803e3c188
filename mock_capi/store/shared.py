"""State in Redis, shared by several processes that act as one mock; each holds a copy and reads from that.

Three keys: a hash of what stands and the version of it all; a stream of the log, each submission under its sequence;
and a stream of news that says what each version brought. A step is worked out on the copy and published under the
condition that nothing else has happened; else the copy catches up, and the step is worked out again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from threading import Event, Lock, Thread
from typing import Any, NamedTuple
from uuid import uuid4

import orjson
import redis

from mock_capi.ledger import Evicted, Ledger, Room, size_of
from mock_capi.standing import Standing
from mock_capi.store import forms
from mock_capi.store.change import Change, Step, StoreError, applied

_TIMEOUT_SECONDS = 5.0
_LISTEN_SECONDS = 1.0
_log = logging.getLogger(__name__)


class _News(NamedTuple):
    """What has happened since some version; see news.lua."""

    version: int
    first: int
    oldest: int
    evicted: Mapping[str | None, Evicted]
    steps: Sequence[tuple[int, dict[str, Any]]]
    submissions: Mapping[int, bytes]
    parts: forms.Fields


class Shared:
    """A store in Redis, under a name of its own there. `agreed` is what all who share it must have in common.

    Raises StoreError where Redis cannot be reached, or where others have begun it with something else.
    """

    about = "redis"

    def __init__(self, url: str, name: str, agreed: Mapping[str, object], ledger: Ledger) -> None:
        self.ledger = ledger
        self.standing = Standing()
        self._version = 0
        self._lock = Lock()
        self._closing = Event()
        self._keys = [f"{{{name}}}:{part}" for part in ("state", "news", "log")]
        with _speaking():
            self._redis = redis.Redis.from_url(
                url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
            )
            begin, self._publish, self._tell = map(self._script, ("begin.lua", "publish.lua", "news.lua"))
            epoch, theirs = begin(keys=self._keys[:1], args=[uuid4().hex, orjson.dumps(agreed)])
        self._epoch: bytes = epoch
        _check_agreed(agreed, orjson.loads(theirs), name)
        self.refresh()
        Thread(target=self._listen, name="mock-capi news", daemon=True).start()

    def _script(self, name: str) -> Any:
        return self._redis.register_script(files("mock_capi.store").joinpath(name).read_bytes())

    def commit(self, step: Step) -> Change:
        """Let a step happen, after everything that others have done. Raises StoreError."""
        with self._lock:
            while True:
                change = step(self.standing, self._version + 1)
                if self._published(change):
                    self._version, self.standing = change.version, change.after
                    applied(change, self.ledger)
                    return change
                self._catch_up()

    def refresh(self) -> None:
        """Catch up with what others have done. Raises StoreError."""
        with self._lock:
            self._catch_up()

    def close(self) -> None:
        """All waits are over, and nobody listens any more."""
        self._closing.set()
        self.ledger.close()

    def _published(self, change: Change) -> bool:
        """Whether it happened: not where others have done something since this copy was made."""
        recorded, cleared = change.recorded, change.cleared
        parts = forms.differences(change.before, change.after)
        oldest = change.room.oldest if change.room else 0
        news = {
            "recorded": bool(recorded),
            "oldest": oldest,
            "cleared": list(cleared) if cleared else [],
            "parts": list(parts),
        }
        arguments = [
            *(self._epoch, change.version - 1, orjson.dumps(news), forms.write(recorded) if recorded else ""),
            *(max(oldest, self.ledger.evicted_through + 1), self._evicted_by(change, oldest), len(parts)),
        ]
        for name, value in parts.items():
            arguments += [name, "-" if value is None else "=", value or ""]
        if cleared:
            scope = cleared.data_set_id
            arguments += ["all"] if scope is None else self.ledger.sequences(scope)
        with _speaking():
            return bool(self._publish(keys=self._keys, args=arguments))

    def _evicted_by(self, change: Change, oldest: int) -> bytes:
        """The counts of what was evicted, where a step changes them."""
        before = self.ledger.evictions()
        after = self.ledger.evictions(oldest)
        if change.cleared:
            scope = change.cleared.data_set_id
            after = {name: counts for name, counts in after.items() if scope not in (None, name)}
        return orjson.dumps([[name, *counts] for name, counts in after.items()]) if after != before else b""

    def _catch_up(self) -> None:
        news = self._news(self._version)
        if news is None:
            return
        known = self._version and news.first <= self._version + 1
        steps = news.steps if known else ()
        if known and all(version in news.submissions for version, step in steps if step["recorded"]):
            for version, step in steps:
                self._follow(step, news.submissions.get(version))
            self.standing = forms.changed(self.standing, news.parts)
            self._version = news.version
        else:
            # Something is gone by now that this copy never saw: it is made anew.
            for _, step in steps:
                self._follow(step, None)
            self._load()

    def _follow(self, step: dict[str, Any], submission: bytes | None) -> None:
        if step["cleared"]:
            self.ledger.clear(step["cleared"][0])
        if submission is not None:
            recorded = forms.read(submission)
            self.ledger.admit(recorded, Room(size_of(recorded), step["oldest"]))

    def _load(self) -> None:
        news = self._news(0)
        assert news is not None
        log = [forms.read(submission) for submission in news.submissions.values()]
        self.ledger.replace(log, news.evicted, news.version, news.oldest - 1)
        self.standing = forms.changed(Standing(), news.parts)
        self._version = news.version

    def _news(self, version: int) -> _News | None:
        """What has happened since a version, with 0 everything; None where nothing has."""
        with _speaking():
            answer = self._tell(keys=self._keys, args=[self._epoch, version])
        if not answer:
            raise StoreError("what was shared in Redis was deleted while this server ran; start it again")
        if len(answer) == 1:
            return None
        now, first, oldest, evicted, news, submissions, parts = answer
        return _News(
            int(now),
            _sequence(first),
            int(oldest),
            {name: Evicted(*counts) for name, *counts in orjson.loads(evicted)},
            [(_sequence(at), orjson.loads(fields[1])) for at, fields in news],
            {_sequence(at): fields[1] for at, fields in submissions},
            {name.decode(): value for name, value in zip(parts[::2], parts[1::2], strict=True)},
        )

    def _listen(self) -> None:
        """Catch up as soon as something happens, for those who wait."""
        is_reached = True
        while not self._closing.is_set():
            try:
                with _speaking():
                    since: Any = {self._keys[1]: f"{self._version}-0"}
                    heard = self._redis.xread(since, count=1, block=int(_LISTEN_SECONDS * 1000))
                if heard:
                    self.refresh()
                is_reached = True
            except StoreError as error:
                if is_reached and not self._closing.is_set():
                    _log.error("%s", error)
                is_reached = False
                self._closing.wait(_LISTEN_SECONDS)


def _sequence(stream_id: bytes) -> int:
    return int(stream_id.partition(b"-")[0] or 0)


@contextmanager
def _speaking() -> Iterator[None]:
    """What Redis answers with, or does not answer, in our words."""
    try:
        yield
    except (redis.RedisError, ValueError) as error:
        raise StoreError(f"Redis: {error}") from error


def _check_agreed(ours: Mapping[str, object], theirs: Mapping[str, object], name: str) -> None:
    other = [f"{what}={theirs.get(what)!r} there" for what, value in ours.items() if value != theirs.get(what)]
    if other:
        raise StoreError(
            f"{name!r} was begun with other settings ({', '.join(other)}); start with the same, or share another name"
        )
