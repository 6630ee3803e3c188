"""A dataset with its key on some server, and its provisioning on one that runs already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mock_capi.testing.api import Api, MockCapiError


@dataclass(frozen=True, slots=True)
class Account:
    """Where events are sent, and as whom; `authorization` is the reading of that name.

    `ca_file` has the CA that is trusted under HTTPS.
    """

    api: Api
    data_set_id: str
    api_key: str
    authorization: str = "bearer"
    ca_file: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What the API wants with every request."""
        scheme = "" if self.authorization == "raw" else "Bearer "
        return {"Authorization": f"{scheme}{self.api_key}", "Content-Type": "application/json"}

    def reset(self) -> None:
        """Clear this dataset's log, clock, faults and personas."""
        self.api.steer("POST", "/_control/reset", {"data_set_id": self.data_set_id})


@contextmanager
def attached(
    url: str, admin_token: str | None, ca_file: str | Path | None, asked: Mapping[str, object]
) -> Iterator[Account]:
    """A dataset on a server that runs, until the block ends, with everything of it. Raises MockCapiError.

    `asked` are its names and readings, as far as they are not None. One that is there already is emptied, and stays.
    """
    api = Api.trusting(url, admin_token, ca_file)
    known = {view["data_set_id"] for view in api.get("/_control/datasets", {})["datasets"]}
    given = {name: value for name, value in asked.items() if value is not None}
    view = api.steer("POST", "/_control/datasets", given)
    authorization = view["readings"]["authorization"]
    trusted = None if ca_file is None else str(ca_file)
    account = Account(api, view["data_set_id"], view["api_key"], authorization, trusted)
    try:
        yield account
    finally:
        _end(account, stays=account.data_set_id in known)


def _end(account: Account, *, stays: bool) -> None:
    try:
        account.reset()
        if not stays:
            account.api.steer("DELETE", f"/_control/datasets/{quote(account.data_set_id)}", {})
    except MockCapiError as error:
        if error.status != 404:  # somebody took it away before
            raise
