"""The pytest plugin: a mock for the session, and for each test a dataset of its own on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_capi.testing import MockCapi


@pytest.fixture(scope="session")
def mock_capi_server() -> Iterator[MockCapi]:
    """A mock for the whole session: in this process, or with MOCK_CAPI_URL the one that runs there."""
    from mock_capi.testing import MockCapi, MockCapiError  # here, so that suites which do not use it do not pay for it

    url = os.environ.get("MOCK_CAPI_URL") or None
    try:
        server = MockCapi(url=url).start()
    except MockCapiError as error:
        where = "" if url is None else f"MOCK_CAPI_URL={url}: "
        pytest.fail(f"mock_capi_server: {where}{error}", pytrace=False)
    with server:
        yield server


@pytest.fixture
def mock_capi(mock_capi_server: MockCapi) -> Iterator[MockCapi]:
    """A dataset of the test's own, with its own key, log, clock and faults; it goes when the test is over."""
    with mock_capi_server.dataset() as capi:
        yield capi
