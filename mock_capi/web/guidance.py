"""GET /_inspect/help: what can be searched for, what every code means and asks for, and the readings there are."""

from __future__ import annotations

from dataclasses import Field
from typing import Any

from mock_capi import search
from mock_capi.catalogue import ADVISORIES, ERRORS, OWN_ERRORS, Code
from mock_capi.readings import READINGS, Readings, alternatives

_KINDS = (("error", ERRORS), ("advisory", ADVISORIES), ("own", OWN_ERRORS))


def help_view() -> dict[str, Any]:
    """The search grammar's forms and keys, the catalogue by code, and the readings with their defaults."""
    return {
        "search": {
            "syntax": [{"form": form, "about": about} for form, about in search.SYNTAX],
            "keys": [
                {"name": key.name, "takes": key.takes, "about": key.about, "values": list(key.values)}
                for key in search.KEYS
            ],
        },
        "codes": {code.name: _code_view(code, kind) for kind, codes in _KINDS for code in codes},
        "readings": [_reading_view(reading) for reading in READINGS],
    }


def _code_view(code: Code, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "status": code.status,
        "guide": code.guide,
        "documented": code.documented,
        "meaning": code.meaning,
        "remedy": code.remedy,
    }


def _reading_view(reading: Field[Any]) -> dict[str, Any]:
    return {
        "name": reading.name,
        "default": Readings().as_dict()[reading.name],
        "values": list(alternatives(reading)),
        "guide": reading.metadata["guide"],
        "about": reading.metadata["about"],
    }
