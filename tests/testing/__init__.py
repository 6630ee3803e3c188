"""The kit for tests in Python, its pytest plugin, and the recipes that show both."""
