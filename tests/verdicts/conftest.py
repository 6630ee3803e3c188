"""What the tests of verdicts share: traffic to a world whose clock stands at NOW."""

from __future__ import annotations

import pytest

from mock_capi.world import World
from tests.verdicts.traffic import Traffic


@pytest.fixture
def traffic(world: World) -> Traffic:
    """Requests that arrive when the test says."""
    return Traffic(world)
