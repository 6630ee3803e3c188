"""The kit for tests in Python: a mock in this process or one that runs already, and assertions on what it received."""

from mock_capi.testing.api import MockCapiError
from mock_capi.testing.attempts import Attempts, attempts
from mock_capi.testing.failures import NotReceived
from mock_capi.testing.kit import MockCapi
from mock_capi.testing.results import Event, Submission

__all__ = ["Attempts", "Event", "MockCapi", "MockCapiError", "NotReceived", "Submission", "attempts"]
