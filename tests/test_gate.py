"""The checks on a request as a whole: paths, methods, keys, sizes, media types, JSON, shapes, counts."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from mock_capi.catalogue import CODES, ERRORS, status_of
from mock_capi.world import DEFAULT_KEY
from tests.senders import NOW, Sender, event

ONE, BATCH, SCHEMA = "/v1/events", "/v1/events/batch", "/v1/schema/events"
LIMIT = 5_000_000
POSTS = pytest.mark.parametrize("path", [ONE, BATCH])


def request(sender: Sender, method: str, path: str, **environ: Any) -> Response:
    """Any request, its path and environment kept as they are written."""
    built = EnvironBuilder(path="/", method=method, content_type="application/json").get_environ()
    built |= {"PATH_INFO": path, "HTTP_AUTHORIZATION": f"Bearer {DEFAULT_KEY}", **environ}
    return Response(*run_wsgi_app(sender.client.application, built))


def assert_envelope(response: Any, status: int, code: str) -> str:
    """Exactly the three fields of guide 8.2, as JSON, and nothing that asks to authenticate or redirects."""
    answer = response.get_json()
    assert (response.status_code, answer["error_code"]) == (status, code), answer
    assert set(answer) == {"status", "error_code", "message"}
    assert answer["status"] == "error"
    assert response.content_type == "application/json"
    assert not {"WWW-Authenticate", "Location"} & set(response.headers.keys())
    return str(answer["message"])


# --- paths and methods ---

WRONG_PATHS = [
    *(("/v1/events/", ONE), ("/v1/events/batch/", BATCH), ("//v1/events", ONE), ("/v1//events", ONE)),
    *(("/V1/Events", ONE), ("/v1/EVENTS/BATCH", BATCH), ("/v1/v1/events", ONE), ("/v1/v1/events/batch", BATCH)),
    *(("/events", ONE), ("/events/batch", BATCH), ("/schema/events", SCHEMA), ("/v1/schema/events/", SCHEMA)),
    *(("/v1", None), ("/v2/events", None), ("/v1/event", None), ("/v1/events/1", None), ("/v1/eventsbatch", None)),
    *(("/v1/events;a=b", None), ("/v1/schema", None), ("/x" * 500, None), ("/v1/größe", None)),
]


@pytest.mark.parametrize(("path", "meant"), WRONG_PATHS, ids=lambda value: ascii(value)[:30])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_path_that_is_none(sender: Sender, method: str, path: str, meant: str | None) -> None:
    """Guide 3.1: paths are taken to the letter; 404 in the envelope, with a hint, never a redirect."""
    response = request(sender, method, path.encode().decode("latin-1"))
    message = assert_envelope(response, 404, "NOT_FOUND")
    assert (f"Did you mean {meant}?" in message) if meant else all(p in message for p in (ONE, BATCH, SCHEMA))
    assert "Allow" not in response.headers
    assert sender.last()["error_code"] == "NOT_FOUND"


METHODS = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND"]


@pytest.mark.parametrize(
    ("path", "method", "allow"),
    [*((path, method, "POST") for path in (ONE, BATCH) for method in METHODS)]
    + [(SCHEMA, method, "GET") for method in ("POST", *METHODS[1:])],
)
def test_a_method_that_is_none(sender: Sender, path: str, method: str, allow: str) -> None:
    """Guide 3.1: 405 with Allow, before anybody asks for a key."""
    response = request(sender, method, path)
    assert response.headers["Allow"] == allow
    assert response.status_code == 405
    if method != "HEAD":
        assert allow in assert_envelope(response, 405, "METHOD_NOT_ALLOWED")
    assert sender.last()["method"] == method


def test_the_query_does_not_matter(sender: Sender) -> None:
    """A query on one of the guide's paths changes nothing."""
    assert sender.post(f"{ONE}?a=b", event()).status_code == 200


# --- keys ---

