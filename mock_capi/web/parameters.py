"""The parameters of both trees, read and checked; what is wrong ends the request with a clear refusal."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from mock_capi import clock
from mock_capi.readings import nearest
from mock_capi.web.paths import LONGEST_OWN_BODY
from mock_capi.web.plain import Refused, once
from mock_capi.world import Dataset, World


def asked(names: Collection[str]) -> dict[str, Any]:
    """The parameters, from the JSON body and the query; anything unknown is refused."""
    return _known({**asked_once(), **_body()}, names)


def part(value: object, what: str, names: Collection[str]) -> dict[str, Any]:
    """The parameters in one item of a list."""
    if not isinstance(value, dict):
        raise Refused("INVALID_PARAMETER", f"{what} holds JSON objects")
    return _known(value, names)


def _known(found: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    for name in found:
        if name not in names:
            takes = f"it takes {', '.join(names)}" if names else "it takes none"
            raise Refused("INVALID_PARAMETER", f"{name!r} is not a parameter here{nearest(name, names)}; {takes}")
    return found


def asked_once() -> dict[str, str]:
    """The query's parameters; one that stands there twice is refused."""
    return once(request.args.items(multi=True))


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


def scope(world: World, asked: dict[str, Any], *, known: bool = True) -> str | None:
    """The dataset that is meant, None for all."""
    data_set_id = asked.get("data_set_id")
    if data_set_id is None:
        return None
    if not isinstance(data_set_id, str):
        raise Refused("INVALID_PARAMETER", "data_set_id is a string")
    return known_dataset(world, data_set_id).id if known else data_set_id


def known_dataset(world: World, data_set_id: str) -> Dataset:
    """The dataset of an id, which must be provisioned."""
    found = world.datasets.get(data_set_id)
    if found is None:
        raise Refused("NOT_FOUND", "There is no such dataset; GET /_control/datasets lists them.")
    return found


def text(asked: dict[str, Any], name: str, *, default: str) -> str:
    """A string."""
    value = asked.get(name, default)
    if not isinstance(value, str):
        raise Refused("INVALID_PARAMETER", f"{name} is a string")
    return value


def flag(asked: dict[str, Any], name: str, *, default: bool) -> bool:
    """True or false."""
    value = asked.get(name, default)
    if not isinstance(value, bool):
        raise Refused("INVALID_PARAMETER", f"{name} is true or false")
    return value


def whole(asked: dict[str, Any], name: str, *, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = asked.get(name, default)
    if type(value) is not int or not least <= value <= most:
        raise Refused("INVALID_PARAMETER", f"{name} is a whole number from {least} to {most}")
    return value


def share(asked: dict[str, Any], name: str) -> float:
    """A number above 0 and up to 1, which it is where nothing is said."""
    value = asked.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise Refused("INVALID_PARAMETER", f"{name} is a number above 0 and up to 1")
    return float(value)


def one_of(asked: dict[str, Any], name: str, choices: Collection[str]) -> str | None:
    """One of some words, None where it is not given."""
    value = asked.get(name)
    if value is not None and value not in choices:
        raise Refused("INVALID_PARAMETER", f"{name} is {' or '.join(choices)}{nearest(str(value), choices)}")
    return value


def moment(value: object, what: str = "now") -> float:
    """Epoch seconds."""
    try:
        return clock.parse(value)
    except ValueError as error:
        raise Refused("INVALID_PARAMETER", f"{what} {error}") from None
