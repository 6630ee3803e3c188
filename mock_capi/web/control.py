"""/_control: the clock, datasets, faults, personas and samples, and clearing the log."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import uuid4

from flask import Blueprint

from mock_capi.faults import FAULT_KINDS, RESET_AT, STATUSES
from mock_capi.model import ENDPOINTS, Fault
from mock_capi.readings import ReadingError
from mock_capi.redact import new_key
from mock_capi.web import parameters, personas, samples
from mock_capi.web.inspect import clock_view, dataset_view
from mock_capi.web.plain import Refused
from mock_capi.web.replies import reply
from mock_capi.web.tally import Tally
from mock_capi.web.views import fault_view
from mock_capi.world import ArmingError, Dataset, ProvisioningError, World

_FAULT = (
    *("data_set_id", "kind", "status", "delay_ms", "retry_after", "at", "times", "after", "probability", "seed"),
    "endpoint",
)
_SEQUENCE = ("sequence", "endpoint", "data_set_id")
_LONGEST_SEQUENCE = 1_000
_DAY_MS = 86_400_000
_DELAYS_MS = {"delay": 1_000}


def blueprint(world: World, tally: Tally) -> Blueprint:
    """The steering tree over one world; the samples that it sends are counted."""
    tree = Blueprint("control", __name__, url_prefix="/_control")
    for add in (_add_clock, _add_datasets, _add_faults, personas.add_to, _add_log):
        add(tree, world)
    _add_samples(tree, world, tally)
    return tree


def _add_clock(tree: Blueprint, world: World) -> None:
    @tree.get("/clock")
    def show_clock() -> Any:
        return reply(clock_view(world, parameters.scope(world, parameters.asked(("data_set_id",)))))

    @tree.put("/clock")
    def set_clock() -> Any:
        asked = parameters.asked(("data_set_id", "now", "frozen"))
        scope = parameters.scope(world, asked)
        frozen = parameters.flag(asked, "frozen", default=True)
        now = parameters.moment(asked["now"]) if "now" in asked else world.clock_of(scope).now()
        world.set_clock(world.clock_of(scope).set_to(now, frozen=frozen), scope)
        return reply(clock_view(world, scope))

    @tree.post("/clock/advance")
    def advance_clock() -> Any:
        asked = parameters.asked(("data_set_id", "seconds"))
        scope = parameters.scope(world, asked)
        seconds = asked.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise Refused("INVALID_PARAMETER", "seconds is required, a number; a negative one goes back")
        moved = world.clock_of(scope).advanced(seconds)
        parameters.moment(moved.now(), "the clock")
        world.set_clock(moved, scope)
        return reply(clock_view(world, scope))

    @tree.delete("/clock")
    def reset_clock() -> Any:
        scope = parameters.scope(world, parameters.asked(("data_set_id",)))
        world.set_clock(None, scope)
        return reply(clock_view(world, scope))


def _add_datasets(tree: Blueprint, world: World) -> None:
    @tree.get("/datasets")
    def show_datasets() -> Any:
        parameters.asked(())
        return reply({"datasets": [dataset_view(world, dataset) for dataset in world.datasets.values()]})

    @tree.get("/datasets/<path:data_set_id>")
    def show_dataset(data_set_id: str) -> Any:
        parameters.asked(())
        return reply(dataset_view(world, parameters.known_dataset(world, data_set_id)))

    @tree.post("/datasets")
    def provision() -> Any:
        asked = parameters.asked(("data_set_id", "api_key", "readings"))
        readings = asked.get("readings", {})
        if not isinstance(readings, dict):
            raise Refused("INVALID_PARAMETER", "readings is an object of names and values")
        data_set_id = parameters.text(asked, "data_set_id", default=str(uuid4()))
        created = data_set_id not in world.datasets
        known = world.datasets.get(data_set_id)
        api_key = parameters.text(asked, "api_key", default=known.api_key if known else new_key())
        try:
            dataset = world.provision(Dataset(data_set_id, api_key, readings))
        except ReadingError as error:
            raise Refused("INVALID_PARAMETER", str(error)) from None
        except ProvisioningError as error:
            raise Refused("CONFLICT" if error.conflict else "INVALID_PARAMETER", str(error)) from None
        view = {**dataset_view(world, dataset), "api_key": dataset.api_key}
        return reply(view, 201 if created else 200)

    @tree.delete("/datasets/<path:data_set_id>")
    def withdraw(data_set_id: str) -> Any:
        parameters.asked(())
        world.withdraw(parameters.known_dataset(world, data_set_id).id)
        return reply({"data_set_id": data_set_id, "deleted": True})


def _add_faults(tree: Blueprint, world: World) -> None:
    @tree.get("/faults")
    def show_faults() -> Any:
        scope = parameters.scope(world, parameters.asked(("data_set_id",)))
        return reply({"faults": [fault_view(fault) for fault in world.standing.armed(scope)]})

    @tree.post("/faults")
    def arm() -> Any:
        faults = _faults(world)
        try:
            world.arm(*faults)
        except ArmingError as error:
            raise Refused("INVALID_PARAMETER", str(error)) from None
        shown = [fault_view(fault) for fault in faults]
        return reply({"faults": shown} if faults[0].sequence else shown[0], 201)

    @tree.delete("/faults")
    def disarm_all() -> Any:
        return reply({"deleted": world.disarm_all(parameters.scope(world, parameters.asked(("data_set_id",))))})

    @tree.delete("/faults/<fault_id>")
    def disarm(fault_id: str) -> Any:
        parameters.asked(())
        if not world.disarm(fault_id):
            raise Refused("NOT_FOUND", "There is no such fault; GET /_control/faults lists those that are armed.")
        return reply({"id": fault_id, "deleted": True})


def _add_log(tree: Blueprint, world: World) -> None:
    @tree.delete("/log")
    def clear_log() -> Any:
        scope = parameters.scope(world, parameters.asked(("data_set_id",)), known=False)
        return reply({"deleted": world.clear_log(scope)})

    @tree.post("/reset")
    def reset() -> Any:
        return reply({"deleted": world.reset(parameters.scope(world, parameters.asked(("data_set_id",))))})


def _add_samples(tree: Blueprint, world: World, tally: Tally) -> None:
    @tree.post("/samples")
    def send_sample() -> Any:
        return reply(samples.sent(world, tally, parameters.asked(("data_set_id", "kind"))), 201)


def _faults(world: World) -> tuple[Fault, ...]:
    """The fault that is asked for, or the sequence of them."""
    asked = parameters.asked((*_FAULT, "sequence"))
    if "sequence" in asked:
        asked = parameters.part(asked, "sequence", _SEQUENCE)
    else:
        return (_fault(world, asked),)
    steps = asked.pop("sequence")
    if not isinstance(steps, list) or not 0 < len(steps) <= _LONGEST_SEQUENCE:
        raise Refused("INVALID_PARAMETER", f"sequence is a list of 1 to {_LONGEST_SEQUENCE} faults")
    sequence = str(uuid4())
    faults = (_fault(world, {**asked, **parameters.part(step, "sequence", _FAULT)}) for step in steps)
    return tuple(fault._replace(sequence=sequence) for fault in faults)


def _fault(world: World, asked: dict[str, Any]) -> Fault:
    if asked.get("kind") is None:
        raise Refused("INVALID_PARAMETER", f"kind is required: {' or '.join(FAULT_KINDS)}")
    kind = str(parameters.one_of(asked, "kind", FAULT_KINDS))
    status = asked.get("status", 500)
    if type(status) is not int or status not in STATUSES:
        raise Refused("INVALID_PARAMETER", "status is 429 or a whole number from 500 to 599")
    probability = parameters.share(asked, "probability")
    return Fault(
        id=str(uuid4()),
        kind=kind,
        status=status,
        delay_ms=parameters.whole(asked, "delay_ms", default=_DELAYS_MS.get(kind, 0), least=0, most=_DAY_MS),
        retry_after=_retry_after(asked, status),
        at=parameters.one_of(asked, "at", RESET_AT) or RESET_AT[0],
        times=None
        if asked.get("times", 1) is None
        else parameters.whole(asked, "times", default=1, least=1, most=1_000_000),
        after=parameters.whole(asked, "after", default=0, least=0, most=1_000_000),
        probability=probability,
        seed=_seed(asked, probability),
        endpoint=parameters.one_of(asked, "endpoint", ENDPOINTS),
        data_set_id=parameters.scope(world, asked),
    )


def _retry_after(asked: dict[str, Any], status: int) -> int | None:
    """In seconds; whoever answers 429 says when to come back."""
    if asked.get("retry_after") is None:
        return 1 if status == 429 else None
    return parameters.whole(asked, "retry_after", default=0, least=0, most=86_400)


def _seed(asked: dict[str, Any], probability: float) -> int | None:
    """The seed that is asked for, or one that is told, so that a run can be repeated; None where no dice are thrown."""
    seed = parameters.whole(asked, "seed", default=secrets.randbelow(2**31), least=0, most=2**53)
    return None if probability == 1 else seed
