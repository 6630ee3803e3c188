"""What the tests of the kit share: a mock in this process, one on a server that runs already, and inner suites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_capi.testing import MockCapi
from tests.conftest import Running
from tests.testing.inner import Inner


@pytest.fixture
def capi() -> Iterator[MockCapi]:
    """A mock in this process."""
    with MockCapi() as made:
        yield made


@pytest.fixture(params=["started", "attached"])
def either(request: pytest.FixtureRequest) -> Iterator[MockCapi]:
    """A mock in this process, then one on the server that tests share."""
    url = request.getfixturevalue("shared_server").url if request.param == "attached" else None
    with MockCapi(url=url) as made:
        yield made


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Inner:
    """A folder for suites that are run by a pytest of their own."""
    return Inner(pytester, monkeypatch)


@pytest.fixture
def shared_url(shared_server: Running) -> str:
    """Where the server that tests share is."""
    return shared_server.url
