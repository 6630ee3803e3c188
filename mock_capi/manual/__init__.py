"""The reference of codes, put together from the catalogue, the rules, the readings and the contracts."""
