"""Other mock servers beside this one, measured in the same run: `python -m benchmarks.peers FOLDER --install`."""
