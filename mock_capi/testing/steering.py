"""One dataset's clock, faults and test people, steered over /_control; everything here raises MockCapiError."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from mock_capi.testing.api import Api

Json = dict[str, Any]


class Clock:
    """The time by which a dataset's events are judged. Times are epoch seconds."""

    def __init__(self, api: Api, data_set_id: str) -> None:
        self._api = api
        self._scope = {"data_set_id": data_set_id}

    @property
    def now(self) -> float:
        """What it shows."""
        return self._api.get("/_control/clock", self._scope)["now"]  # type: ignore[no-any-return]

    def set(self, now: float | str | datetime, *, frozen: bool = True) -> float:
        """Show a time, epoch seconds or ISO 8601 or a datetime with its time zone, and stand still or run on."""
        if isinstance(now, datetime):
            now = now.isoformat()
        return self._steer("PUT", "", now=now, frozen=frozen)

    def advance(self, seconds: float | timedelta) -> float:
        """Move it; back with a negative number."""
        moved = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        return self._steer("POST", "/advance", seconds=moved)

    def freeze(self) -> float:
        """Let it stand still where it is."""
        return self._steer("PUT", "", frozen=True)

    def reset(self) -> float:
        """Back to everyone's clock, which is real time unless somebody set it."""
        return self._steer("DELETE", "")

    def _steer(self, method: str, path: str, **asked: object) -> float:
        answered = self._api.steer(method, f"/_control/clock{path}", {**self._scope, **asked})
        return answered["now"]  # type: ignore[no-any-return]


class Faults:
    """The failures that a dataset's requests will meet, in the order they were armed.

    Every method that arms takes the options of /_control/faults besides: `times` (1, None for ever), `after` (how
    many requests to let through first), `probability` and `seed`, `endpoint`, `retry_after` (seconds), `delay_ms`.
    """

    def __init__(self, api: Api, data_set_id: str) -> None:
        self._api = api
        self._scope = {"data_set_id": data_set_id}

    def add(self, kind: str, **options: Any) -> Json:
        """Arm one by its kind, and how it is armed: `id`, `kind`, `times` and the other options."""
        return self._arm({"kind": kind, **options})  # type: ignore[no-any-return]

    def status(self, status: int = 500, **options: Any) -> Json:
        """Answer with this status, 429 or 500 to 599, and store nothing."""
        return self.add("status", status=status, **options)

    def delay(self, seconds: float, **options: Any) -> Json:
        """Answer so many seconds late."""
        return self.add("delay", delay_ms=round(seconds * 1000), **options)

    def timeout(self, **options: Any) -> Json:
        """Never answer, and store nothing."""
        return self.add("timeout", **options)

    def reset(self, *, during: bool = False, **options: Any) -> Json:
        """Reset the connection and store nothing; or store, and reset it in the middle of the answer."""
        return self.add("reset", at="during" if during else "before", **options)

    def drop_after_store(self, **options: Any) -> Json:
        """Store, and cut the connection without an answer: a sender that retries sends a duplicate."""
        return self.add("drop_after_store", **options)

    def sequence(self, steps: Iterable[int | str | Mapping[str, Any]], **options: Any) -> list[Json]:
        """Arm several, to be met one after the other: statuses, kinds, or mappings of a kind and its options."""
        armed = self._arm({"sequence": [_step(step) for step in steps], **options})
        return armed.get("faults", [armed])  # type: ignore[no-any-return]

    def clear(self) -> None:
        """Disarm them all."""
        self._api.steer("DELETE", "/_control/faults", self._scope)

    def __iter__(self) -> Iterator[Json]:
        """Those still armed; `times` and `after` are what is left of them."""
        return iter(self._api.get("/_control/faults", self._scope)["faults"])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _arm(self, asked: Json) -> Any:
        return self._api.steer("POST", "/_control/faults", {**asked, **self._scope})


def _step(step: int | str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(step, int):
        return {"kind": "status", "status": step}
    return {"kind": step} if isinstance(step, str) else step


class Personas:
    """The test people in whose hashes, sent to a dataset, mistakes are recognised (advisory WRONG_HASH)."""

    def __init__(self, api: Api, data_set_id: str) -> None:
        self._api = api
        self._scope = {"data_set_id": data_set_id}

    def add(
        self, email: str | None = None, ip: str | None = None, phone: str | None = None, label: str | None = None
    ) -> Json:
        """Register one by at least one address: `id`, `label`, and the `identifiers` that right events have."""
        given = {"email": email, "ip": ip, "phone": phone, "label": label}
        asked = {name: value for name, value in given.items() if value is not None}
        return self._api.steer("POST", "/_control/personas", {**asked, **self._scope})  # type: ignore[no-any-return]

    def clear(self) -> None:
        """Forget them all."""
        self._api.steer("DELETE", "/_control/personas", self._scope)

    def __iter__(self) -> Iterator[Json]:
        """Those that are registered."""
        return iter(self._api.get("/_control/personas", self._scope)["personas"])

    def __len__(self) -> int:
        return sum(1 for _ in self)
