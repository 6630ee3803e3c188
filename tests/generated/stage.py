"""Where generated requests are played: an application over a world of its own, and a document bound to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from schemathesis import Config

from mock_capi import spec
from mock_capi.clock import Clock
from mock_capi.model import Fault
from mock_capi.personas import persona
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.web.app import create_app
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, World
from tests.generated.overlay import FAULT, PERSONA
from tests.senders import DAY, NOW, Sender, event, full_event

SETTINGS = Path(__file__).with_name("schemathesis.toml")
SPEC = spec.load(spec.bundled(), SCHEMA_RULE_IDS)


def quiet_world() -> World:
    """A fresh world with the default dataset, its clock standing at NOW."""
    world = World(SPEC)
    world.provision(Dataset(DEFAULT_DATASET, DEFAULT_KEY))
    world.set_clock(Clock(frozen_at=NOW))
    return world


def quiet() -> Flask:
    """An application over that world."""
    return create_app(quiet_world())


def busy() -> Flask:
    """One with something to show: submissions of every sort, a second dataset, a test person and a fault that lets
    most through."""
    world = quiet_world()
    world.provision(Dataset("other", "other-key", {"future_tolerance_seconds": "off"}))
    world.register(persona({"email": "test@example.com", "ip": "203.0.113.7"}, "Test", persona_id=PERSONA))
    app = create_app(world)
    sender = Sender(app.test_client())
    world.arm(Fault("00000000-0000-4000-8000-000000000001", "status", 503, retry_after=1))
    sender.one(event())
    sender.one(full_event(privacy={"gpp_string": "DBABL~CVVaAAAAAACA.Y", "gpp_sid": [7]}))
    sender.batch([event(timestamp=NOW - 8 * DAY), event(), event(surprise=1)])
    sender.batch([event(), event(event_type="nonsense"), 5])
    sender.one(b"{nonsense")
    sender.one(event(), key="nobodys-key")
    sender.client.get("/v1/schema/events", headers={"Authorization": "Bearer test-key"})
    sender.client.get("/v1/nothing")
    world.arm(Fault(FAULT, "status", after=3, endpoint="batch", data_set_id="other"))
    return app


class Afresh:
    """A WSGI application that is a new one for every request, so that none finds what another did."""

    def __init__(self, build: Callable[[], Flask]) -> None:
        self._build = build

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._build()(environ, start_response)


def requests_of(document: Mapping[str, Any], operation_id: str, app: Any) -> Callable[..., Any]:
    """Decorates a test of one operation: it gets every case that Schemathesis makes for it."""
    schema = schemathesis.openapi.from_dict(deepcopy(dict(document)), config=Config.from_path(SETTINGS))
    schema.app = app
    return schema.include(operation_id=operation_id).parametrize()
