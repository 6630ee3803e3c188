"""Links that nobody has to write: a name in code leads to the page that explains it, a file to its page."""

from __future__ import annotations

from collections.abc import Mapping

from docutils import nodes

from docs.generate.pages import FOLDER
from mock_capi.catalogue import ADVISORIES, ERRORS
from mock_capi.cli import COMMANDS
from mock_capi.manual.pages import ALL_RULES
from mock_capi.readings import READINGS

TARGETS: Mapping[str, tuple[str, str]] = {
    **{rule.id: (f"{FOLDER}/rules/{rule.id}", "") for rule in ALL_RULES},
    **{reading.name: (f"{FOLDER}/readings/{reading.name}", "") for reading in READINGS},
    **{code.name: ("codes", f"#{code.name.lower()}") for code in (*ERRORS, *ADVISORIES)},
    "openapi.yaml": (f"{FOLDER}/http-events", ""),
    "/_inspect/openapi.json": (f"{FOLDER}/http-inspection", ""),
    "mock_capi.testing": (f"{FOLDER}/python", ""),
    "mock_capi.privacy": (f"{FOLDER}/python", "#mock-capi-privacy"),
    **{f"mock-capi {name}": (f"{FOLDER}/commands", f"#mock-capi-{name}") for name in COMMANDS},
}
"""The page of each rule, reading, code and command, of modules and documents, and the place on it."""


def link_names(document: nodes.document, page: str, address: Mapping[str, str]) -> None:
    """Make every name in inline code a link, but for headings, links and the page's own name.

    `address` maps each page to its address as seen from this one.
    """
    for found in list(document.findall(nodes.literal)):
        name = found.astext().partition("=")[0]  # a reading may stand there with a value
        target, place = TARGETS.get(name, (page, ""))
        if target == page or isinstance(found.parent, nodes.title | nodes.reference):
            continue
        link = nodes.reference("", "", refuri=address[target] + place, internal=True)
        found.replace_self(link)
        link += found
