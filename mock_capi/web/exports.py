"""GET /_inspect/export: the log for other programs, as NDJSON, HAR or curl commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from mock_capi import __version__, query
from mock_capi.clock import iso
from mock_capi.curl import as_curl
from mock_capi.ledger import Ledger
from mock_capi.model import Submission
from mock_capi.web.plain import Refused
from mock_capi.web.views import submission_view

KEY = "$MOCK_CAPI_API_KEY"
"""What stands for the key, which the log does not keep, in a curl command."""
# curl makes these itself.
_FRAMING = frozenset({"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"})
_HAR_HEAD = orjson.dumps({"version": "1.2", "creator": {"name": "mock-capi", "version": __version__}})[:-1]
_NO_TIMES = {"send": -1, "receive": -1}


def written(ledger: Ledger, parameters: Mapping[str, str], base_url: str) -> tuple[Iterator[bytes], dict[str, str]]:
    """All that matches, oldest first unless asked otherwise, and the headers that go with it. Raises Refused."""
    filters = {name: text for name, text in parameters.items() if name != "format"}
    asked = parameters.get("format", "ndjson")
    if asked not in FORMATS:
        raise Refused("INVALID_PARAMETER", f"format is one of {', '.join(FORMATS)}")
    if "cursor" in filters:
        raise Refused("INVALID_PARAMETER", "cursor is of pages; an export has all of it")
    try:
        found = query.parse({"order": "asc", **filters}, also=("format",))
    except query.QueryError as error:
        raise Refused("INVALID_PARAMETER", str(error)) from None
    oldest_first = found.those_that_match(ledger.among(found.terms))
    matching = oldest_first if found.ascending else oldest_first[::-1]
    writer, content_type, suffix = FORMATS[asked]
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="mock-capi.{suffix}"',  # a browser saves it, and shows none of it
        "Cache-Control": "no-store",
    }
    return writer(matching[: found.limit] if "limit" in filters else matching, base_url), headers


def _ndjson(submissions: Iterable[Submission], _base_url: str) -> Iterator[bytes]:
    for submission in submissions:
        yield orjson.dumps(submission_view(submission), option=orjson.OPT_APPEND_NEWLINE)


def _curl(submissions: Iterable[Submission], base_url: str) -> Iterator[bytes]:
    for submission in submissions:
        yield f"{curl_of(submission_view(submission), base_url, submission.verdict.body)}\n".encode()


def curl_of(view: Mapping[str, Any], base_url: str, body: bytes) -> str:
    """The command that sends a submission again, as far as the log has kept it."""
    headers = [(name, _with_key(name, value)) for name, value in view["headers"].items() if name not in _FRAMING]
    return as_curl(view["method"], base_url + view["path"], headers, body, variables=(KEY,))


def _with_key(name: str, value: str) -> str:
    if name != "Authorization":
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {KEY}" if space else KEY


def _har(submissions: Iterable[Submission], base_url: str) -> Iterator[bytes]:
    """HTTP Archive 1.2: what browsers and proxies open."""
    yield b'{"log":' + _HAR_HEAD + b',"entries":['
    for number, submission in enumerate(submissions):
        yield (b"," if number else b"") + orjson.dumps(_entry(submission, base_url))
    yield b"]}}\n"


def _entry(submission: Submission, base_url: str) -> dict[str, Any]:
    verdict = submission.verdict
    headers = _pairs(submission.headers)
    request = {
        "method": submission.method,
        "url": base_url + submission.path,
        "httpVersion": "HTTP/1.1",
        "headers": headers,
        "queryString": _pairs(parse_qsl(urlsplit(submission.path).query, keep_blank_values=True)),
        "cookies": [],
        "headersSize": -1,
        "bodySize": submission.body_bytes,
    }
    if verdict.body:
        mime = dict(submission.headers).get("Content-Type", "")
        request["postData"] = {"mimeType": mime, "text": verdict.body.decode(errors="replace")}
    waited = submission.duration_ms
    return {
        "startedDateTime": iso(verdict.received_at),
        "time": waited,
        "request": request,
        "response": _response(submission),
        "cache": {},
        "timings": {"wait": waited, **_NO_TIMES},
        "_submission_id": submission.id,
        "comment": verdict.refusal.message if verdict.refusal else "",
    }


def _response(submission: Submission) -> dict[str, Any]:
    """Status 0 says, as in browsers, that there was no answer."""
    status = submission.verdict.status if submission.answered else 0
    text = submission.response.decode() if submission.answered else ""
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in set(HTTPStatus) else "",
        "httpVersion": "HTTP/1.1",
        "headers": _pairs([("Content-Type", "application/json")] if text else []),
        "cookies": [],
        "content": {"size": len(text), "mimeType": "application/json", "text": text},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(text),
    }


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


Writer = Callable[[Iterable[Submission], str], Iterator[bytes]]
FORMATS: Mapping[str, tuple[Writer, str, str]] = {
    "ndjson": (_ndjson, "application/x-ndjson", "ndjson"),
    "har": (_har, "application/json", "har"),
    "curl": (_curl, "text/plain; charset=utf-8", "sh"),
}
