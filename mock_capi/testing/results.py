"""What the log shows: dictionaries of exactly the JSON that /_inspect answers, with names for what is asked often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_capi.testing.api import Api


class Event(dict[str, Any]):
    """One event: `event["age_seconds"]` and everything else that /_inspect/events shows."""

    @property
    def body(self) -> dict[str, Any]:
        """The event as it was sent, but for plaintext personal data, which is masked."""
        sent = self["event"]
        return sent if isinstance(sent, dict) else {}

    @property
    def event_type(self) -> str | None:
        """As it was sent."""
        return self.body.get("event_type")

    @property
    def event_id(self) -> str | None:
        """The id it was stored under; None where it was refused."""
        return self["event_id"]  # type: ignore[no-any-return]

    @property
    def submission_id(self) -> str:
        """The id of the submission it came in."""
        return self["submission_id"]  # type: ignore[no-any-return]

    @property
    def index(self) -> int:
        """Its place in that submission, from 0."""
        return self["index"]  # type: ignore[no-any-return]

    @property
    def stored(self) -> bool:
        """Whether it was accepted and kept."""
        return bool(self["outcome"] == "stored")

    @property
    def late(self) -> bool:
        """Whether it was seven days old or more."""
        return self["late"]  # type: ignore[no-any-return]

    @property
    def duplicate_of(self) -> str | None:
        """The event_id of the same event stored before, None where it is the first."""
        return self["duplicate_of"]  # type: ignore[no-any-return]


class Submission(dict[str, Any]):
    """One request, accepted or refused: everything that /_inspect/submissions shows."""

    def __init__(self, view: Mapping[str, Any], api: Api) -> None:
        super().__init__(view)
        self._api = api

    @property
    def id(self) -> str:
        """The submission_id, which refused requests have too."""
        return self["id"]  # type: ignore[no-any-return]

    @property
    def status(self) -> int:
        """The HTTP status that was decided."""
        return self["status"]  # type: ignore[no-any-return]

    @property
    def accepted(self) -> bool:
        """Whether it was answered with 200, or would have been without a fault."""
        return bool(self["outcome"] == "accepted")

    @property
    def error_code(self) -> str | None:
        """Why it was refused, None where it was not."""
        return self["error_code"]  # type: ignore[no-any-return]

    @property
    def arrived_at(self) -> float:
        """When it was here, in epoch seconds of real time, whatever the mock's clock shows."""
        return self["arrived_at"]  # type: ignore[no-any-return]

    @property
    def events(self) -> list[Event]:
        """Its events, in the order they were sent."""
        return [Event(event, submission_id=self.id) for event in self["events"]]

    def curl(self) -> str:
        """The command that sends it again, with $MOCK_CAPI_API_KEY for the key.

        Raises MockCapiError where the log does not have it any more.
        """
        return self._api.text("/_inspect/export", {"format": "curl", "submission_id": self.id}).strip()
