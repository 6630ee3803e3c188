"""The rule table: every rule about an event, in order; those of the schema first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_capi.rules import advice, checks, columns, hashes, words
from mock_capi.rules.checks import OLDEST_SECONDS
from mock_capi.rules.shape import NOTHING, Event, Finding, Findings, Path, Rule, Setting
from mock_capi.spec import Breach

__all__ = [
    "ADVISORY_RULES",
    "BY_ID",
    "CHECKED",
    "EVENT_RULES",
    "NOTHING",
    "OLDEST_SECONDS",
    "SCHEMA_RULES",
    "SCHEMA_RULE_IDS",
    "Event",
    "Finding",
    "Findings",
    "Path",
    "Rule",
    "Setting",
]

Explain = Callable[[Breach, Event, Setting], Finding]
Check = Callable[[Event, Setting], Findings]


def _schema(name: str, guide: str, codes: str, explain: Explain, about: str) -> Rule:
    return Rule(name, guide, tuple(codes.split()), about, explain=explain)


def _rule(name: str, guide: str, codes: str, check: Check, reads: str, about: str, **spared: Any) -> Rule:
    paths = tuple(tuple(path.split(".")) for path in reads.split())
    return Rule(name, guide, tuple(codes.split()), about, check=check, reads=paths, **spared)


# fmt: off
SCHEMA_RULES: tuple[Rule, ...] = (
    _schema("event.object", "4.1", "INVALID_BODY", words.not_an_event, "An event is a JSON object."),
    _schema("field.required", "7.1", "MISSING_FIELD", words.missing,
            "data_set_id, timestamp and event_type are there."),
    _schema("field.type", "4.1", "INVALID_FIELD", words.wrong_type, "Every field has the guide's type."),
    _schema("field.known", "4.1", "INVALID_FIELD", words.unknown, "No unknown fields (`unknown_fields=reject`)."),
    _schema("event_type.standard", "4.3", "INVALID_EVENT_TYPE", words.event_type, "event_type is one of the 45."),
    _schema("custom_event_name.required", "4.3", "MISSING_CUSTOM_EVENT_NAME", words.custom_name,
            "A custom event has a name that is not blank."),
    _schema("identifiers.required", "4.2", "MISSING_IDENTIFIER INVALID_IDENTIFIER", words.identifiers,
            "At least one of email_sha256, ifa and ip is there (`partner_id_alone`)."),
    _schema("identifier.hash", "4.2", "PLAINTEXT_PII INVALID_IDENTIFIER MISSING_IDENTIFIER", words.hashed,
            "email_sha256 and ip are SHA-256 as 64 lowercase hex digits (`hash_case`)."),
    _schema("identifier.opaque", "4.2", "INVALID_IDENTIFIER MISSING_IDENTIFIER", words.opaque,
            "ifa and partner_id are not blank; partner_id has at most 512 characters."),
    _schema("currency_code.required", "7.1", "MISSING_CURRENCY_CODE", words.no_currency,
            "A value has a currency_code."),
    _schema("currency_code.iso4217", "4.1", "INVALID_CURRENCY_CODE", words.currency,
            "currency_code is a current ISO 4217 code in capitals."),
    _schema("timestamp.form", "7.1", "INVALID_TIMESTAMP", words.timestamp, "timestamp is an integer, not negative."),
    _schema("gpp_sid.required", "5.1", "MISSING_GPP_SID", words.no_sid, "A gpp_string has a gpp_sid."),
    _schema("gpp_string.type", "5.1", "INVALID_GPP_STRING", words.gpp_type, "gpp_string is a string."),
)

EVENT_RULES: tuple[Rule, ...] = (
    _rule("data_set_id.scope", "2", "DATASET_NOT_AUTHORIZED UNKNOWN_DATASET", checks.scope, "data_set_id",
          "data_set_id is provisioned and the API key's own (`foreign_dataset`).", glance=columns.all_own),
    _rule("ifa.plaintext", "4.2", "PLAINTEXT_PII SUSPECTED_PII", checks.plaintext_in("ifa"), "identifiers.ifa",
          "ifa holds no plaintext personal data.", glance=columns.all_opaque),
    _rule("partner_id.plaintext", "4.2", "PLAINTEXT_PII SUSPECTED_PII", checks.plaintext_in("partner_id"),
          "identifiers.partner_id", "partner_id holds no plaintext personal data.", glance=columns.all_opaque),
    _rule("timestamp.integer", "7.1", "INVALID_TIMESTAMP", checks.timestamp, "timestamp",
          "timestamp is written as an integer (`integer_valued_floats`).", glance=columns.all_recent),
    _rule("timestamp.future", "-", "TIMESTAMP_IN_FUTURE FUTURE_TIMESTAMP", checks.timestamp, "timestamp",
          "timestamp is not ahead of the clock (`future_tolerance_seconds`)."),
    _rule("timestamp.age", "3.2", "TIMESTAMP_TOO_OLD", checks.timestamp, "timestamp",
          "timestamp is at most 30 days old (`window_edge`)."),
    _rule("gpp_sid.form", "5.1", "INVALID_FIELD", checks.sid_form, "privacy.gpp_sid", "gpp_sid holds integers."),
    _rule("gpp_string.valid", "5.1", "INVALID_GPP_STRING", checks.gpp_valid, "privacy.gpp_string",
          "gpp_string is a valid GPP string."),
    _rule("gpp_sid.listed", "5.1", "GPP_SID_MISMATCH INVALID_GPP_STRING", checks.sid_listed,
          "privacy.gpp_string privacy.gpp_sid", "gpp_sid names sections of the string (`gpp_sid_mismatch`)."),
    _rule("gpp_string.opt_out", "5.2", "OPTED_OUT INVALID_FIELD", checks.gpp_opt_out,
          "privacy.gpp_string privacy.gpp_sid",
          "No section in force opts out of sale, sharing or targeted advertising (`opt_out`)."),
    _rule("us_privacy_string.opt_out", "5.2", "OPTED_OUT INVALID_FIELD", checks.us_privacy_opt_out,
          "privacy.us_privacy_string",
          "us_privacy_string does not opt out of sale (`opt_out`)."),
)

ADVISORY_RULES: tuple[Rule, ...] = (
    _rule("event.ecapi", "4.1", "ECAPI_SHAPE", advice.ecapi, "",
          "The event has the guide's shape, not ECAPI's.", by_names=True),
    _rule("event_id.sent", "4.1", "EVENT_ID_IGNORED", advice.event_id, "event_id",
          "No event_id is sent.", by_names=True),
    _rule("field.unknown", "4.1", "UNKNOWN_FIELD", advice.unknown_fields, "",
          "Every field is in the guide (`unknown_fields`).", by_names=True),
    _rule("privacy.unknown", "5.1", "UNKNOWN_FIELD", advice.unknown_privacy, "privacy",
          "Every field of privacy is in the guide.", by_names=True),
    _rule("custom_event_name.unused", "4.3", "UNUSED_CUSTOM_EVENT_NAME", advice.unused_name,
          "custom_event_name event_type", "custom_event_name goes with custom only."),
    _rule("identifier.unknown", "4.2", "UNKNOWN_IDENTIFIER", advice.unknown_identifiers, "identifiers",
          "Every identifier is in the guide.", by_names=True),
    _rule("email_sha256.telling", "4.2", "HASH_OF_NOTHING HASH_OF_PRIVATE_ADDRESS", advice.telling_hash("email_sha256"),
          "identifiers.email_sha256", "email_sha256 is not the hash of a placeholder or of a private address.",
          glance=columns.none_telling),
    _rule("ip.telling", "4.2", "HASH_OF_NOTHING HASH_OF_PRIVATE_ADDRESS", advice.telling_hash("ip"),
          "identifiers.ip", "ip is not the hash of a placeholder or of a private address.",
          glance=columns.none_telling),
    _rule("email_sha256.persona", "4.2", "WRONG_HASH", hashes.wrong_hash("email_sha256"),
          "identifiers identifiers.email_sha256", "A test person's email_sha256 is hashed as the guide says.",
          if_personas=True, glance=hashes.none_wrong("email_sha256")),
    _rule("ip.persona", "4.2", "WRONG_HASH", hashes.wrong_hash("ip"), "identifiers identifiers.ip",
          "A test person's ip is hashed as the guide says.", if_personas=True, glance=hashes.none_wrong("ip")),
    _rule("ifa.persona", "4.2", "WRONG_HASH", hashes.wrong_hash("ifa"), "identifiers identifiers.ifa",
          "ifa is no hash of a test person.", if_personas=True, glance=hashes.none_wrong("ifa")),
    _rule("ifa.form", "4.2", "ZERO_IFA UNUSUAL_IFA", advice.ifa, "identifiers.ifa", "ifa is a UUID or a SHA-256."),
    _rule("value.negative", "4.1", "NEGATIVE_VALUE", advice.negative, "value event_type",
          "value is not negative, but for refunds.", glance=columns.none_negative),
    _rule("currency_code.lone", "4.1", "CURRENCY_WITHOUT_VALUE", advice.lone_currency, "currency_code",
          "currency_code goes with value.", by_names=True),
    _rule("custom_data.plaintext", "5.2", "SUSPECTED_PII", advice.suspected_in("custom_data"), "custom_data",
          "custom_data holds nothing that looks like personal data.", if_suspect=True),
    _rule("page_url.plaintext", "5.2", "SUSPECTED_PII", advice.suspected_in("page_url"), "page_url",
          "page_url holds nothing that looks like personal data.", if_suspect=True),
    _rule("referer.plaintext", "5.2", "SUSPECTED_PII", advice.suspected_in("referer"), "referer",
          "referer holds nothing that looks like personal data.", if_suspect=True),
    _rule("custom_data.size", "4.4", "LARGE_CUSTOM_DATA", advice.large_custom_data, "custom_data",
          "custom_data is at most 16 KB.", glance=columns.all_small),
    _rule("ext.empty", "4.1", "EXT_NOT_EMPTY", advice.ext, "ext", "ext is empty.", glance=columns.all_empty),
    _rule("gpp_sid.lone", "5.1", "GPP_SID_WITHOUT_STRING", advice.lone_sid, "privacy.gpp_sid",
          "gpp_sid goes with gpp_string.", by_names=True),
    _rule("gpp_string.sections", "5.1", "UNKNOWN_GPP_SECTION", advice.unknown_sections, "privacy.gpp_string",
          "Every section of the string is defined."),
    _rule("us_privacy_string.form", "5.1", "INVALID_US_PRIVACY_STRING", advice.us_privacy_form,
          "privacy.us_privacy_string", "us_privacy_string is well formed."),
)
# fmt: on

CHECKED: tuple[Rule, ...] = (*EVENT_RULES, *ADVISORY_RULES)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in (*SCHEMA_RULES, *CHECKED)}
SCHEMA_RULE_IDS: frozenset[str] = frozenset(rule.id for rule in SCHEMA_RULES)
