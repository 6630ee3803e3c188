"""The contract harness: cases as data, run against any CAPI endpoint."""
