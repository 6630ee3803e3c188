"""How settings are given, tested."""
