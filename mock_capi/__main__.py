"""`python -m mock_capi`, the same command as `mock-capi`."""

from mock_capi.cli import main

main()
