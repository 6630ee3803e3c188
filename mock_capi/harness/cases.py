"""The case files of contracts/: reading them, and saying what is wrong in which case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

SCHEMA, BASES = "case.schema.json", "base.yaml"
GUIDE = "guide"
_REQUEST = ("base", "set", "remove", "batch")
# What a word of a case asks of a server.
_NEEDS = (("now", "clock"), ("readings", "readings"), ("fault", "faults"), ("personas", "personas"))


class CaseError(ValueError):
    """A case file that cannot be read or breaks the format; the message names file and case."""


@dataclass(frozen=True)
class Case:
    """One case as its file has it. `request` and `before` are requests to make, `expect` is what must come back."""

    id: str
    file: str
    raw: Mapping[str, Any]

    @property
    def guide(self) -> str:
        return str(self.raw["guide"])

    @property
    def basis(self) -> str:
        return str(self.raw.get("basis", GUIDE))

    @property
    def expect(self) -> Mapping[str, Any]:
        return self.raw["expect"]  # type: ignore[no-any-return]

    @property
    def before(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.raw.get("before", ()))

    @property
    def readings(self) -> Mapping[str, Any]:
        return self.raw.get("readings", {})  # type: ignore[no-any-return]

    @property
    def personas(self) -> tuple[Mapping[str, str], ...]:
        return tuple(self.raw.get("personas", ()))

    @property
    def now(self) -> float:
        return float(self.raw.get("now", 0))

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The rules, advisories, codes and readings it is about."""
        return tuple(_listed(self.raw["subject"]))

    @cached_property
    def request(self) -> Mapping[str, Any]:
        """The request that is judged."""
        return self.raw.get("send") or {name: self.raw[name] for name in _REQUEST if name in self.raw}

    @cached_property
    def needs(self) -> frozenset[str]:
        """What a server must let the harness do: that which is said, and that which follows from its words."""
        needs = set(self.raw.get("needs", ()))
        for word, need in _NEEDS:
            needs |= {need} if word in self.raw else set()
        if "second" in _words((self.request, self.before)):
            needs.add("second_dataset")
        return frozenset(needs)


def bundled() -> Path:
    """Where the project's own cases are: at the top of a checkout, inside an installed wheel."""
    package = Path(__file__).parents[1]
    inside = package / "contracts"
    return inside if inside.exists() else package.parent / "contracts"


def load_all(folder: Path | None = None) -> tuple[Case, ...]:
    """Every case of a folder, file by file. Raises CaseError."""
    folder = folder or bundled()
    schema = json.loads((bundled() / SCHEMA).read_text())
    bases = load_bases(folder)
    cases: dict[str, Case] = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.name == BASES:
            continue
        for case in _cases_of(file, schema, bases):
            if case.id in cases:
                raise CaseError(f"{file.name}: case {case.id}: stands in {cases[case.id].file} too")
            cases[case.id] = case
    if not cases:
        raise CaseError(f"{folder}: there are no cases")
    return tuple(cases.values())


def load_bases(folder: Path | None = None) -> Mapping[str, Any]:
    """The events that patches start from, by name: a folder's own, or the project's. Raises CaseError."""
    file = (folder or bundled()) / BASES
    found = _read(file if file.exists() else bundled() / BASES)
    if not isinstance(found, dict):
        raise CaseError(f"{BASES}: is no mapping of names and events")
    return found


def _cases_of(file: Path, schema: Any, bases: Mapping[str, Any]) -> Iterator[Case]:
    document = _read(file)
    errors = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda error: list(map(str, error.path)))
    if errors:
        raise CaseError(f"{file.name}: {_said(document, _deepest(errors[0]))}")
    for raw in document["cases"]:
        case = Case(raw["id"], file.name, raw)
        unknown = [base for base in _bases_in(raw) if base not in bases]
        if unknown:
            raise CaseError(f"{file.name}: case {case.id}: base {unknown[0]!r} is not in {BASES}")
        yield case


def _deepest(error: ValidationError) -> ValidationError:
    """Of a choice that fits nothing, the nearest miss."""
    while error.context:
        error = min(error.context, key=relevance)
    return error


def _said(document: Any, error: ValidationError) -> str:
    path = list(error.absolute_path)
    place = ".".join(map(str, path))
    if path[:1] == ["cases"] and len(path) > 1:
        case = document["cases"][path[1]]
        name = case.get("id") if isinstance(case, dict) else None
        place = ": ".join(filter(None, (f"case {name or f'number {path[1]}'}", ".".join(map(str, path[2:])))))
    # Of what a schema forbids outright, jsonschema tells neither the name nor the keyword.
    forbidden = error.validator is None
    reason = f"{error.instance!r} does not belong here" if forbidden else error.message
    return ": ".join(filter(None, (place, reason)))


def _read(file: Path) -> Any:
    try:
        return yaml.load(file.read_text(), Loader=_Strict)  # noqa: S506 - a SafeLoader  # nosec B506
    except (OSError, yaml.YAMLError) as error:
        raise CaseError(f"{file.name}: {error}") from error


class _Strict(yaml.SafeLoader):
    """Plain YAML in which a name that stands twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _bases_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _bases_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("base"), str):
            yield value["base"]
        for name in ("before", "send", "batch"):
            yield from _bases_in(value.get(name))


def _words(value: Any) -> Iterator[str]:
    """Every string in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