NO_KEY = [None, "", " ", "Bearer", "bearer ", "Bearer  "]
BAD_KEYS = {
    "wrong": "Bearer wrong-key",
    "other case": f"Bearer {DEFAULT_KEY.upper()}",
    "longer": f"Bearer {DEFAULT_KEY}x",
    "shorter": f"Bearer {DEFAULT_KEY[:-1]}",
    "quoted": f'Bearer "{DEFAULT_KEY}"',
    "no space": f"Bearer{DEFAULT_KEY}",
    "colon": f"Bearer: {DEFAULT_KEY}",
    "two keys": f"Bearer {DEFAULT_KEY}, Bearer {DEFAULT_KEY}",
    "no ASCII": "Bearer schlüssel",
    "template": "Bearer <your_api_key>",
}


@pytest.mark.parametrize("path", [ONE, BATCH, SCHEMA])
@pytest.mark.parametrize("sent", NO_KEY)
def test_no_key(sender: Sender, path: str, sent: str | None) -> None:
    """Guide 2 and 7.2: without a key 403 and never 401, for the schema too."""
    headers = {} if sent is None else {"Authorization": sent}
    method = "GET" if path == SCHEMA else "POST"
    response = sender.client.open(path, method=method, headers=headers, json=event() if method == "POST" else None)
    assert "Authorization: Bearer" in assert_envelope(response, 403, "MISSING_API_KEY")
    assert sender.last()["data_set_id"] is None


@pytest.mark.parametrize("sent", BAD_KEYS.values(), ids=BAD_KEYS)
def test_a_key_that_is_none(sender: Sender, sent: str) -> None:
    """Guide 7.2: an unknown key is 403, and the answer does not repeat it."""
    message = assert_envelope(sender.one(event(), headers={"Authorization": sent}), 403, "INVALID_API_KEY")
    assert sent.rsplit(maxsplit=1)[-1] not in message
    assert_envelope(sender.client.get(SCHEMA, headers={"Authorization": sent}), 403, "INVALID_API_KEY")


@pytest.mark.parametrize(
    ("sent", "hint"),
    [(DEFAULT_KEY, "Prefix it"), (f"Bearer  {DEFAULT_KEY}", "one space"), (f"Bearer   {DEFAULT_KEY}", "one space")]
    + [(f"{scheme} {DEFAULT_KEY}", "scheme must be Bearer") for scheme in ("Basic", "token", "ApiKey", "Digest")],
)
def test_the_message_says_how_to_send_the_key(sender: Sender, sent: str, hint: str) -> None:
    """Guide 2: what is nearly right gets its own words."""
    message = assert_envelope(sender.one(event(), headers={"Authorization": sent}), 403, "INVALID_API_KEY")
    assert hint in message
    assert DEFAULT_KEY not in message


@pytest.mark.parametrize(
    "sent", [f"Bearer {DEFAULT_KEY}", f"bearer {DEFAULT_KEY}", f"BEARER {DEFAULT_KEY} ", f"\tBearer {DEFAULT_KEY}"]
)
def test_a_key_that_is_one(sender: Sender, sent: str) -> None:
    """Guide 2: Bearer in any case, one space, the key (authorization=bearer)."""
    assert sender.one(event(), headers={"Authorization": sent}).status_code == 200


# --- sizes ---


@POSTS
@pytest.mark.parametrize(("size", "code"), [(LIMIT, "MALFORMED_JSON"), (LIMIT + 1, "PAYLOAD_TOO_LARGE")])
def test_the_size_limit(sender: Sender, path: str, size: int, code: str) -> None:
    """Guide 6.2: 5,000,000 bytes fit, one more does not, at either endpoint."""
    assert_envelope(sender.post(path, b" " * size), 400, code)
    assert sender.last()["body_bytes"] == size


