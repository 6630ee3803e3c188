"""Other people's clients against a server in its own process: what they really send, and how often."""
