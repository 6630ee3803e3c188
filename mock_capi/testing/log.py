"""Reading and awaiting one dataset's part of the log; everything here raises MockCapiError."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from mock_capi.query import MOST
from mock_capi.testing.api import Api
from mock_capi.testing.results import Event, Submission

Json = dict[str, Any]
EVENTS, SUBMISSIONS = "events", "submissions"


class Log:
    """Filters are those of /_inspect. `data_set_id` is this dataset unless a filter says another, or None for all."""

    def __init__(self, api: Api, data_set_id: str) -> None:
        self._api = api
        self.data_set_id = data_set_id

    def submissions(self, filters: Mapping[str, Any]) -> list[Submission]:
        """All that match, oldest first unless asked otherwise; with a limit no more than that."""
        return [Submission(view, self._api) for view in self._pages(SUBMISSIONS, filters)]

    def events(self, filters: Mapping[str, Any]) -> list[Event]:
        """The same for events."""
        return [Event(view) for view in self._pages(EVENTS, filters)]

    def submission(self, submission_id: str) -> Submission:
        """One, by its id."""
        return Submission(self._api.get(f"/_inspect/submissions/{quote(submission_id)}", {}), self._api)

    def summary(self, filters: Mapping[str, Any]) -> Json:
        """Counts over all that match."""
        return self._api.get("/_inspect/summary", self._scoped(filters))  # type: ignore[no-any-return]

    def export(self, written_as: str, filters: Mapping[str, Any]) -> str:
        """All that match as the text of a format."""
        return self._api.text("/_inspect/export", {"format": written_as, **self._scoped(filters)})

    def wait(self, count: int, seconds: float, filters: Mapping[str, Any], of: str = EVENTS) -> Json | None:
        """None as soon as as many are there; at the end of the time how many are, and the nearest misses.

        A count of 0 is met when none came until then.
        """
        answered = self._api.wait({"limit": 1, **self._scoped(filters), "count": count, "of": of}, seconds)
        return answered if "nearest_misses" in answered else None

    def _pages(self, what: str, filters: Mapping[str, Any]) -> Iterator[Json]:
        asked = {"order": "asc", "limit": MOST, **self._scoped(filters)}
        while True:
            page = self._api.get(f"/_inspect/{what}", asked)
            yield from page[what]
            if page["next"] is None or "limit" in filters:
                return
            asked["cursor"] = page["next"]

    def _scoped(self, filters: Mapping[str, Any]) -> Json:
        asked = {"data_set_id": self.data_set_id, **filters}
        if asked["data_set_id"] is None:
            del asked["data_set_id"]
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asked.items()}