class Unread(BytesIO):
    """A body that must not be read."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise AssertionError


def test_what_is_too_large_is_left_unread(sender: Sender) -> None:
    """The announced length alone refuses a body."""
    response = request(sender, "POST", ONE, **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(10**12)})
    assert_envelope(response, 400, "PAYLOAD_TOO_LARGE")


def test_a_body_that_ends_early(sender: Sender) -> None:
    """Less than was announced is no whole body."""
    whole = json.dumps(event()).encode()
    short = {"wsgi.input": BytesIO(whole), "CONTENT_LENGTH": str(len(whole) + 1)}
    response = request(sender, "POST", ONE, **short)
    assert "ended after" in assert_envelope(response, 400, "MALFORMED_JSON")


# --- media types and encodings ---

GOOD_TYPES = [
    *("application/json", "APPLICATION/JSON", " application/json ", "application/json;", "application/json; v=1"),
    *("application/json;charset=utf-8", "application/json; charset=UTF-8", 'application/json; charset="utf-8"'),
    *("application/json; charset=utf8", "application/json; profile=x; charset=utf-8"),
]
BAD_TYPES = [
    *("", "text/json", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"),
    *("application/vnd.api+json", "application/xml", "multipart/form-data; boundary=x", "*/*", "application/x-ndjson"),
    *("application/json, application/json", "application/json; charset=iso-8859-1", "application/json; charset=utf-16"),
    *("application/json; charset=", "text/plain; application/json"),
]


@POSTS
@pytest.mark.parametrize("sent", GOOD_TYPES)
def test_a_content_type_that_is_json(sender: Sender, path: str, sent: str) -> None:
    """Guide 2: application/json, with any parameters but another charset."""
    body = event() if path == ONE else [event(), event()]
    assert sender.post(path, body, headers={"Content-Type": sent}).status_code == 200


@POSTS
@pytest.mark.parametrize("sent", BAD_TYPES)
def test_a_content_type_that_is_not(sender: Sender, path: str, sent: str) -> None:
    """Guide 2: anything else, or none, is refused with 400, since guide 8.3 lists no 415."""
    response = sender.post(path, [event()], headers={"Content-Type": sent})
    assert_envelope(response, 400, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("sent", ["gzip", "deflate", "br", "zstd", "gzip, identity", "GZIP", "x"])
def test_an_encoded_body(sender: Sender, sent: str) -> None:
    """The guide knows no compressed bodies."""
    assert_envelope(sender.one(event(), headers={"Content-Encoding": sent}), 400, "UNSUPPORTED_ENCODING")


@pytest.mark.parametrize("sent", ["identity", "Identity", "", " identity "])
def test_a_body_that_is_not_encoded(sender: Sender, sent: str) -> None:
    """identity means no encoding."""
    assert sender.one(event(), headers={"Content-Encoding": sent}).status_code == 200


# --- JSON ---

VALID = json.dumps(event()).encode()


def with_data(written: str) -> bytes:
    """An event with this JSON as its custom_data's only value."""
    return VALID[:-1] + b', "custom_data": {"a": ' + written.encode() + b"}}"


def nested(depth: int, opening: str, closing: str) -> bytes:
    """An event in which objects or arrays nest so deep: itself and custom_data are the first two."""
    return with_data(opening * (depth - 2) + closing * (depth - 2))


