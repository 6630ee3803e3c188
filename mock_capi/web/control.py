"""/_control: moving the clock, provisioning datasets, clearing the log."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any
from uuid import uuid4

import orjson
from flask import Blueprint, request
from werkzeug.exceptions import RequestEntityTooLarge

from mock_capi import clock
from mock_capi.readings import ReadingError, nearest
from mock_capi.web.inspect import clock_view, dataset_view
from mock_capi.web.paths import LONGEST_OWN_BODY
from mock_capi.web.replies import Refused, reply
from mock_capi.world import Dataset, ProvisioningError, World


def blueprint(world: World) -> Blueprint:
    """The steering tree over one world."""
    tree = Blueprint("control", __name__, url_prefix="/_control")

    @tree.get("/clock")
    def show_clock() -> Any:
        return reply(clock_view(world, _scope(world, _asked(("data_set_id",)))))

    @tree.put("/clock")
    def set_clock() -> Any:
        asked = _asked(("data_set_id", "now", "frozen"))
        scope = _scope(world, asked)
        frozen = _flag(asked, "frozen", default=True)
        now = _moment(asked["now"]) if "now" in asked else world.clock_of(scope).now()
        world.set_clock(world.clock_of(scope).set_to(now, frozen=frozen), scope)
        return reply(clock_view(world, scope))

    @tree.post("/clock/advance")
    def advance_clock() -> Any:
        asked = _asked(("data_set_id", "seconds"))
        scope = _scope(world, asked)
        seconds = asked.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise Refused("INVALID_PARAMETER", "seconds is required, a number; a negative one goes back")
        moved = world.clock_of(scope).advanced(seconds)
        _moment(moved.now(), "the clock")
        world.set_clock(moved, scope)
        return reply(clock_view(world, scope))

    @tree.delete("/clock")
    def reset_clock() -> Any:
        scope = _scope(world, _asked(("data_set_id",)))
        world.set_clock(None, scope)
        return reply(clock_view(world, scope))

    @tree.get("/datasets")
    def show_datasets() -> Any:
        _asked(())
        return reply({"datasets": [dataset_view(world, data_set_id) for data_set_id in world.datasets]})

    @tree.get("/datasets/<path:data_set_id>")
    def show_dataset(data_set_id: str) -> Any:
        _asked(())
        return reply(dataset_view(world, _known(world, data_set_id)))

    @tree.post("/datasets")
    def provision() -> Any:
        asked = _asked(("data_set_id", "api_key", "readings"))
        readings = asked.get("readings", {})
        if not isinstance(readings, dict):
            raise Refused("INVALID_PARAMETER", "readings is an object of names and values")
        data_set_id = _text(asked, "data_set_id", default=str(uuid4()))
        created = data_set_id not in world.datasets
        known = world.datasets.get(data_set_id)
        api_key = _text(asked, "api_key", default=known.api_key if known else f"key-{secrets.token_urlsafe(18)}")
        try:
            dataset = world.provision(Dataset(data_set_id, api_key, readings))
        except ReadingError as error:
            raise Refused("INVALID_PARAMETER", str(error)) from None
        except ProvisioningError as error:
            raise Refused("CONFLICT" if error.conflict else "INVALID_PARAMETER", str(error)) from None
        view = {**dataset_view(world, dataset.id), "api_key": dataset.api_key}
        return reply(view, 201 if created else 200)

    @tree.delete("/datasets/<path:data_set_id>")
    def withdraw(data_set_id: str) -> Any:
        _asked(())
        world.withdraw(_known(world, data_set_id))
        return reply({"data_set_id": data_set_id, "deleted": True})

    @tree.delete("/log")
    def clear_log() -> Any:
        scope = _scope(world, _asked(("data_set_id",)), known=False)
        return reply({"deleted": world.ledger.clear(scope)})

    @tree.post("/reset")
    def reset() -> Any:
        return reply({"deleted": world.reset(_scope(world, _asked(("data_set_id",))))})

    return tree


def _asked(names: Collection[str]) -> dict[str, Any]:
    """The parameters, from the JSON body and the query; anything unknown is refused."""
    asked: dict[str, Any] = {**request.args.to_dict(), **_body()}
    for name in asked:
        if name not in names:
            takes = f"it takes {', '.join(names)}" if names else "it takes none"
            raise Refused("INVALID_PARAMETER", f"{name!r} is not a parameter here{nearest(name, names)}; {takes}")
    return asked


def _body() -> dict[str, Any]:
    request.max_content_length = LONGEST_OWN_BODY
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Refused("PAYLOAD_TOO_LARGE", f"The body may have {LONGEST_OWN_BODY} bytes.") from None
    try:
        document = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise Refused("MALFORMED_JSON", f"The body is not JSON at line {error.lineno}, column {error.colno}.") from None
    if not isinstance(document, dict):
        raise Refused("INVALID_BODY", "The body must be a JSON object.")
    return document


def _scope(world: World, asked: dict[str, Any], *, known: bool = True) -> str | None:
    """The dataset that is meant, None for all."""
    data_set_id = asked.get("data_set_id")
    if data_set_id is None:
        return None
    if not isinstance(data_set_id, str):
        raise Refused("INVALID_PARAMETER", "data_set_id is a string")
    return _known(world, data_set_id) if known else data_set_id


def _known(world: World, data_set_id: str) -> str:
    if data_set_id not in world.datasets:
        raise Refused("NOT_FOUND", "There is no such dataset; GET /_control/datasets lists them.")
    return data_set_id


def _text(asked: dict[str, Any], name: str, *, default: str) -> str:
    value = asked.get(name, default)
    if not isinstance(value, str):
        raise Refused("INVALID_PARAMETER", f"{name} is a string")
    return value


def _flag(asked: dict[str, Any], name: str, *, default: bool) -> bool:
    value = asked.get(name, default)
    if not isinstance(value, bool):
        raise Refused("INVALID_PARAMETER", f"{name} is true or false")
    return value


def _moment(value: object, what: str = "now") -> float:
    try:
        return clock.parse(value)
    except ValueError as error:
        raise Refused("INVALID_PARAMETER", f"{what} {error}") from None
