"""Verdicts on a sender, from nothing but what the log holds of it."""
