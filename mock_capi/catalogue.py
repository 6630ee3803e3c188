"""Every code the mock can answer or advise, with its status, its guide section and its remedy."""

from __future__ import annotations

from dataclasses import dataclass

GUIDE_SAYS_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `status` is the HTTP status (None for an advisory); `http_status` is what the reading
    undocumented_statuses=http answers instead; `documented` says whether the guide names the code."""

    name: str
    status: int | None
    guide: str
    meaning: str
    remedy: str
    documented: bool = False
    http_status: int | None = None


# Refusals, in the order of the checks: of several broken rules the first here is answered.
ERRORS: tuple[Code, ...] = (
    Code("NOT_FOUND", 404, "3.1", "No such path.", "Use one of the paths of section 3.1, letter for letter."),
    Code("METHOD_NOT_ALLOWED", 405, "3.1", "The path exists, the method does not.", "Use the method in `Allow`."),
    Code("MISSING_API_KEY", 403, "2", "No API key was sent.", "Send `Authorization: Bearer <key>`."),
    Code(
        "INVALID_API_KEY", 403, "2", "The API key is not known, or not sent as agreed.", "Check the key and `Bearer`."
    ),
    Code("PAYLOAD_TOO_LARGE", 400, "6.2", "The body is over the size limit.", "Send smaller batches.", http_status=413),
    Code(
        "UNSUPPORTED_MEDIA_TYPE",
        400,
        "2",
        "The Content-Type is not application/json in UTF-8.",
        "Send `Content-Type: application/json`.",
        http_status=415,
    ),
    Code(
        "UNSUPPORTED_ENCODING",
        400,
        GUIDE_SAYS_NOTHING,
        "The body is compressed.",
        "Send it without Content-Encoding.",
        http_status=415,
    ),
    Code("MALFORMED_JSON", 400, "1.1", "The body is not strict UTF-8 JSON.", "Serialise with a JSON library."),
    Code("INVALID_BODY", 400, "3.1", "The JSON has the wrong shape for this path.", "One object, or an array of them."),
    Code("EMPTY_BATCH", 400, "6.1", "The batch has no events.", "Do not send empty batches."),
    Code("BATCH_TOO_LARGE", 400, "6.2", "The batch has too many events.", "Split it."),
    Code("DATASET_NOT_AUTHORIZED", 403, "2", "The key belongs to another dataset.", "Use that dataset's own key."),
    Code("UNKNOWN_DATASET", 400, "7.1", "No such dataset is provisioned.", "Use the data_set_id issued with the key."),
    Code("MISSING_FIELD", 400, "7.1", "A required field is missing.", "Send it."),
    Code("INVALID_FIELD", 400, "4.1", "A field has the wrong type or form.", "Send the type of section 4.1."),
    Code("INVALID_EVENT_TYPE", 400, "4.3", "The event_type is not a standard one.", "Use section 4.3, or `custom`."),
    Code(
        "MISSING_CUSTOM_EVENT_NAME", 400, "4.3", "A custom event has no name.", "Send custom_event_name with `custom`."
    ),
    Code("PLAINTEXT_PII", 400, "4.2", "An identifier looks like unhashed personal data.", "Hash it with SHA-256."),
    Code(
        "MISSING_IDENTIFIER",
        400,
        "4.2",
        "The event has no identifier.",
        "Send email_sha256, ifa or ip.",
        documented=True,
    ),
    Code("INVALID_IDENTIFIER", 400, "4.2", "An identifier has the wrong form.", "Send 64 lowercase hex digits."),
    Code("MISSING_CURRENCY_CODE", 400, "7.1", "There is a value without currency_code.", "Send both."),
    Code("INVALID_CURRENCY_CODE", 400, "4.1", "The currency_code is no current ISO 4217 code.", "Use capitals: USD."),
    Code("INVALID_TIMESTAMP", 400, "7.1", "The timestamp is not a whole Unix second.", "Send an integer, unquoted."),
    Code(
        "TIMESTAMP_IN_FUTURE", 400, GUIDE_SAYS_NOTHING, "The timestamp lies in the future.", "Send seconds; mind NTP."
    ),
    Code("TIMESTAMP_TOO_OLD", 400, "3.2", "The event is older than 30 days.", "Send events within 30 days."),
    Code("MISSING_GPP_SID", 400, "5.1", "There is a gpp_string without gpp_sid.", "Send both."),
    Code("INVALID_GPP_STRING", 400, "5.1", "The GPP string fails its check.", "Pass on the CMP's string unchanged."),
    Code("INTERNAL_ERROR", 500, "8.3", "Something failed on the server.", "Retry with exponential backoff."),
)

# Remarks on what was accepted. None of them is in the guide: the vendor sends no advisories.
ADVISORIES: tuple[Code, ...] = (
    Code("LARGE_BODY", None, "10", "The body is over the ~1 MB of the checklist.", "Send about 500 events a batch."),
    Code("FULL_BATCH", None, "10", "The batch is as large as can be.", "Stay under 1,000 events."),
    Code("LARGE_BATCH", None, "6.2", "The batch is over the recommended size.", "Send 500 events a batch."),
    Code("SINGLE_EVENT_BATCH", None, "6", "The batch has one event.", "Use /v1/events for a single one."),
    Code("BROWSER_ORIGIN", None, "3.2", "The request has an Origin, as browsers send.", "Send from a server."),
    Code("ECAPI_SHAPE", None, "4.1", "The event has the IAB ECAPI's shape.", "Use the guide's field names."),
    Code("EVENT_ID_IGNORED", None, "4.1", "event_id is made by Paramount.", "Leave it out."),
    Code("UNKNOWN_FIELD", None, "4.1", "The guide knows no such field; it is ignored.", "Check the spelling."),
    Code("UNUSED_CUSTOM_EVENT_NAME", None, "4.3", "The name is used with `custom` only.", "Leave it out."),
    Code("UNKNOWN_IDENTIFIER", None, "4.2", "The guide knows no such identifier; it is ignored.", "Leave it out."),
    Code("HASH_OF_NOTHING", None, "4.2", "The hash is that of an empty or placeholder text.", "Leave it out."),
    Code("HASH_OF_PRIVATE_ADDRESS", None, "4.2", "The hash is that of a private address.", "Use the client's address."),
    Code("WRONG_HASH", None, "4.2", "A test person's hash is not made as the guide says.", "See the message."),
    Code("UNUSUAL_IFA", None, "4.2", "The ifa is neither a UUID nor a SHA-256.", "Send it as the device gives it."),
    Code("ZERO_IFA", None, "4.2", "The ifa is all zeros, as after an opt-out of tracking.", "Leave it out."),
    Code("NEGATIVE_VALUE", None, "4.1", "The value is negative and no refund.", "Check the sign."),
    Code("CURRENCY_WITHOUT_VALUE", None, "4.1", "There is a currency_code without value.", "Send both or neither."),
    Code("SUSPECTED_PII", None, "5.2", "Free text looks like personal data.", "Do not send plaintext PII."),
    Code("LARGE_CUSTOM_DATA", None, "4.4", "custom_data is over 16 KB.", "Send what reports need."),
    Code("EXT_NOT_EMPTY", None, "4.1", "ext is reserved.", "Leave it empty."),
    Code("FUTURE_TIMESTAMP", None, "3.2", "The timestamp is slightly ahead of the clock.", "Synchronise clocks."),
    Code("GPP_SID_WITHOUT_STRING", None, "5.1", "There is a gpp_sid without gpp_string.", "Send both."),
    Code("UNKNOWN_GPP_SECTION", None, "5.1", "The header lists a section nobody has defined.", "Check the CMP."),
    Code("GPP_SID_MISMATCH", None, "5.1", "gpp_sid names a section the string does not have.", "Send its own ids."),
    Code("OPTED_OUT", None, "5.2", "The user has opted out; use of the event is limited.", "Do not send such events."),
    Code("INVALID_US_PRIVACY_STRING", None, "5.1", "The US privacy string is malformed.", "Four characters: 1YNN."),
    Code("DUPLICATE_EVENT", None, "4.1", "The same event was stored before.", "Send each event once."),
)

# Refusals of the mock's own trees, /_inspect and /_control, which the guide does not know.
OWN_ERRORS: tuple[Code, ...] = (
    Code("FORBIDDEN_HOST", 403, GUIDE_SAYS_NOTHING, "The Host is not allowed.", "See --allowed-hosts."),
    Code("FORBIDDEN_ORIGIN", 403, GUIDE_SAYS_NOTHING, "A foreign web page asked.", "Ask from a program."),
    Code("ADMIN_TOKEN_REQUIRED", 401, GUIDE_SAYS_NOTHING, "The admin token is missing or wrong.", "Send it as Bearer."),
    Code("INVALID_PARAMETER", 400, GUIDE_SAYS_NOTHING, "A query or body parameter is wrong.", "See the message."),
    Code("CONFLICT", 409, GUIDE_SAYS_NOTHING, "It exists already.", "Use another id or key."),
    Code("WAIT_UNMET", 408, GUIDE_SAYS_NOTHING, "What was waited for did not happen.", "See the nearest misses."),
    Code("LOG_CLEARED", 409, GUIDE_SAYS_NOTHING, "The log was cleared while it was looked at.", "Ask again."),
    Code("TOO_MANY_WAITS", 503, GUIDE_SAYS_NOTHING, "No more waits and streams may be open.", "See --max-waits."),
    Code("STORE_UNREACHABLE", 503, GUIDE_SAYS_NOTHING, "What several servers share cannot be reached.", "See --store."),
    Code("SHUTTING_DOWN", 503, GUIDE_SAYS_NOTHING, "The server comes to its end.", "Start it again."),
)

CODES: dict[str, Code] = {code.name: code for code in (*ERRORS, *ADVISORIES, *OWN_ERRORS)}
PRECEDENCE: dict[str, int] = {code.name: rank for rank, code in enumerate(ERRORS)}


def status_of(name: str, *, http_statuses: bool = False) -> int:
    """The HTTP status that a refusal with this code is answered with (guide 8.3)."""
    code = CODES[name]
    if code.status is None:
        raise ValueError(f"{name} is an advisory and has no status")
    return code.http_status if http_statuses and code.http_status else code.status
