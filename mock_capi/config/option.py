"""One option, whatever it is about: its names, and what it is given as, where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mock_capi.config.kinds import Kind
from mock_capi.config.toml import Place, dotted

if TYPE_CHECKING:  # loading a TOML parser takes a while, and most starts have no file
    from mock_capi.config.file import File

PREFIX = "MOCK_CAPI_"
Origin = Literal["flag", "variable", "file", "default"]


class Option(NamedTuple):
    """One option: a flag, a variable and a key in a file. `default` is a text; `fallback` is another variable."""

    name: str
    metavar: str
    default: str
    kind: Kind
    about: str
    fallback: str = ""

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def schema(self) -> dict[str, Any]:
        """What it may be in a file, as JSON Schema."""
        default = {"default": self.kind.parse(self.default)} if self.default else {}
        return {**self.kind.schema, "description": self.about, **default}


class Given(NamedTuple):
    """What an option is given as, in its plain form; by what, and what that calls the option."""

    plain: Any
    origin: Origin
    name: str
    file: File | None = None

    def at(self, place: Place = ()) -> str:
        """Where it or a part of it is given, as messages say it: `--readings: authorization`, or `a.toml:3: port`."""
        if self.file:
            return self.file.named((self.name, *place))
        return ": ".join(filter(None, (self.name, dotted(place))))
