"""One mock: what its requests are judged by, and the whole way of a request, over a store that keeps its state."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random
from time import perf_counter, time
from uuid import UUID

from mock_capi.answer import body_of
from mock_capi.clock import Clock, real_time, steady
from mock_capi.faults import NOT_MET, faulted, meet
from mock_capi.gate import Occasion
from mock_capi.intake import examine
from mock_capi.ledger import Ledger, duplicate_advisories
from mock_capi.model import Fault, Incoming, Submission, Verdict, Violation
from mock_capi.occasions import Occasions
from mock_capi.personas import Persona
from mock_capi.readings import Readings
from mock_capi.redact import Mask, mask_key, redact_headers, redact_method, redact_path
from mock_capi.spec import Spec
from mock_capi.standing import DEFAULT_DATASET, DEFAULT_KEY, ArmingError, Dataset, ProvisioningError, Standing
from mock_capi.store import Change, Cleared, Memory, Store

__all__ = ["DEFAULT_DATASET", "DEFAULT_KEY", "ArmingError", "Dataset", "ProvisioningError", "World"]
_log = logging.getLogger(__name__)


class World:
    """One mock over the store that keeps its state. What is `hidden` is shown nowhere, like the datasets' keys.

    Safe to use from several threads.
    """

    # Kept here, as the beginning of a request keeps it: freezegun leaves both alone or replaces both.
    _stopwatch = staticmethod(perf_counter)

    def __init__(
        self,
        spec: Spec,
        readings: Readings | None = None,
        store: Store | None = None,
        hidden: Iterable[str] = (),
    ) -> None:
        self.spec = spec
        self.readings = readings or Readings()
        self.store = store or Memory()
        self.started_at = time()
        # By these clocks, which are left alone where time is made to stand still, attempts can be told apart.
        self._real_time_at_zero = real_time() - steady()
        # Ids must differ, not be secret; asking the system for each would take a tenth of a request's time.
        self._random = Random(secrets.token_bytes(32))  # noqa: S311 - see above  # nosec B311
        self._occasions = Occasions(spec, self.readings, hidden)

    # --- what stands ---

    @property
    def standing(self) -> Standing:
        """Datasets, clock, faults and people as they are now."""
        return self.store.standing

    @property
    def ledger(self) -> Ledger:
        """The log, for reading."""
        return self.store.ledger

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """The provisioned datasets by id; a view that does not change."""
        return self.store.standing.datasets

    def provision(self, dataset: Dataset) -> Dataset:
        """Add a dataset, or give the same one (equal id and key) other readings. Raises ProvisioningError."""
        self.readings.with_changes(dataset.readings)
        return self._change(lambda standing: standing.with_dataset(dataset)).after.datasets[dataset.id]

    def withdraw(self, data_set_id: str) -> None:
        """Take a dataset away; its log stays."""
        self._change(lambda standing: standing.without_dataset(data_set_id))

    def clock_of(self, data_set_id: str | None) -> Clock:
        """A dataset's clock, or everyone's."""
        return self.store.standing.clock_of(data_set_id)

    def set_clock(self, clock: Clock | None, data_set_id: str | None = None) -> None:
        """Set one dataset's clock, or with no id everyone's. None goes back: to everyone's, or to real time."""
        self._change(lambda standing: standing.with_clock(clock, data_set_id))

    def arm(self, *faults: Fault) -> None:
        """Have some more faults met, one after the other. Raises ArmingError where there are too many."""
        self._change(lambda standing: standing.with_faults(faults))

    def disarm(self, fault_id: str) -> bool:
        """Take one fault away; whether it was there."""
        return self._disarm(lambda fault: fault.id == fault_id) == 1

    def disarm_all(self, data_set_id: str | None = None) -> int:
        """Take all faults away, or one dataset's; how many."""
        return self._disarm(lambda fault: data_set_id in (None, fault.data_set_id))

    def _disarm(self, which: Callable[[Fault], bool]) -> int:
        done = self._change(lambda standing: standing.without_faults([f for f in standing.faults if which(f)]))
        return len(done.before.faults) - len(done.after.faults)

    def register(self, person: Persona) -> None:
        """Recognise somebody's hashes from now on. Raises PersonaError where there are too many."""
        self._change(lambda standing: standing.with_person(person))

    def forget(self, persona_id: str) -> bool:
        """Recognise them no more; whether they were there."""
        return self._forget(lambda person: person.id == persona_id) == 1

    def forget_all(self, data_set_id: str | None = None) -> int:
        """Recognise nobody any more, or nobody of one dataset; how many that were."""
        return self._forget(lambda person: data_set_id in (None, person.data_set_id))

    def _forget(self, which: Callable[[Persona], bool]) -> int:
        done = self._change(lambda s: s.without_people({p.id for p in s.people.values() if which(p)}))
        return len(done.before.people) - len(done.after.people)

    def clear_log(self, data_set_id: str | None = None) -> int:
        """Empty the log, or take one dataset's submissions out of it; how many went."""
        return self._clear(data_set_id, lambda standing: standing)

    def reset(self, data_set_id: str | None = None) -> int:
        """Clear log, clock, faults and personas, of one dataset or of all; how many submissions went."""
        return self._clear(data_set_id, lambda standing: standing.reset(data_set_id))

    def _clear(self, data_set_id: str | None, after: Callable[[Standing], Standing]) -> int:
        gone = 0

        def step(before: Standing, version: int) -> Change:
            nonlocal gone
            gone = len(self.store.ledger.sequences(data_set_id))
            return Change(version, before, after(before), cleared=Cleared(data_set_id))

        self.store.commit(step)
        return gone

    def _change(self, after: Callable[[Standing], Standing]) -> Change:
        return self.store.commit(lambda before, version: Change(version, before, after(before)))

    # --- requests ---

    @property
    def mask(self) -> Mask:
        """What takes keys and personal data out of a text that is to be shown."""
        return self._occasions.mask(self.store.standing)

    def readings_of(self, dataset: Dataset | None) -> Readings:
        """A dataset's readings, or everyone's."""
        return self._occasions.readings_of(dataset)

    def occasion(self, headers: Mapping[str, str]) -> Occasion:
        """Everything that a request with these headers will be judged by."""
        self.store.refresh()
        return self._occasions.occasion(self.store.standing, headers)

    def receive(self, incoming: Incoming, occasion: Occasion, started: float) -> Submission:
        """Judge a request, make its answer, record both. `started` is its perf_counter() in seconds."""
        arrived_at = self._real_time_at_zero + steady()
        try:
            verdict = examine(incoming, occasion)
        except Exception:
            _log.exception("a request could not be judged; it is answered with INTERNAL_ERROR")
            verdict = _internal_error(occasion)
        key = occasion.sent.key if occasion.sent else ""
        submission_id = f"{verdict.endpoint or 'request'}.{UUID(int=self._random.getrandbits(128), version=4)}"
        method = redact_method(incoming.method, occasion.mask)
        path = redact_path(incoming.path, incoming.query, occasion.mask)
        headers = redact_headers(incoming.headers, occasion.mask)

        def step(before: Standing, version: int) -> Change:
            fault, armed = meet(before.faults, verdict) if before.faults else NOT_MET
            decided = faulted(verdict, fault) if fault else verdict
            duplicates = self.store.ledger.duplicates(submission_id, decided)
            recorded = Submission(
                id=submission_id,
                sequence=version,
                method=method,
                path=path,
                headers=headers,
                api_key=mask_key(key) if key else None,
                body_bytes=incoming.body_bytes,
                verdict=decided,
                response=body_of(decided, submission_id, occasion.judge.schema.as_json),
                arrived_at=arrived_at,
                duration_ms=round((self._stopwatch() - started) * 1000, 3),
                fault=fault,
                duplicates=duplicates,
                advisories=decided.advisories + duplicate_advisories(decided, duplicates),
            )
            after = before if armed == before.faults else replace(before, faults=armed)
            return Change(version, before, after, recorded, self.store.ledger.room_for(recorded))

        recorded = self.store.commit(step).recorded
        assert recorded is not None
        return recorded


def _internal_error(occasion: Occasion) -> Verdict:
    refusal = Violation("INTERNAL_ERROR", "", None, "The server failed to judge the request. Its own log says why.")
    return Verdict(None, occasion.data_set_id, occasion.now, 500, refusal, (refusal,))
