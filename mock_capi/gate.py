"""The checks on a request as a whole, before its events are looked at: route, key, size, media type, shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from mock_capi.decode import Decoded
from mock_capi.judge import Judge
from mock_capi.model import Advisory, Incoming, Kept, Violation
from mock_capi.personas import NOBODY, Known
from mock_capi.readings import Readings
from mock_capi.redact import Mask
from mock_capi.rules.shape import Rule
from mock_capi.spec import Route, Spec


class Credentials(NamedTuple):
    """What the Authorization header holds: the key itself, and whether `Bearer` stood before it."""

    key: str
    bearer: bool


class Occasion(NamedTuple):
    """All that a verdict depends on besides the request. `now` is in whole epoch seconds.

    `sent` is the key as it came; `data_set_id` is its dataset, None where no dataset has it; `readings` are the
    dataset's; `mask` takes out what must not be kept, that key included; `personas` are the hashes of test people.
    """

    now: int
    spec: Spec
    judge: Judge
    readings: Readings
    sent: Credentials | None
    data_set_id: str | None
    datasets: Collection[str]
    mask: Mask
    personas: Known = NOBODY


def credentials(headers: Mapping[str, str]) -> Credentials | None:
    """The API key as it was sent (guide 2), None where there is none."""
    sent = headers.get("Authorization", "").strip(" \t")
    if not sent or sent.lower() == "bearer":
        return None
    scheme, _, key = sent.partition(" ")
    if scheme.lower() == "bearer" and not key.startswith(" "):
        return Credentials(key, True)
    return Credentials(sent, False)


def authentication(_incoming: Incoming, occasion: Occasion) -> Iterator[Violation]:
    """The API key (guide 2): 403 and never 401."""
    sent = occasion.sent
    wanted = occasion.readings.authorization
    if sent is None:
        prefix = "" if wanted == "raw" else "Bearer "
        yield refuse("MISSING_API_KEY", f"No API key was sent. Send the header Authorization: {prefix}<your_api_key>.")
    elif occasion.data_set_id is None:
        yield refuse("INVALID_API_KEY", f"The API key is not known.{_how_sent(sent)}")
    elif wanted == "bearer" and not sent.bearer:
        yield refuse("INVALID_API_KEY", "The API key stands alone. Prefix it: Authorization: Bearer <your_api_key>.")
    elif wanted == "raw" and sent.bearer:
        message = "The API key must stand alone, without Bearer (reading authorization=raw)."
        yield refuse("INVALID_API_KEY", message)


def _how_sent(sent: Credentials) -> str:
    scheme, space, _ = sent.key.partition(" ")
    if not sent.bearer and space and scheme.lower() == "bearer":
        return " Exactly one space goes between Bearer and the key."
    if not sent.bearer and space and scheme.lower() in ("basic", "token", "apikey", "digest"):
        return " The scheme must be Bearer."
    return " Check it, and that it belongs to this server."


def no_route(incoming: Incoming, spec: Spec) -> tuple[Violation, tuple[str, ...]]:
    """404, or 405 with the methods that the path does take (guide 3.1). Never a redirect."""
    allowed = tuple(route.method for route in spec.routes if route.path == incoming.path)
    if allowed:
        return refuse("METHOD_NOT_ALLOWED", f"This path takes {' or '.join(allowed)} only."), allowed
    return refuse("NOT_FOUND", f"There is no such path.{_path_hint(incoming.path, spec)}"), ()


def _path_hint(path: str, spec: Spec) -> str:
    paths = [route.path for route in spec.routes]
    tidied = re.sub(r"(?:/|%2[Ff])+", "/", f"/{path}").rstrip("/").lower()
    while tidied.startswith("/v1/v1/"):
        tidied = tidied[3:]
    for candidate in (tidied, f"/v1{tidied}"):
        if candidate in paths:
            return f" Did you mean {candidate}? Paths are taken letter for letter, without redirects."
    return f" The paths are {', '.join(paths)}."


def size(incoming: Incoming, occasion: Occasion) -> Iterator[Violation]:
    """The size limit (guide 6.2)."""
    limit = occasion.readings.max_body_bytes
    if incoming.body_bytes > limit:
        message = (
            f"The body has {incoming.body_bytes} bytes or more, at most {limit} are allowed. Send smaller batches."
        )
        yield refuse("PAYLOAD_TOO_LARGE", message)


def media(incoming: Incoming, occasion: Occasion) -> Iterator[Violation]:
    """Content-Type (guide 2) and Content-Encoding."""
    if occasion.readings.content_type == "required":
        problem = _media_problem(incoming.headers.get("Content-Type", ""))
        if problem:
            yield refuse("UNSUPPORTED_MEDIA_TYPE", f"{problem} Send Content-Type: application/json.")
    if is_encoded(incoming):
        message = "The body has a Content-Encoding. Send it uncompressed, without that header."
        yield refuse("UNSUPPORTED_ENCODING", message)


def is_encoded(incoming: Incoming) -> bool:
    """Whether the body is compressed, or said to be."""
    return incoming.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity")


def _media_problem(content_type: str) -> str | None:
    if content_type == "application/json":
        return None
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if kind != "application/json":
        return "The Content-Type is not application/json." if kind else "There is no Content-Type."
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            return "The charset is not UTF-8."
    return None


def shape(decoded: Decoded, route: Route, spec: Spec) -> Violation | None:
    """One object for /events, an array of the right length for /events/batch (guide 3.1, 6.2)."""
    if route.endpoint != "batch":
        if decoded.kept is Kept.EVENT:
            return None
        other = next((r.path for r in spec.routes if r.endpoint == "batch"), "the batch path")
        hint = f" Send arrays to {other}." if decoded.kept is Kept.BATCH else ""
        return refuse("INVALID_BODY", f"The body must be one JSON object.{hint}")
    if decoded.kept is not Kept.BATCH:
        other = next((r.path for r in spec.routes if r.endpoint == "single"), "the single-event path")
        hint = f" Send single events to {other}." if decoded.kept is Kept.EVENT else ""
        return refuse("INVALID_BODY", f"The body must be a JSON array of events.{hint}")
    count = len(decoded.events)
    if count < route.min_events:
        return refuse("EMPTY_BATCH", f"The batch has {count} events, at least {route.min_events} is needed.")
    if count > route.max_events:
        message = f"The batch has {count} events, at most {route.max_events} are allowed. Split it."
        return refuse("BATCH_TOO_LARGE", message)
    return None


def remarks_on(incoming: Incoming, route: Route, decoded: Decoded) -> Iterator[Advisory]:
    """What is within the limits and past the recommendations (guide 3.2, 6.2, 10)."""
    if route.recommended_bytes is not None and incoming.body_bytes > route.recommended_bytes:
        message = f"The body has {incoming.body_bytes} bytes, more than the {route.recommended_bytes} recommended."
        yield Advisory("LARGE_BODY", "", None, message)
    if "Origin" in incoming.headers:
        yield Advisory("BROWSER_ORIGIN", "", None, "The request has an Origin header. Send events from a server.")
    count = len(decoded.events)
    if route.endpoint != "batch" or decoded.kept is not Kept.BATCH or count > route.max_events:
        return
    if count == route.max_events:
        yield Advisory("FULL_BATCH", "", None, f"The batch has {count} events; the checklist says under {count}.")
    if route.recommended_events is not None and count > route.recommended_events:
        message = f"The batch has {count} events; {route.recommended_events} are recommended."
        yield Advisory("LARGE_BATCH", "", None, message)
    if count == 1:
        yield Advisory("SINGLE_EVENT_BATCH", "", None, "The batch has one event; /v1/events takes single ones.")


def refuse(code: str, message: str) -> Violation:
    """A violation by the request as a whole."""
    return Violation(code, "", None, message)


def _row(name: str, guide: str, codes: str, about: str) -> Rule:
    return Rule(name, guide, tuple(codes.split()), about)


# In the order of the checks; the functions above work them out.
REQUEST_RULES: tuple[Rule, ...] = (
    _row("request.path", "3.1", "NOT_FOUND", "The path is one of the guide's, letter for letter."),
    _row("request.method", "3.1", "METHOD_NOT_ALLOWED", "The method is the path's."),
    _row("request.key", "2", "MISSING_API_KEY INVALID_API_KEY", "A known API key is sent (`authorization`)."),
    _row("request.size", "6.2", "PAYLOAD_TOO_LARGE", "The body is within the limit (`max_body_bytes`)."),
    _row("request.media_type", "2", "UNSUPPORTED_MEDIA_TYPE", "It is application/json in UTF-8 (`content_type`)."),
    _row("request.encoding", "-", "UNSUPPORTED_ENCODING", "The body is not compressed."),
    _row("request.json", "1.1", "MALFORMED_JSON", "The body is strict JSON, nested at most 64 deep."),
    _row("request.shape", "3.1", "INVALID_BODY", "One object for /v1/events, an array for /v1/events/batch."),
    _row("batch.size", "6.2", "EMPTY_BATCH BATCH_TOO_LARGE", "A batch has 1 to 1,000 events."),
    _row("request.recommended_size", "10", "LARGE_BODY", "The body is within ~1 MB."),
    _row("batch.recommended_size", "6.2", "FULL_BATCH LARGE_BATCH SINGLE_EVENT_BATCH", "A batch has 2 to 500 events."),
    _row("request.origin", "3.2", "BROWSER_ORIGIN", "The request comes from a server, not from a browser."),
)
