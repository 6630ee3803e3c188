"""A dataset with its key on some server, and its provisioning on one that runs already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from mock_capi.testing.api import Api, MockCapiError


@dataclass(frozen=True, slots=True)
class Account:
    """Where events are sent, and as whom; `authorization` is the reading of that name."""

    api: Api
    data_set_id: str
    api_key: str
    authorization: str = "bearer"

    @property
    def headers(self) -> dict[str, str]:
        """What the API wants with every request."""
        scheme = "" if self.authorization == "raw" else "Bearer "
        return {"Authorization": f"{scheme}{self.api_key}", "Content-Type": "application/json"}

    def reset(self) -> None:
        """Clear this dataset's log, clock, faults and personas."""
        self.api.steer("POST", "/_control/reset", {"data_set_id": self.data_set_id})


@contextmanager
def provisioned(api: Api, asked: Mapping[str, object]) -> Iterator[Account]:
    """A dataset until the block ends, with everything of it. One that is there already is emptied, and stays."""
    names = {"data_set_id", "api_key", "readings"}
    known = {view["data_set_id"] for view in api.get("/_control/datasets", {})["datasets"]}
    view = api.steer("POST", "/_control/datasets", {name: asked[name] for name in names & asked.keys()})
    account = Account(api, view["data_set_id"], view["api_key"], view["readings"]["authorization"])
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
