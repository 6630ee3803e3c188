"""Everything that a server can do, at once and for long: `python -m benchmarks.soak --minutes 10`."""
