"""One mock's mutable state: datasets with their keys, clocks and the log; and the whole way of a request."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from hmac import compare_digest
from random import Random
from threading import Lock
from time import perf_counter, time
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from mock_capi.answer import body_of
from mock_capi.clock import Clock, real_time, steady
from mock_capi.faults import Faults, faulted
from mock_capi.gate import Credentials, Occasion, credentials
from mock_capi.intake import examine
from mock_capi.judge import Judge
from mock_capi.ledger import Ledger
from mock_capi.model import Incoming, Submission, Verdict, Violation
from mock_capi.personas import Personas
from mock_capi.pii import Screen, screen_for
from mock_capi.readings import Readings
from mock_capi.redact import SHORTEST_HIDDEN, mask_key, redact_headers, redact_path, secrets_in
from mock_capi.spec import Spec

DEFAULT_DATASET = "00000000-0000-4000-8000-000000000001"
DEFAULT_KEY = "test-key"
_LONGEST_NAME = 512
_log = logging.getLogger(__name__)


class ProvisioningError(ValueError):
    """A dataset that cannot be provisioned. `conflict` says that the id or the key is taken."""

    def __init__(self, message: str, *, conflict: bool = False) -> None:
        super().__init__(message)
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset and its one API key (guide 1.2), with readings and a clock of its own where it has them."""

    id: str
    api_key: str
    readings: Mapping[str, object] = field(default_factory=dict)
    clock: Clock | None = None

    @property
    def masked_key(self) -> str:
        return mask_key(self.api_key)


class Bench(NamedTuple):
    """What a dataset's events are judged with, made once: readings, judge, and the look for what must not be kept."""

    readings: Readings
    judge: Judge
    is_clean: Screen


