"""What to ask the vendor where a reading makes a difference to somebody's client: one question for each."""

from __future__ import annotations

from collections.abc import Mapping

QUESTIONS: Mapping[str, str] = {
    "authorization": "Is the API key sent after the word Bearer, alone as in the sample, or may it be either?",
    "schema_auth": "Does GET /v1/schema/events need the API key?",
    "foreign_dataset": "Is an event for a dataset of ours that is not the key's answered with 403 or with 400?",
    "undocumented_statuses": "Do a body that is too large and a wrong media type get 400, or 413 and 415?",
    "content_type": "Must Content-Type be application/json, or is it not looked at?",
    "max_body_bytes": "How large may a body be: about 5 MB, or about 1 MB as in the checklist?",
    "batch_failure": "Does one bad event refuse its whole batch, or is it dropped and the others are stored?",
    "window_edge": "Is an event that is exactly 30 days old still taken?",
    "future_tolerance_seconds": "How far may a timestamp be ahead of your clock before the event is refused?",
    "integer_valued_floats": "Is a timestamp with a decimal point, such as 1746558464.0, taken or refused?",
    "unknown_fields": "Are fields that the guide does not list ignored, or is the event refused?",
    "null_fields": "Does an optional field with null count as left out, or is the event refused?",
    "partner_id_alone": "Is partner_id enough as the only identifier of an event?",
    "hash_case": "Must the hex digits of hashes be lowercase, or are capitals taken too?",
    "gpp_sid_mismatch": "Is an event refused whose gpp_sid names a section that its GPP string does not have?",
    "opt_out": "Is an event of somebody who opted out taken and kept from optimization, or refused?",
    "processing": "Is every rule checked before the answer, or can an event be dropped after a 200?",
}
