"""The documentation: its blocks, its links, and the site that is made of it."""
