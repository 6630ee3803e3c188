"""What a server lets the harness do besides sending: a mock with its control plane, or a foreign endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from mock_capi.harness.cases import Case
from mock_capi.harness.sending import Request
from mock_capi.harness.target import Answer, Target, TargetError
from mock_capi.harness.values import Account, Stage
from mock_capi.readings import Readings

NOW = 1_800_000_000
"""The time that a mock's clock is set to, in epoch seconds."""


class Venue(Protocol):
    """Where cases play."""

    target: Target
    is_mock: bool

    def lacks(self, case: Case, /) -> str | None:
        """Why a case cannot play here, None where it can."""

    def stage(self, case: Case, /) -> AbstractContextManager[Stage]:
        """A context that sets the case's stage and clears it away."""

    def logged(self, mark: str, /) -> Mapping[str, Any] | None:
        """The submission that carries a mark in its User-Agent, None where the log has none."""


class Foreign:
    """An endpoint of which nothing is known but its address, one dataset and its key."""

    is_mock = False

    def __init__(self, target: Target, own: Account, now: float, second: Account | None = None) -> None:
        self.target = target
        self._own, self._second, self._now = own, second, now

    def lacks(self, case: Case, /) -> str | None:
        wanted = case.needs - {"second_dataset"} if self._second else case.needs
        if "server_readings" in case.raw:
            wanted = wanted | {"readings"}
        return _named(wanted)

    @contextmanager
    def stage(self, _case: Case, /) -> Iterator[Stage]:
        yield Stage(self._now, self._own, self._second)

    def logged(self, _mark: str, /) -> None:
        return None


class Mock:
    """A mock-capi, with a fresh dataset for each case.

    Its datasets have the server's own readings but for those that a case names, so that a wrong default shows;
    with `set_readings` they are given all of them, for a server that was started with others.
    """

    is_mock = True

    def __init__(self, target: Target, admin_token: str | None = None, *, set_readings: bool = False) -> None:
        self.target = target
        self._headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}
        self._server_readings: Mapping[str, Any] = self.ask("GET", "/_inspect/status")["readings"]
        self._set_readings = set_readings

    @property
    def other_readings(self) -> Mapping[str, Any]:
        """The server's readings that are not the defaults."""
        defaults = Readings().as_dict()
        return {name: value for name, value in self._server_readings.items() if value != defaults.get(name)}

    def lacks(self, case: Case, /) -> str | None:
        for name, value in case.raw.get("server_readings", {}).items():
            if str(self._server_readings[name]) != str(value):
                return f"a server started with {name}={value}"
        return None

    @contextmanager
    def stage(self, case: Case, /) -> Iterator[Stage]:
        defaults = Readings().as_dict() if self._set_readings else {}
        readings = {**defaults, **case.raw.get("server_readings", {}), **case.readings}
        own = self._provision(readings)
        second = self._provision(readings) if "second_dataset" in case.needs else None
        now = NOW + case.now
        try:
            with ExitStack() as clocks:
                for account in filter(None, (own, second)):
                    clocks.enter_context(self.clock_at(now, account))
                if "fault" in case.raw:
                    self.ask("POST", "/_control/faults", {**case.raw["fault"], "data_set_id": own.data_set_id})
                for person in case.personas:
                    self.ask("POST", "/_control/personas", {**person, "data_set_id": own.data_set_id})
                yield Stage(now, own, second)
        finally:
            for account in filter(None, (own, second)):
                self._clear(account)

    @contextmanager
    def clock_at(self, now: float, account: Account, /) -> Iterator[None]:
        """Set a dataset's clock, which goes with the dataset."""
        self.ask("PUT", "/_control/clock", {"now": now, "frozen": True, "data_set_id": account.data_set_id})
        yield

    def _provision(self, readings: Mapping[str, Any]) -> Account:
        made = self.ask("POST", "/_control/datasets", {"readings": readings})
        return Account(made["data_set_id"], made["api_key"])

    def _clear(self, account: Account) -> None:
        self.ask("POST", "/_control/reset", {"data_set_id": account.data_set_id})
        self.ask("DELETE", f"/_control/datasets/{quote(account.data_set_id, safe='')}")

    def logged(self, mark: str, /) -> Mapping[str, Any] | None:
        found = self.ask("GET", f"/_inspect/submissions?{urlencode({'q': mark, 'limit': 2})}")["submissions"]
        return found[0] if len(found) == 1 else None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """JSON of the mock's own trees. Raises TargetError."""
        sent = b"" if body is None else json.dumps(body).encode()
        headers = self._headers | ({"Content-Type": "application/json"} if sent else {})
        answer = self.target.send(Request(method, path, headers, sent))
        if answer.status not in (200, 201) or not isinstance(answer.json, dict):
            raise TargetError(f"{method} {path.partition('?')[0]} answered {_said(answer)}")
        return answer.json


def _said(answer: Answer) -> str:
    found = answer.json
    message = found.get("message") if isinstance(found, dict) else None
    return f"{answer.status}: {message}" if message else str(answer.status)


def _named(needs: frozenset[str]) -> str | None:
    words = {
        "clock": "a settable clock",
        "log": "a log",
        "readings": "readings that can be set",
        "faults": "faults on request",
        "personas": "test people that can be registered",
        "second_dataset": "a second dataset",
    }
    return ", ".join(words[need] for need in sorted(needs)) or None


def is_mock(target: Target, admin_token: str | None = None) -> bool:
    """Whether a server has a mock's control plane; True where it asks for another admin token."""
    headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}
    found = target.send(Request("GET", "/_inspect/status", headers, b"")).json
    return isinstance(found, dict) and ("readings" in found or found.get("error_code") == "ADMIN_TOKEN_REQUIRED")
