"""A log made to measure: requests that meet what a test says, and arrive when it says."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from mock_capi.ledger import Evicted
from mock_capi.model import Fault, Submission
from mock_capi.verdicts.report import Occasion, concerning, report
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, World
from tests.senders import NOW, Sender

LONG_AFTER = 1e12
"""A time by which everything is over, in real epoch seconds."""


class Traffic:
    """Requests to a world, and the report on them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sender = Sender(create_app(world).test_client())
        self.log: list[Submission] = []

    def send(self, body: Any, second: float = 0.0, **fault: Any) -> Submission:
        """Send an event or a batch that arrives at that second; with a `kind` it meets such a fault."""
        if fault:
            self.world.arm(Fault("a fault", **fault))
        with suppress(ConnectionResetError):
            self.sender.post("/v1/events/batch" if isinstance(body, list) else "/v1/events", body)
        self.log.append(self.world.ledger.snapshot()[-1]._replace(arrived_at=NOW + second))
        return self.log[-1]

    def tries(self, body: Any, *gaps: float, second: float = 0.0, **fault: Any) -> None:
        """An attempt that meets the fault, and after each gap in seconds another one; the last is accepted."""
        for gap in gaps:
            self.send(body, second, **fault)
            second += gap
        self.send(body, second)

    def report(self, as_of: float = LONG_AFTER, data_set_id: str | None = DEFAULT_DATASET, **others: Any) -> Any:
        """The report on all of it."""
        fields = self.world.spec.document["components"]["schemas"]["Event"]["properties"]
        occasion = Occasion(
            now=NOW,
            as_of=as_of,
            data_set_id=data_set_id,
            readings=self.world.readings_of(self.world.datasets[DEFAULT_DATASET]),
            event_types=tuple(fields["event_type"]["enum"]),
            identifiers=tuple(fields["identifiers"]["properties"]),
            right_hashes=others.pop("right_hashes", frozenset()),
            evicted=Evicted(0, 0),
        )
        return report(concerning(self.log, data_set_id), occasion)

    def items(self, **options: Any) -> dict[str, Any]:
        """Its items by id."""
        return {item["id"]: item for item in self.report(**options)["items"]}

    def told(self, name: str, **options: Any) -> tuple[str, str]:
        """The status and the evidence of one item."""
        found = self.items(**options)[name]
        return found["status"], found["evidence"]
