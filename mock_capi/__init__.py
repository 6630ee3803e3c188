"""mock-capi, a test double for Paramount's server-side Conversion API."""

__version__ = "0.1.0"
