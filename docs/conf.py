"""How the documentation is built: `sphinx-build -W docs FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # so that docs.generate is found, wherever the build starts

from mock_capi import __version__

project = "mock-capi"
release = version = __version__
html_title = f"mock-capi {__version__}"
language = "en"

extensions = [
    "myst_parser",  # pages are Markdown, so that they can be read without building them
    "sphinx.ext.autodoc",  # the Python API, from its docstrings
    "sphinx_copybutton",  # commands are copied more often than read
    "docs.generate.extension",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["generate", "**/__pycache__"]
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]
default_role = "code"  # docstrings have names in single backticks

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .go"
