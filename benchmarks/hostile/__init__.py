"""What a server should survive, over real sockets: `python -m benchmarks.hostile`."""
