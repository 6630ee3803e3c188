"""The values: ids of events."""

from __future__ import annotations

from uuid import UUID

from mock_capi.model import EventRef, event_id


def test_event_ids_are_uuids_and_differ() -> None:
    """Guide 4.1: every stored event has one of its own, the same each time it is shown."""
    refs = [EventRef(f"batch.{name}", index) for name in "ab" for index in range(100)]
    ids = [event_id(ref) for ref in refs]
    assert len(set(ids)) == len(refs)
    assert ids == [event_id(ref) for ref in refs]
    assert {UUID(made).version for made in ids} == {4}
