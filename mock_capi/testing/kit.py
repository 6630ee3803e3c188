"""MockCapi: a mock as a test sees it, started here or running elsewhere, through one dataset of it."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mock_capi.testing import assertions
from mock_capi.testing.account import Account, attached
from mock_capi.testing.api import MockCapiError
from mock_capi.testing.log import EVENTS, Log
from mock_capi.testing.results import Event, Submission
from mock_capi.testing.steering import Clock, Faults, Personas
from mock_capi.trust import VARIABLE

Json = dict[str, Any]


class MockCapi:
    """`with MockCapi() as capi:` starts a server in this process; `MockCapi(url=...)` uses one that runs.

    There it makes a dataset of its own, and at the end takes it away with its log, clock, faults and personas. Either
    way all that follows is about that dataset alone, may be used from any thread, and raises MockCapiError where the
    server refuses or cannot be reached.

    `readings` are those that differ from the server's, `port` 0 takes a free one. `admin_token` is what the server
    asks for; for a running one it is MOCK_CAPI_ADMIN_TOKEN unless it is given. With `tls` the one that is started
    speaks HTTPS; `ca_file` is what to trust of one that runs, MOCK_CAPI_TLS_CA unless it is given.
    """

    def __init__(
        self,
        *,
        readings: Mapping[str, object] | None = None,
        data_set_id: str | None = None,
        api_key: str | None = None,
        port: int = 0,
        url: str | None = None,
        admin_token: str | None = None,
        tls: bool = False,
        ca_file: str | Path | None = None,
    ) -> None:
        self._readings = dict(readings or {})
        self._names = {"data_set_id": data_set_id, "api_key": api_key}
        self._port = port
        self._url = url
        self._admin_token = admin_token
        self._tls = tls
        self._ca_file = ca_file
        self._opened: Account | None = None
        self._ending = ExitStack()

    @classmethod
    def attach(cls, url: str, admin_token: str | None = None, **options: Any) -> Self:
        """A dataset on a running server, ready for use, until `stop` or the end of a `with` block."""
        return cls(url=url, admin_token=admin_token, **options).start()

    def start(self) -> Self:
        """What `with` does at its beginning; nothing where it was done before."""
        if self._opened is None:
            with ExitStack() as ending:
                self._opened = self._open(ending)
                atexit.register(self.stop)
                self._ending = ending.pop_all()
        return self

    def stop(self) -> None:
        """What `with` does at its end: the server stops, or the dataset goes from the one that runs on."""
        atexit.unregister(self.stop)
        try:
            self._ending.close()
        finally:
            self._opened = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _open(self, ending: ExitStack) -> Account:
        if self._url is None:
            from mock_capi.testing.local import started  # here, since it takes the server's imports

            options = (self._port, self._admin_token, self._tls)
            return ending.enter_context(started(self._names, self._readings, *options))
        token = self._admin_token or os.environ.get("MOCK_CAPI_ADMIN_TOKEN")
        ca_file = self._ca_file or os.environ.get(VARIABLE) or None
        return ending.enter_context(attached(self._url, token, ca_file, {**self._names, "readings": self._readings}))

    @property
    def _account(self) -> Account:
        if self._opened is None:
            raise MockCapiError("this MockCapi does not run; use it in a with block, or call start() before")
        return self._opened

    @property
    def _log(self) -> Log:
        return Log(self._account.api, self._account.data_set_id)

    # --- sending ---

    @property
    def url(self) -> str:
        """Where the server is; events go to `/v1/events` and `/v1/events/batch` below it."""
        return self._account.api.url

    @property
    def ca_file(self) -> str | None:
        """The file with the CA that a sender has to trust under HTTPS, as PEM; None where nobody named one."""
        return self._account.ca_file

    @property
    def data_set_id(self) -> str:
        """The dataset, which events have to name."""
        return self._account.data_set_id

    @property
    def api_key(self) -> str:
        """The dataset's API key."""
        return self._account.api_key

    @property
    def headers(self) -> dict[str, str]:
        """Authorization and Content-Type, as requests of this dataset have them."""
        return self._account.headers

    def dataset(
        self,
        *,
        readings: Mapping[str, object] | None = None,
        data_set_id: str | None = None,
        api_key: str | None = None,
    ) -> MockCapi:
        """Another dataset on the same server, ready for use. It goes with this one, or earlier by its own `stop`."""
        api = self._account.api
        names = {"data_set_id": data_set_id, "api_key": api_key}
        other = MockCapi.attach(api.url, api.admin_token, ca_file=self.ca_file, readings=readings, **names)
        self._ending.callback(other.stop)
        return other

    # --- reading ---

    def submissions(self, **filters: Any) -> list[Submission]:
        """The requests in the log that match filters of /_inspect, oldest first.

        `data_set_id=None` asks for everybody's, those with an unknown key included.
        """
        return self._log.submissions(filters)

    def events(self, **filters: Any) -> list[Event]:
        """The events in the log that match filters of /_inspect, oldest first, refused ones included."""
        return self._log.events(filters)

    def summary(self, **filters: Any) -> Json:
        """The counts of /_inspect/summary: by outcome, error code, event type, late, duplicates and their value."""
        return self._log.summary(filters)

    def export(self, format: str = "ndjson", **filters: Any) -> str:  # noqa: A002 - as /_inspect/export names it
        """The log as `ndjson`, `har` or `curl` commands."""
        return self._log.export(format, filters)

    # --- asserting ---

    def wait_for(self, count: int = 1, timeout: float = 10, *, of: str = EVENTS, **filters: Any) -> list[Any]:
        """Wait up to `timeout` seconds until so many events, or `of="submissions"`, match filters of /_inspect.

        All that match, oldest first, refused ones included. With a count of 0 it waits for the whole time that none
        comes. Raises NotReceived.
        """
        __tracebackhide__ = True
        return assertions.wait_for(self._log, count, timeout, of, filters)

    def assert_received(self, count: int | None = None, timeout: float = 5.0, **expected: Any) -> list[Event]:
        """Assert that events arrive within `timeout` seconds, and answer those that match, oldest first.

        `count` None is at least one, a number exactly so many. Names of filters of /_inspect are asked of the server;
        all others are fields of the event's body, which may have more than is expected. Only stored events count,
        unless `outcome`, `status` or `error_code` is given. Raises NotReceived, which tells the nearest misses.
        """
        __tracebackhide__ = True
        return assertions.assert_received(self._log, count, timeout, expected)

    def assert_none_received(self, within: float = 0.0, **expected: Any) -> None:
        """Assert that no matching event has arrived, nor does for so many seconds, not even to be refused.

        Raises NotReceived as soon as one does.
        """
        __tracebackhide__ = True
        assertions.assert_none_received(self._log, within, expected)

    # --- steering ---

    @property
    def clock(self) -> Clock:
        """This dataset's clock: `set`, `advance`, `freeze`, `reset`, `now`."""
        return Clock(self._account.api, self._account.data_set_id)

    @property
    def faults(self) -> Faults:
        """The failures that this dataset's requests will meet: `status`, `delay`, `timeout`, `reset` and so on."""
        return Faults(self._account.api, self._account.data_set_id)

    @property
    def personas(self) -> Personas:
        """The test people whose wrong hashes this dataset recognises: `add(email=..., ip=...)`, `clear`."""
        return Personas(self._account.api, self._account.data_set_id)

    def reset(self) -> None:
        """Clear this dataset's log, clock, faults and personas."""
        self._account.reset()
