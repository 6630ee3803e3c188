"""The pages that follow from the code, made whenever the site is built: one module for each kind of page."""