BAD_JSON = {
    "empty": (b"", "empty"),
    "white space": (b" \r\n\t", "empty"),
    "byte order mark": (b"\xef\xbb\xbf" + VALID, "byte order mark"),
    "UTF-16": (VALID.decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without mark": (VALID.decode().encode("utf-16-le"), "UTF-16"),
    "Latin-1": (with_data('"é"').decode().encode("latin-1"), "is not UTF-8"),
    "overlong UTF-8": (VALID[:-1] + b', "source": "\xc0\xaf"}', "is not UTF-8"),
    "surrogate in UTF-8": (VALID[:-1] + b', "source": "\xed\xa0\x80"}', "is not UTF-8"),
    "gzip": (b"\x1f\x8b\x08\x00", "compressed"),
    "XML": (b"<event/>", "XML"),
    "form": (b"data_set_id=x&timestamp=1", "line 1, column 1"),
    "NaN": (with_data("NaN"), "NaN"),
    "Infinity": (with_data("Infinity"), "NaN"),
    "-Infinity": (with_data("-Infinity"), "NaN"),
    "overflow": (with_data("1e400"), "too large"),
    "-overflow": (with_data("-1e400"), "too large"),
    "lone high surrogate": (with_data('"\\ud800"'), "surrogate"),
    "lone low surrogate": (with_data('"\\udc00"'), "surrogate"),
    "reversed surrogates": (with_data('"\\udc00\\ud800"'), "surrogate"),
    "line comment": (b"// x\n" + VALID, "comments"),
    "block comment": (VALID[:1] + b"/* x */" + VALID[1:], "comments"),
    "single quotes": (b"{'a': 1}", "double quotes"),
    "trailing data": (VALID + b"x", "column"),
    "two documents": (VALID + VALID, "column"),
    "two lines": (VALID + b"\n" + VALID, "line 2, column 1"),
    "trailing comma": (VALID[:-1] + b",}", "column"),
    "trailing comma in a list": (with_data("[1,]"), "column"),
    "unquoted name": (b"{a: 1}", "column"),
    "cut off": (VALID[:-1], "column"),
    "leading zero": (with_data("01"), "column"),
    "plus sign": (with_data("+1"), "column"),
    "bare dot": (with_data("1."), "column"),
    "leading dot": (with_data(".5"), "column"),
    "hexadecimal": (with_data("0x1"), "column"),
    "Python": (with_data("None"), "column"),
    "capitals": (with_data("TRUE"), "column"),
    "bad escape": (with_data('"\\x41"'), "column"),
    "control character": (with_data('"\n"'), "line 1"),
    "NUL after it": (VALID + b"\x00", "column"),
    "65 objects": (nested(65, '{"a":', "}").replace(b":}", b":1}"), "deeper than 64"),
    "65 arrays": (nested(65, "[", "]"), "deeper than 64"),
    "200 arrays": (nested(200, "[", "]"), "deeper than 64"),
    "100,000 arrays": (b"[" * 100_000, "column"),
    "65 under bracketed strings": (nested(65, '["]",', ',"["]').replace(b",,", b",1,"), "deeper than 64"),
    "65 under escaped quotes": (nested(65, '["\\"]\\"",', ',"\\"[\\""]').replace(b",,", b",1,"), "deeper than 64"),
}


@pytest.mark.parametrize(("body", "words"), BAD_JSON.values(), ids=BAD_JSON)
@POSTS
def test_what_is_no_json(sender: Sender, path: str, body: bytes, words: str) -> None:
    """Guide 1.1: strict UTF-8 JSON; the message says where, or what it looks like."""
    assert words in assert_envelope(sender.post(path, body), 400, "MALFORMED_JSON")
    assert sender.last()["event_count"] == 0


GOOD_JSON = {
    "white space": b" \r\n\t" + VALID + b"\n",
    "64 objects": nested(64, '{"a":', "}").replace(b":}", b":1}"),
    "64 arrays": nested(64, "[", "]"),
    "brackets in a string": with_data('"' + "[" * 100 + '"'),
    "brackets after an escaped quote": with_data('"\\"' + "[{" * 100 + '"'),
    "brackets in a name": VALID[:-1] + b', "custom_data": {"' + b"[" * 100 + b'": 1}}',
    "escapes": with_data('"\\u0041\\n\\/\\"\\\\"'),
    "surrogate pair": with_data('"\\ud83d\\ude00"'),
    "large numbers": with_data("[123456789012345678901234567890, 1e308, -0, 1E5]"),
    "duplicate names": VALID[:1] + b'"timestamp": "x", ' + VALID[1:],
}


@pytest.mark.parametrize("body", GOOD_JSON.values(), ids=GOOD_JSON)
def test_what_is_json(sender: Sender, body: bytes) -> None:
    """What strict parsers take is taken; of duplicate names the last wins."""
    response = sender.one(body)
    assert response.status_code == 200, response.get_json()
    assert sender.last()["events"][0]["event"]["timestamp"] == NOW


# --- shapes and counts ---


@pytest.mark.parametrize(
    ("path", "body", "hint"),
    [(ONE, body, "one JSON object.") for body in ("null", "true", "1", '"x"')]
    + [(BATCH, body, "a JSON array of events.") for body in ("null", "false", "1.5", '""')]
    + [(ONE, body, f"Send arrays to {BATCH}.") for body in ("[]", "[1]", json.dumps([event()]))]
    + [(BATCH, body, f"Send single events to {ONE}.") for body in ("{}", '{"events": []}', VALID.decode())],
)
def test_the_wrong_shape(sender: Sender, path: str, body: str, hint: str) -> None:
    """Guide 3.1 and 6.1: an object for one path, an array for the other, and the message names the other path."""
    assert assert_envelope(sender.post(path, body.encode()), 400, "INVALID_BODY").endswith(hint)


@pytest.mark.parametrize(
    ("count", "code", "advisories"),
    [
        (0, "EMPTY_BATCH", []),
        (1, None, ["SINGLE_EVENT_BATCH"]),
        (2, None, []),
        (500, None, []),
        (501, None, ["LARGE_BATCH"]),
        (999, None, ["LARGE_BATCH"]),
        (1000, None, ["FULL_BATCH", "LARGE_BATCH"]),
        (1001, "BATCH_TOO_LARGE", []),
        (20_000, "BATCH_TOO_LARGE", []),
    ],
)
def test_how_many_events(sender: Sender, count: int, code: str | None, advisories: list[str]) -> None:
    """Guide 6.2: 1 to 1,000 events, 500 recommended; guide 10: under 1,000."""
    sent = [event(timestamp=NOW - number) for number in range(count)] if count <= 1001 else [{}] * count
    response = sender.batch(sent)
    if code:
        assert str(count) in assert_envelope(response, 400, code)
    else:
        assert response.status_code == 200
        assert response.get_json()["submission_id"].startswith("batch.")
    assert sender.advisories() == advisories
    shown = sender.last()
    assert (shown["event_count"], len(shown["events"])) == (count, min(count, 10_000))
    assert {item["outcome"] for item in shown["events"]} <= {"rejected" if code else "stored"}


# --- answers ---


def test_a_failure_of_the_server(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guide 8.3: whatever breaks is 500 in the envelope, and is logged."""
    monkeypatch.setattr("mock_capi.world.examine", lambda *_: 1 / 0)
    assert_envelope(sender.one(event()), 500, "INTERNAL_ERROR")
    assert (sender.last()["status"], sender.last()["error_code"]) == (500, "INTERNAL_ERROR")


DOCUMENTED = {"MISSING_IDENTIFIER"}
STATUSES = {
    403: "MISSING_API_KEY INVALID_API_KEY DATASET_NOT_AUTHORIZED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    400: "UNSUPPORTED_MEDIA_TYPE UNSUPPORTED_ENCODING PAYLOAD_TOO_LARGE MALFORMED_JSON INVALID_BODY EMPTY_BATCH "
    "BATCH_TOO_LARGE MISSING_FIELD INVALID_FIELD UNKNOWN_DATASET INVALID_EVENT_TYPE MISSING_CUSTOM_EVENT_NAME "
    "PLAINTEXT_PII MISSING_IDENTIFIER INVALID_IDENTIFIER MISSING_CURRENCY_CODE INVALID_CURRENCY_CODE "
    "INVALID_TIMESTAMP TIMESTAMP_IN_FUTURE TIMESTAMP_TOO_OLD MISSING_GPP_SID INVALID_GPP_STRING",
    500: "INTERNAL_ERROR",
}


def test_the_catalogue_of_errors() -> None:
    """Every code with its status, and only the guide's own one marked as documented (guide 8.2)."""
    assert {code.name: code.status for code in ERRORS} == {
        name: status for status, names in STATUSES.items() for name in names.split()
    }
    assert {code.name for code in CODES.values() if code.documented} == DOCUMENTED


def test_an_advisory_has_no_status() -> None:
    """Nothing can be refused with an advisory."""
    with pytest.raises(ValueError, match="is an advisory"):
        status_of("OPTED_OUT")
