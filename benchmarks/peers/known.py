"""The servers that are compared: how each is started, what it keeps, and how a page of that is asked for."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mock_capi import __version__, spec
from mock_capi.readings import Readings
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.world import DEFAULT_KEY

MOST_KEPT = 100_000
"""How many requests each is told to keep, where it can be told."""
_TOKEN = "peers"  # noqa: S105 - of a server that lives for seconds, on this machine
_DOCUMENT = str(spec.bundled())


class Place(NamedTuple):
    """Where the packages are installed, a folder for a server's own files, and the port that it is to listen on."""

    installed: Path
    scratch: Path
    port: int


class Page(NamedTuple):
    """How purchases are asked for, fifty of them where that can be said."""

    method: str
    target: str
    body: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Peer(NamedTuple):
    """A server; `package` is npm's, None for our own, `needs` the command that runs it."""

    name: str
    package: str | None
    needs: str
    command: Callable[[Place], list[str]]
    about: str
    page: Page | None = None

    def version(self, installed: Path) -> str | None:
        """The installed one, None where it cannot be started here."""
        if self.package is None:
            return __version__
        described = installed / "node_modules" / self.package / "package.json"
        if not described.exists() or shutil.which(self.needs) is None:
            return None
        return str(json.loads(described.read_text())["version"])


def _ours(place: Place) -> list[str]:
    return [sys.executable, "-m", "mock_capi", "serve", "--port", str(place.port)]


def _prism(place: Place) -> list[str]:
    return [*_node(place, "prism"), "mock", _DOCUMENT, "--port", str(place.port), "--verboseLevel", "error"]


def _mockoon(place: Place) -> list[str]:
    keeping = ["--admin-api-token", _TOKEN, "--max-transaction-logs", str(MOST_KEPT), "--disable-log-to-file"]
    listening = ["--port", str(place.port), "--hostname", "127.0.0.1"]
    return [*_node(place, "mockoon-cli"), "start", "--data", _DOCUMENT, *listening, *keeping]


def _wiremock(place: Place) -> list[str]:
    stubs = place.scratch / "mappings"
    stubs.mkdir(exist_ok=True)
    event = dict(spec.load(spec.bundled(), SCHEMA_RULE_IDS).event_schema(Readings()).schema)
    batch = {"type": "array", "minItems": 1, "maxItems": 1000, "items": event}
    for name, path, schema in (("single", "/v1/events", event), ("batch", "/v1/events/batch", batch)):
        (stubs / f"{name}.json").write_text(json.dumps(_stub(name, path, schema)))
    quiet = ["--disable-banner", "--disable-request-logging", "--use-chunked-encoding", "never"]
    listening = ["--port", str(place.port), "--bind-address", "127.0.0.1"]
    return [*_java(place, "wiremock"), "--root-dir", str(place.scratch), *listening, *quiet]


def _stub(name: str, path: str, schema: object) -> object:
    """WireMock reads no OpenAPI; what its stubs can say of the document is the key and the schema."""
    return {
        "request": {
            "method": "POST",
            "urlPath": path,
            "headers": {"Authorization": {"equalTo": f"Bearer {DEFAULT_KEY}"}},
            "bodyPatterns": [{"matchesJsonSchema": json.dumps(schema), "schemaVersion": "V202012"}],
        },
        "response": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "jsonBody": {
                "submission_id": name + ".{{randomValue type='UUID'}}",
                "received_at": "{{now}}",
                "status": "RECEIVED",
            },
            "transformers": ["response-template"],
        },
    }


def _mockserver(place: Place) -> list[str]:
    listening = ["--port", str(place.port), "--log-level", "WARN"]
    # Of each request it keeps up to three entries.
    keeping = ["-D", f"mockserver.maxLogEntries={3 * MOST_KEPT}"]
    return [*_java(place, "mockserver-node"), *listening, *keeping, "--openapi", _DOCUMENT]


def _node(place: Place, name: str) -> list[str]:
    return [str(place.installed / "node_modules" / ".bin" / name)]


def _java(place: Place, package: str) -> list[str]:
    """The jar itself: npm's wrapper would add a process of its own."""
    [jar] = (place.installed / "node_modules" / package).rglob("*.jar")
    return ["java", "-jar", str(jar)]


_PURCHASES = "$[?(@.event_type == 'purchase')]"
_FIND = {"urlPath": "/v1/events", "bodyPatterns": [{"matchesJsonPath": _PURCHASES}]}
_RETRIEVE = {"path": "/v1/events", "body": {"type": "JSON_PATH", "jsonPath": _PURCHASES}}

PEERS = (
    Peer(
        "mock-capi",
        None,
        sys.executable,
        _ours,
        "judges by the schema and by rules that no schema can say. "
        "It keeps the last 100,000 events with their verdicts.",
        Page("GET", "/_inspect?event_type=purchase&limit=50"),
    ),
    Peer(
        "Prism",
        "@stoplight/prism-cli",
        "node",
        _prism,
        "validates against openapi.yaml, batches too, and answers from it: a refusal says why in a header, under the "
        "first error code of the document. It keeps nothing.",
    ),
    Peer(
        "Mockoon",
        "@mockoon/cli",
        "node",
        _mockoon,
        "answers from openapi.yaml without a look at key or body. It keeps the last 100 requests, here told to keep "
        "100,000; its log has pages and no filters, so fifty of any kind were asked for.",
        Page("GET", "/mockoon-admin/logs?page=1&limit=50", headers=(("Authorization", f"Bearer {_TOKEN}"),)),
    ),
    Peer(
        "WireMock",
        "wiremock",
        "java",
        _wiremock,
        "reads no OpenAPI: two stubs match the key and the schema of openapi.yaml, and for what they do not match it "
        "shows the nearest stub. It keeps every request; its journal has filters and no pages.",
        Page("POST", "/__admin/requests/find", json.dumps(_FIND)),
    ),
    Peer(
        "MockServer",
        "mockserver-node",
        "java",
        _mockserver,
        "matches requests against openapi.yaml and answers from it; what does not match is not found, without a word. "
        "It is told to keep every request; its log has filters and no pages.",
        Page("PUT", "/mockserver/retrieve?type=REQUESTS&format=JSON", json.dumps(_RETRIEVE)),
    ),
)
