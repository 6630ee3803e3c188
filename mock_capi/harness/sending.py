"""What a case sends: its patches and raw bodies made into one HTTP request."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mock_capi.harness.values import Stage, WordError, as_text, numbered, resolve

PATHS = {
    "single": ("POST", "/v1/events"),
    "batch": ("POST", "/v1/events/batch"),
    "schema": ("GET", "/v1/schema/events"),
}
WRONG_KEY = "no-such-key-of-any-dataset"
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Request:
    """One HTTP request. `events` is what was meant to be sent, None where the body is no events or holds raw text."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    events: tuple[Any, ...] | None = None


def build(asked: Mapping[str, Any], bases: Mapping[str, Any], stage: Stage, agent: str) -> Request:
    """The request that a case asks for. Raises WordError."""
    endpoint = asked.get("endpoint", "batch" if "batch" in asked else "single")
    method, path = PATHS[endpoint]
    method = asked.get("method", method)
    raw = "body" in asked or "base64" in asked or "json" in asked
    events = None if raw or method == "GET" else _events(asked, bases, stage)
    body = _body(asked, events, endpoint, stage) if raw or events is not None else b""
    return Request(
        method,
        asked.get("path", path),
        _headers(asked, stage, agent, has_body=bool(body)),
        body.ljust(asked.get("pad", 0)),
        None if events is None or stage.literal else tuple(events),
    )


def _body(asked: Mapping[str, Any], events: list[Any] | None, endpoint: str, stage: Stage) -> bytes:
    if "body" in asked:
        return str(asked["body"]).encode("utf-8", "surrogatepass")
    if "base64" in asked:
        return base64.b64decode(asked["base64"])
    if events is None:
        return as_text(resolve(asked["json"], stage), stage).encode()
    return as_text(events if endpoint == "batch" else events[0], stage).encode()


def _events(asked: Mapping[str, Any], bases: Mapping[str, Any], stage: Stage) -> list[Any]:
    if "batch" not in asked:
        return [_event(asked, bases, stage)]
    events: list[Any] = []
    for patch in asked["batch"]:
        event = resolve(patch["event"], stage) if "event" in patch else _event(patch, bases, stage)
        times = patch.get("times")
        events += [event] if times is None else [numbered(event, n) for n in range(times)]
    return events


def _event(patch: Mapping[str, Any], bases: Mapping[str, Any], stage: Stage) -> Any:
    event = resolve(deepcopy(bases[patch.get("base", "minimal")]), stage)
    for path in patch.get("remove", ()):
        parent, name = _place(event, path)
        if name not in parent:
            raise WordError(f"remove: {path} is not in the event")
        del parent[name]
    for path, value in patch.get("set", {}).items():
        parent, name = _place(event, path)
        parent[name] = resolve(value, stage)
    return event


def _place(event: Any, path: str) -> tuple[dict[str, Any], str]:
    *parents, name = path.split(".")
    for parent in parents:
        event = event.setdefault(parent, {})
    return event, name


def _headers(asked: Mapping[str, Any], stage: Stage, agent: str, *, has_body: bool) -> dict[str, str]:
    headers: dict[str, str | None] = {"User-Agent": agent, "Content-Type": JSON_TYPE if has_body else None}
    headers["Authorization"] = _authorization(asked, stage)
    headers |= asked.get("headers", {})
    return {name: value for name, value in headers.items() if value is not None}


def _authorization(asked: Mapping[str, Any], stage: Stage) -> str | None:
    which, template = asked.get("key", "own"), asked.get("authorization", "Bearer {key}")
    if which == "none" or template is None:
        return None
    key = WRONG_KEY if which == "wrong" else stage.account(which).api_key
    return str(template).replace("{key}", key)
