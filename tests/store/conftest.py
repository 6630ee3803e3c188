"""A Redis for the tests of what is shared, whatever store the others use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mock_capi.ledger import Ledger
from mock_capi.spec import Spec
from mock_capi.store.shared import Shared
from mock_capi.world import World
from tests.stores import RedisServer

Replicas = Callable[..., World]


@pytest.fixture
def replica(redis_server: RedisServer, the_spec: Spec, request: pytest.FixtureRequest) -> Iterator[Replicas]:
    """Makes one more mock that shares the state of this test, as another process would."""
    made: list[World] = []

    def another(**limits: int) -> World:
        store = Shared(redis_server.url, request.node.nodeid, limits, Ledger(**limits))
        made.append(World(the_spec, store=store))
        return made[-1]

    yield another
    for world in made:
        world.store.close()
