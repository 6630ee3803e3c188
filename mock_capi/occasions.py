"""Occasions: by whose key a request comes, and everything it will be judged by, worked out from what stands."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple

from mock_capi.gate import Credentials, Occasion, credentials
from mock_capi.judge import Judge
from mock_capi.personas import Roll
from mock_capi.readings import Readings
from mock_capi.redact import Mask, is_new_key
from mock_capi.spec import Spec
from mock_capi.standing import Dataset, Standing


class _Bench(NamedTuple):
    """What events are judged with."""

    readings: Readings
    judge: Judge


class _Made(NamedTuple):
    """What was made of one standing, to be used until it changes. `hidden` is what the mask takes out by name."""

    standing: Standing
    benches: Mapping[str, _Bench]
    ids_by_digest: Mapping[bytes, str]
    roll: Roll
    hidden: frozenset[str]
    mask: Mask


class Occasions:
    """Makes occasions, for one document and the readings of those datasets that have none of their own.

    What is `hidden` is shown nowhere, and neither is any dataset's key. Safe to use from several threads.
    """

    def __init__(self, spec: Spec, readings: Readings, hidden: Iterable[str] = ()) -> None:
        self._spec = spec
        self._readings = readings
        self._hidden = frozenset(hidden)
        self._secret = secrets.token_bytes(16)
        self._judges: dict[Readings, Judge] = {}
        self._common = self._bench(readings)
        nothing = Standing()
        self._made = _Made(nothing, {}, {}, Roll(nothing.people), self._hidden, Mask(self._hidden))

    def occasion(self, standing: Standing, headers: Mapping[str, str]) -> Occasion:
        """Everything that a request with these headers is judged by. The clock is read here, once."""
        made = self._made_of(standing)
        sent = credentials(headers)
        data_set_id = self._owner(made, sent)
        bench = made.benches[data_set_id] if data_set_id else self._common
        return Occasion(
            now=int(standing.clock_of(data_set_id).now()),
            spec=self._spec,
            judge=bench.judge,
            readings=bench.readings,
            sent=sent,
            data_set_id=data_set_id,
            datasets=standing.datasets.keys(),
            mask=made.mask if data_set_id or not sent else made.mask.beside(sent.key),
            personas=made.roll.known(data_set_id),
        )

    def mask(self, standing: Standing) -> Mask:
        """What takes out of a text what is shown nowhere."""
        return self._made_of(standing).mask

    def readings_of(self, dataset: Dataset | None) -> Readings:
        """A dataset's readings, or everyone's. Raises ReadingError."""
        return self._readings.with_changes(dataset.readings) if dataset and dataset.readings else self._readings

    def _owner(self, made: _Made, sent: Credentials | None) -> str | None:
        """The dataset that a key is scoped to (guide 2).

        Found by a digest under a secret, so that the time it takes tells nothing about the keys.
        """
        data_set_id = made.ids_by_digest.get(self._digest(sent.key)) if sent else None
        if sent is None or data_set_id is None:
            return None
        key = made.standing.datasets[data_set_id].api_key
        return data_set_id if compare_digest(key.encode(), sent.key.encode("utf-8", "surrogatepass")) else None

    def _digest(self, key: str) -> bytes:
        return blake2b(key.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest()

    def _made_of(self, standing: Standing) -> _Made:
        made = self._made
        if standing.datasets is not made.standing.datasets or standing.people is not made.standing.people:
            made = self._made = self._make(standing)
        return made

    def _make(self, standing: Standing) -> _Made:
        datasets = standing.datasets.values()
        benches = {d.id: self._bench(self.readings_of(d)) for d in datasets}
        ids_by_digest = {self._digest(d.api_key): d.id for d in datasets}
        self._judges = {bench.readings: bench.judge for bench in (self._common, *benches.values())}
        hidden = self._hidden | {d.api_key for d in datasets if not is_new_key(d.api_key)}
        mask = self._made.mask if hidden == self._made.hidden else Mask(hidden)
        return _Made(standing, benches, ids_by_digest, Roll(standing.people), hidden, mask)

    def _bench(self, readings: Readings) -> _Bench:
        if readings not in self._judges:
            self._judges[readings] = Judge(self._spec.event_schema(readings))
        return _Bench(readings, self._judges[readings])
