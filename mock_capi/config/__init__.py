"""How settings are given: by flags, by variables and in a TOML file, whichever settings these are."""
