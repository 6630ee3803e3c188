"""The tables of README and docs and the schema of the TOML file: `python -m tests.tables` writes them anew."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from docs.generate.markdown import table
from mock_capi import catalogue, query, search
from mock_capi.config.schema import schema_of, written
from mock_capi.config.showing import as_text
from mock_capi.gate import REQUEST_RULES
from mock_capi.readings import READINGS, alternatives
from mock_capi.rules import ADVISORY_RULES, EVENT_RULES, SCHEMA_RULES, Rule
from mock_capi.settings import CONFIG, OPTIONS, resolve

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SCHEMA = ROOT / "docs" / "mock-capi.schema.json"
EXAMPLE = ROOT / "examples" / CONFIG.default
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
MOST_VALUES = 20
"""How many values of a key are listed."""
ALL_RULES: tuple[Rule, ...] = (*REQUEST_RULES, *SCHEMA_RULES, *EVENT_RULES, *ADVISORY_RULES)


def tables() -> dict[str, str]:
    """Each table by the name of its marker in a page."""
    return {
        "options": _options(),
        "example": f"```toml\n{EXAMPLE.read_text()}```",
        "in force": _in_force(),
        "filters": ", ".join(f"`{name}`" for name in query.FILTERS),
        "search": _search(),
        "rules": _rules(),
        "advisories": _advisories(),
        "readings": _readings(),
    }


def _options() -> str:
    rows = (
        [f"`{o.flag}`", f"`{o.variable}`", f"`{o.default}`" if o.default else "", o.about] for o in (*OPTIONS, CONFIG)
    )
    return table(["Option", "Variable", "Default", ""], rows)


def _in_force() -> str:
    """What `mock-capi config` shows beside the example."""
    with chdir(EXAMPLE.parent):
        settings = resolve({"port": "8081"}, {"MOCK_CAPI_HOST": "::1"})
        return f"```text\n{as_text(OPTIONS, settings.given, settings.file, secrets=False)}\n```"


def schema() -> str:
    """The schema as it should be."""
    return written(schema_of(OPTIONS))


def _search() -> str:
    rows = [[f"`{form}`", about] for form, about in search.SYNTAX]
    for key in search.KEYS:
        values = key.values if len(key.values) <= MOST_VALUES else ()
        takes = ", ".join(f"`{value}`" for value in values) or key.takes
        rows.append([f"`{key.name}:`", f"{key.about}; takes {takes}"])
    return table(["Term", "What it finds"], rows)


def _rules() -> str:
    rows = []
    for rule in ALL_RULES:
        codes = [catalogue.CODES[name] for name in rule.codes if catalogue.CODES[name].status]
        if codes:
            statuses = ", ".join(dict.fromkeys(str(code.status) for code in codes))
            rows.append(
                [f"`{rule.id}`", rule.about, rule.guide, statuses, ", ".join(f"`{code.name}`" for code in codes)]
            )
    return table(["Rule", "What must hold", "Guide", "Status", "Code"], rows)


def _advisories() -> str:
    rows = ([f"`{code.name}`", code.meaning, code.remedy, code.guide] for code in catalogue.ADVISORIES)
    return table(["Advisory", "What it says", "What to do", "Guide"], rows)


def _readings() -> str:
    rows = []
    for reading in READINGS:
        values = ", ".join(f"`{value}`" if " " not in value else value for value in alternatives(reading))
        rows.append([f"`{reading.name}`", values, reading.metadata["about"], reading.metadata["guide"]])
    return table(["Reading", "Values", "What it decides", "Guide"], rows)


def filled(text: str) -> str:
    """A page with each of its tables as it should be."""
    for name, made in tables().items():
        before, begin, rest = text.partition(f"<!-- {name}: begin -->\n")
        _, end, after = rest.partition(f"<!-- {name}: end -->")
        if begin and end:
            blank = "\n" if made.startswith(("|", "`" * 3)) else ""
            text = f"{before}{begin}{blank}{made}\n{blank}{end}{after}"
    return text


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text()))
    SCHEMA.write_text(schema())
