"""Both documents narrowed down to what is valid at one moment, for one dataset: a schema cannot know either."""

from __future__ import annotations

from typing import Any

from mock_capi.clock import LATEST
from mock_capi.privacy import encode_gpp
from mock_capi.world import DEFAULT_DATASET
from tests.senders import DAY, NOW

CONSENTS = (
    encode_gpp({"usnat": {}}),
    encode_gpp({"usnat": {"SaleOptOut": 1, "Gpc": True}}),
    encode_gpp({"usca": {"SharingOptOut": 1}, "usva": {}}),
    encode_gpp({"uspv1": {}}),
    encode_gpp({"tcfeuv2": {}}, padding="bytes"),
)


FAULT = "00000000-0000-4000-8000-00000000000f"
"""The id of the fault that there is."""
PERSONA = "00000000-0000-4000-8000-0000000000aa"
"""The id of the test person that there is."""
# No month is shorter, so that every date there is, is one.
_DATE = "(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"


def narrow_vendor(document: dict[str, Any]) -> None:
    """Change the vendor's Event so that it says which values are right at NOW.

    Without this nearly every event would be refused for its dataset or its timestamp, whatever else is wrong with it.
    """
    fields = document["components"]["schemas"]["Event"]["properties"]
    fields["data_set_id"] = {"const": DEFAULT_DATASET}
    # Two ranges, so that the ages on both sides of late are tried as well as those at the ends of the window.
    late = {"type": "integer", "minimum": NOW - 30 * DAY, "maximum": NOW - 7 * DAY}
    fields["timestamp"] = {"anyOf": [late, {"type": "integer", "minimum": NOW - 7 * DAY + 1, "maximum": NOW + 300}]}
    # Wider integers are read as decimal numbers.
    fields["privacy"]["properties"]["gpp_sid"]["items"] = {"type": "integer", "minimum": -(2**63), "maximum": 2**64 - 1}
    fields["privacy"]["properties"]["gpp_string"] = {"type": "string", "enum": list(CONSENTS)}


def narrow_inspection(document: dict[str, Any]) -> None:
    """Change the other document so that it says which datasets, faults, people and times there are."""
    paths, components = document["paths"], document["components"]
    schemas = components["schemas"]
    there_is: dict[str, Any] = {"type": "string", "enum": [DEFAULT_DATASET]}
    components["parameters"]["scope"]["schema"] = there_is
    schemas["Scope"]["anyOf"][0] = there_is
    paths["/_control/datasets/{data_set_id}"]["parameters"][0]["schema"] = there_is
    paths["/_control/faults/{fault_id}"]["delete"]["parameters"][0]["schema"] = {"type": "string", "enum": [FAULT]}
    people = paths["/_control/personas/{persona_id}"]["delete"]["parameters"]
    people[0]["schema"] = {"type": "string", "enum": [PERSONA]}
    schemas["PersonaToRegister"]["properties"] |= {
        "email": {"type": "string", "enum": ["jane.doe@example.com", "JANE@localhost"]},
        "ip": {"type": "string", "enum": ["203.0.113.7", "2001:db8::1"]},
        "phone": {"type": "string", "enum": ["+1 415 555 0123", "4155550123"]},
    }
    schemas["Moment"]["anyOf"][1] = {
        "type": "string",
        "minLength": 20,
        "maxLength": 20,
        "pattern": f"^{_DATE}T{_TIME}Z$",
    }
    advance = paths["/_control/clock/advance"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    advance["properties"]["seconds"] |= {"minimum": -NOW, "maximum": LATEST - NOW}
