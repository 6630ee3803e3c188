"""/_control/personas: test people, whose addresses are taken in and never given out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from mock_capi.personas import Persona, PersonaError, persona
from mock_capi.web import parameters
from mock_capi.web.plain import Refused
from mock_capi.web.replies import reply
from mock_capi.world import World

_KNOWN_BY = ("email", "ip", "phone")


def add_to(tree: Blueprint, world: World) -> None:
    """Put its routes into the steering tree."""

    @tree.get("/personas")
    def show_personas() -> Any:
        scope = parameters.scope(world, parameters.asked(("data_set_id",)))
        return reply({"personas": [persona_view(person) for person in world.standing.people_of(scope)]})

    @tree.post("/personas")
    def register() -> Any:
        asked = parameters.asked((*_KNOWN_BY, "label", "data_set_id"))
        given = {name: parameters.text(asked, name, default="") for name in _KNOWN_BY if name in asked}
        label = parameters.text(asked, "label", default="") if "label" in asked else None
        try:
            person = persona(given, label, parameters.scope(world, asked))
            world.register(person)
        except PersonaError as error:
            raise Refused("INVALID_PARAMETER", str(error)) from None
        return reply(persona_view(person), 201)

    @tree.delete("/personas")
    def forget_all() -> Any:
        return reply({"deleted": world.forget_all(parameters.scope(world, parameters.asked(("data_set_id",))))})

    @tree.delete("/personas/<persona_id>")
    def forget(persona_id: str) -> Any:
        parameters.asked(())
        if not world.forget(persona_id):
            raise Refused("NOT_FOUND", "There is no such persona; GET /_control/personas lists those there are.")
        return reply({"id": persona_id, "deleted": True})


def persona_view(person: Persona) -> dict[str, Any]:
    """A test person: of their addresses no more than the hashes that right events have."""
    return {
        "id": person.id,
        "label": person.label,
        "data_set_id": person.data_set_id,
        "identifiers": dict(person.identifiers),
    }