class World:
    """Everything that changes while a mock runs. Safe to use from several threads."""

    # Kept here, as the beginning of a request keeps it: freezegun leaves both alone or replaces both.
    _stopwatch = staticmethod(perf_counter)

    def __init__(self, spec: Spec, readings: Readings | None = None, ledger: Ledger | None = None) -> None:
        self.spec = spec
        self.readings = readings or Readings()
        self.ledger = ledger or Ledger()
        self.faults = Faults()
        self.personas = Personas()
        self.clock = Clock()
        self.started_at = time()
        # By these clocks, which are left alone where time is made to stand still, attempts can be told apart.
        self._real_time_at_zero = real_time() - steady()
        self._secret = secrets.token_bytes(16)
        # Ids must differ, not be secret; asking the system for each would take a tenth of a request's time.
        self._random = Random(secrets.token_bytes(32))  # noqa: S311 - see above
        self._lock = Lock()
        self._datasets: Mapping[str, Dataset] = MappingProxyType({})
        self._ids_by_digest: Mapping[bytes, str] = MappingProxyType({})
        self._judges: dict[Readings, Judge] = {}
        self._benches: Mapping[str, Bench] = MappingProxyType({})
        self._common = self._bench(self.readings, screen_for(None))

    # --- datasets ---

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """The provisioned datasets by id; a view that does not change."""
        return self._datasets

    def provision(self, dataset: Dataset) -> Dataset:
        """Add a dataset, or give the same one (equal id and key) other readings. Raises ProvisioningError."""
        _check_name("data_set_id", dataset.id)
        _check_name("api_key", dataset.api_key)
        self.readings.with_changes(dataset.readings)
        with self._lock:
            known = self._datasets.get(dataset.id)
            if known and known.api_key != dataset.api_key:
                raise ProvisioningError(f"the dataset {dataset.id} exists with another key", conflict=True)
            owner = self._ids_by_digest.get(self._digest(dataset.api_key))
            if owner not in (None, dataset.id):
                raise ProvisioningError("the api_key belongs to another dataset; each needs its own", conflict=True)
            added = replace(dataset, clock=known.clock) if known else dataset
            self._publish({**self._datasets, added.id: added}.values())
            return added

    def withdraw(self, data_set_id: str) -> Dataset | None:
        """Take a dataset away; its log stays. None where there is no such dataset."""
        with self._lock:
            gone = self._datasets.get(data_set_id)
            self._publish(dataset for dataset in self._datasets.values() if dataset is not gone)
            return gone

    def _publish(self, datasets: Iterable[Dataset]) -> None:
        """Swap both views; readers never lock and never see one half changed."""
        by_id = {dataset.id: dataset for dataset in datasets}
        self._ids_by_digest = MappingProxyType({self._digest(d.api_key): d.id for d in by_id.values()})
        self._benches = MappingProxyType({name: self._bench_of(d) for name, d in by_id.items()})
        self._datasets = MappingProxyType(by_id)

    def _bench_of(self, dataset: Dataset) -> Bench:
        known = self._benches.get(dataset.id)
        key = dataset.api_key if len(dataset.api_key) >= SHORTEST_HIDDEN else None
        return self._bench(self.readings_of(dataset), known.is_clean if known else screen_for(key))

    def _bench(self, readings: Readings, is_clean: Screen) -> Bench:
        if readings not in self._judges:
            self._judges[readings] = Judge(self.spec.event_schema(readings))
        return Bench(readings, self._judges[readings], is_clean)

    def _digest(self, key: str) -> bytes:
        return blake2b(key.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest()

    def dataset_of(self, sent: Credentials | None) -> Dataset | None:
        """The dataset that a key is scoped to (guide 2).

        Found by a digest under a secret, so that the time it takes tells nothing about the keys.
        """
        if sent is None:
            return None
        dataset = self._datasets.get(self._ids_by_digest.get(self._digest(sent.key), ""))
        if dataset and compare_digest(dataset.api_key.encode(), sent.key.encode("utf-8", "surrogatepass")):
            return dataset
        return None

    # --- clocks ---

    def clock_of(self, data_set_id: str | None) -> Clock:
        """A dataset's clock, or everyone's."""
        dataset = self._datasets.get(data_set_id) if data_set_id else None
        return dataset.clock if dataset and dataset.clock else self.clock

    def set_clock(self, clock: Clock | None, data_set_id: str | None = None) -> None:
        """Set one dataset's clock, or with no id everyone's. None goes back: to everyone's, or to real time."""
        with self._lock:
            if data_set_id is None:
                self.clock = clock or Clock()
                self._publish(replace(dataset, clock=None) for dataset in self._datasets.values())
            else:
                changed = replace(self._datasets[data_set_id], clock=clock)
                self._publish({**self._datasets, data_set_id: changed}.values())

    def reset(self, data_set_id: str | None = None) -> int:
        """Clear log, clock, faults and personas, of one dataset or of all; how many submissions went."""
        self.set_clock(None, data_set_id)
        self.faults.clear(data_set_id)
        self.personas.clear(data_set_id)
        return self.ledger.clear(data_set_id)

    # --- requests ---

    def readings_of(self, dataset: Dataset | None) -> Readings:
        """A dataset's readings, or everyone's."""
        return self.readings.with_changes(dataset.readings) if dataset and dataset.readings else self.readings

    def occasion(self, headers: Mapping[str, str]) -> Occasion:
        """Everything that a request with these headers will be judged by. The clock is read here, once."""
        sent = credentials(headers)
        dataset = self.dataset_of(sent)
        bench = self._benches.get(dataset.id) if dataset else None
        if dataset is None or bench is None:  # the latter where it is withdrawn this very moment
            bench = self._common._replace(is_clean=_without(sent.key if sent else "", self._common.is_clean))
        return Occasion(
            now=int(self.clock_of(dataset.id if dataset else None).now()),
            spec=self.spec,
            judge=bench.judge,
            readings=bench.readings,
            sent=sent,
            data_set_id=dataset.id if dataset else None,
            datasets=self._datasets.keys(),
            is_clean=bench.is_clean,
            personas=self.personas.known(dataset.id if dataset else None),
        )

    def receive(self, incoming: Incoming, occasion: Occasion, started: float) -> Submission:
        """Judge a request, make its answer, record both. `started` is its perf_counter() in seconds."""
        arrived_at = self._real_time_at_zero + steady()
        try:
            verdict = examine(incoming, occasion)
        except Exception:
            _log.exception("a request could not be judged; it is answered with INTERNAL_ERROR")
            verdict = _internal_error(occasion)
        fault = self.faults.meet(verdict)
        if fault:
            verdict = faulted(verdict, fault)
        key = occasion.sent.key if occasion.sent else ""
        hidden = secrets_in(key)
        submission_id = f"{verdict.endpoint or 'request'}.{UUID(int=self._random.getrandbits(128), version=4)}"
        draft = partial(
            Submission,
            id=submission_id,
            method=incoming.method,
            path=redact_path(incoming.path, incoming.query, hidden),
            headers=redact_headers(incoming.headers, hidden),
            api_key=mask_key(key) if key else None,
            body_bytes=incoming.body_bytes,
            verdict=verdict,
            response=body_of(verdict, submission_id, occasion.judge.schema.as_json),
            fault=fault,
            arrived_at=arrived_at,
            duration_ms=round((self._stopwatch() - started) * 1000, 3),
        )
        return self.ledger.append(submission_id, verdict, draft)


def _without(key: str, is_clean: Screen) -> Screen:
    """A screen for a key that nobody knows; nothing is compiled, since there may be very many of them."""
    secrets_sent = secrets_in(key)
    return (lambda text: is_clean(text) and not any(s in text for s in secrets_sent)) if secrets_sent else is_clean


def _internal_error(occasion: Occasion) -> Verdict:
    refusal = Violation("INTERNAL_ERROR", "", None, "The server failed to judge the request. Its own log says why.")
    return Verdict(None, occasion.data_set_id, occasion.now, 500, refusal, (refusal,))


def _check_name(what: str, text: str) -> None:
    if not text or len(text) > _LONGEST_NAME or text != text.strip() or not text.isprintable():
        message = f"{what} must be 1 to {_LONGEST_NAME} printable characters without spaces around them"
        raise ProvisioningError(message)
