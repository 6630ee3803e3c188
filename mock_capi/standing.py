"""What is set up on a mock besides its log: datasets, the clock, faults and test people, as one frozen value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mock_capi.clock import REAL_TIME, Clock
from mock_capi.model import Fault
from mock_capi.personas import MOST_PERSONAS, Persona, PersonaError
from mock_capi.redact import mask_key

DEFAULT_DATASET = "00000000-0000-4000-8000-000000000001"
DEFAULT_KEY = "test-key"
MOST_DATASETS = MOST_FAULTS = 10_000
"""So many may be there at a time: each takes its share of memory, and of the time of every request or change."""
_LONGEST_NAME = 512


class ProvisioningError(ValueError):
    """A dataset that cannot be provisioned. `conflict` says that the id or the key is taken."""

    def __init__(self, message: str, *, conflict: bool = False) -> None:
        super().__init__(message)
        self.conflict = conflict


class ArmingError(ValueError):
    """Faults that cannot be armed; the message says why."""


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Each method makes another one; datasets and people by id, faults in the order they were armed."""

    datasets: Mapping[str, Dataset] = field(default_factory=lambda: MappingProxyType({}))
    clock: Clock = REAL_TIME
    faults: tuple[Fault, ...] = ()
    people: Mapping[str, Persona] = field(default_factory=lambda: MappingProxyType({}))

    def with_dataset(self, dataset: Dataset) -> Standing:
        """A dataset more, or the same one (equal id and key) with other readings. Raises ProvisioningError."""
        _check_name("data_set_id", dataset.id)
        _check_name("api_key", dataset.api_key)
        known = self.datasets.get(dataset.id)
        if known and known.api_key != dataset.api_key:
            raise ProvisioningError(f"the dataset {dataset.id} exists with another key", conflict=True)
        if not known and any(dataset.api_key == other.api_key for other in self.datasets.values()):
            raise ProvisioningError("the api_key belongs to another dataset; each needs its own", conflict=True)
        if not known and len(self.datasets) >= MOST_DATASETS:
            raise ProvisioningError(f"{MOST_DATASETS} datasets are provisioned, and no more may be; delete some")
        return self._with([replace(dataset, clock=known.clock) if known else dataset])

    def without_dataset(self, data_set_id: str) -> Standing:
        """One dataset less."""
        left = {name: dataset for name, dataset in self.datasets.items() if name != data_set_id}
        return replace(self, datasets=MappingProxyType(left))

    def with_clock(self, clock: Clock | None, data_set_id: str | None) -> Standing:
        """One dataset's clock, or with no id everyone's. None goes back: to everyone's, or to real time."""
        if data_set_id is None:
            own = [replace(dataset, clock=None) for dataset in self.datasets.values() if dataset.clock]
            return replace(self._with(own), clock=clock or REAL_TIME)
        return self._with([replace(self.datasets[data_set_id], clock=clock)])

    def _with(self, datasets: Collection[Dataset]) -> Standing:
        changed = {dataset.id: dataset for dataset in datasets}
        return replace(self, datasets=MappingProxyType({**self.datasets, **changed})) if changed else self

    def clock_of(self, data_set_id: str | None) -> Clock:
        """A dataset's clock, or everyone's."""
        dataset = self.datasets.get(data_set_id) if data_set_id else None
        return dataset.clock if dataset and dataset.clock else self.clock

    def armed(self, data_set_id: str | None = None) -> tuple[Fault, ...]:
        """The faults still armed, of one dataset or of all; `times` and `after` are what is left of them."""
        return tuple(fault for fault in self.faults if data_set_id in (None, fault.data_set_id))

    def with_faults(self, faults: Iterable[Fault]) -> Standing:
        """Some more, to be met one after the other. Raises ArmingError where there are too many."""
        armed = (*self.faults, *faults)
        if len(armed) > MOST_FAULTS:
            raise ArmingError(f"{MOST_FAULTS} faults may be armed at a time; disarm some")
        return replace(self, faults=armed)

    def without_faults(self, gone: Collection[Fault]) -> Standing:
        """These no more."""
        ids = {fault.id for fault in gone}
        return replace(self, faults=tuple(fault for fault in self.faults if fault.id not in ids))

    def people_of(self, data_set_id: str | None = None) -> tuple[Persona, ...]:
        """The people of one dataset or of all, in the order they came."""
        return tuple(person for person in self.people.values() if data_set_id in (None, person.data_set_id))

    def with_person(self, person: Persona) -> Standing:
        """Somebody registered. Raises PersonaError where there are too many."""
        if len(self.people) >= MOST_PERSONAS:
            raise PersonaError(f"{MOST_PERSONAS} personas are registered, and no more may be; delete some")
        return replace(self, people=MappingProxyType({**self.people, person.id: person}))

    def without_people(self, ids: Collection[str]) -> Standing:
        """These forgotten."""
        left = {name: person for name, person in self.people.items() if name not in ids}
        return replace(self, people=MappingProxyType(left))

    def reset(self, data_set_id: str | None) -> Standing:
        """Real time, no faults and no people: of one dataset or of all."""
        people = {person.id for person in self.people_of(data_set_id)}
        return self.with_clock(None, data_set_id).without_faults(self.armed(data_set_id)).without_people(people)


def _check_name(what: str, text: str) -> None:
    if not text or len(text) > _LONGEST_NAME or text != text.strip() or not text.isprintable():
        message = f"{what} must be 1 to {_LONGEST_NAME} printable characters without spaces around them"
        raise ProvisioningError(message)
