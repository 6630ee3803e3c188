"""Where a mock's state is kept: in this process, or shared by several."""

from mock_capi.store.change import Change, Cleared, Step, Store, StoreError
from mock_capi.store.memory import Memory

__all__ = ["Change", "Cleared", "Memory", "Step", "Store", "StoreError"]
