"""What a mock is started with: every option, its environment twin and its default, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mock_capi import readings, spec
from mock_capi.ledger import MAX_BYTES, MAX_EVENTS, Ledger
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.spec_check import SpecError
from mock_capi.watch import MOST_WATCHERS
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, ProvisioningError, World

PREFIX = "MOCK_CAPI_"
LOG_FORMATS = ("text", "json")


class SettingsError(ValueError):
    """An option or variable that does not exist or has a bad value; the message names the right one."""


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 20 and least <= int(value) <= most):
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _names(value: str) -> frozenset[str]:
    names = frozenset(part.strip().lower().rstrip(".") for part in value.split(",") if part.strip())
    if any("/" in name or ":" in name for name in names):
        raise ValueError("must be names only, without scheme and port")
    return names


def _switch(value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0", ""):
        raise ValueError("must be true or false")
    return value.lower() in ("true", "1")


def _file(value: str) -> Path | None:
    return Path(value) if value else None


def _log_format(value: str) -> str:
    if value not in LOG_FORMATS:
        raise ValueError(f"must be {' or '.join(LOG_FORMATS)}")
    return value


def _token(value: str) -> str | None:
    if value != value.strip() or not (value or " ").isprintable():
        raise ValueError("must be printable, without spaces around it")
    return value or None


def _datasets(value: str) -> tuple[Dataset, ...]:
    found = []
    for part in filter(None, (piece.strip() for piece in value.split(","))):
        data_set_id, equals, api_key = (side.strip() for side in part.partition("="))
        if not (data_set_id and equals and api_key):
            raise ValueError("must be id=key pairs, separated by commas")
        found.append(Dataset(data_set_id, api_key))
    if not found:
        raise ValueError("must name at least one dataset, as id=key")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of `serve`. `read` checks a text and turns it into the value; it raises ValueError.

    One without a `metavar` is a switch: its flag takes no value and means true.
    """

    name: str
    metavar: str
    default: str
    read: Callable[[str], Any]
    about: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


OPTIONS: tuple[Option, ...] = (
    Option("host", "ADDRESS", "127.0.0.1", _text, "The address to listen on; 0.0.0.0 for all."),
    Option("port", "NUMBER", "8080", _whole(0, 65535), "The port to listen on; 0 takes a free one. PORT works too."),
    Option(
        "datasets", "ID=KEY,...", f"{DEFAULT_DATASET}={DEFAULT_KEY}", _datasets, "The datasets, each with its API key."
    ),
    Option("readings", "NAME=VALUE,...", "", readings.parse, "Readings that differ from the defaults."),
    Option("spec", "FILE", "", lambda value: Path(value) if value else spec.bundled(), "Another OpenAPI document."),
    Option("log_events", "NUMBER", str(MAX_EVENTS), _whole(1, 10**9), "How many events the log keeps."),
    Option("log_bytes", "NUMBER", str(MAX_BYTES), _whole(1, 10**13), "How many bytes the log takes."),
    Option("threads", "NUMBER", "16", _whole(1, 512), "How many inspections are worked on side by side."),
    Option("max_waits", "NUMBER", str(MOST_WATCHERS), _whole(1, 100_000), "How many waits and streams may be open."),
    Option("admin_token", "TOKEN", "", _token, "What /_inspect, /_control and /metrics ask for as Bearer."),
    Option("allowed_hosts", "NAME,...", "", _names, "Names with dots to use those under; --tls has them too."),
    Option("tls", "", "false", _switch, "Serve HTTPS, with a certificate from a CA that is made for this run."),
    Option("tls_ca", "FILE", "", _file, "Where its CA is written and clients read it, if not mock-capi-ca.pem here."),
    Option("tls_cert", "FILE", "", _file, "A certificate of your own for HTTPS, with its chain, as PEM."),
    Option("tls_key", "FILE", "", _file, "Its private key, as PEM and not encrypted."),
    Option("log_format", "FORMAT", "text", _log_format, "How lines on standard error are written: text or json."),
    Option("access_log", "", "false", _switch, "Write a line for each request."),
)
# Variables of the commands that talk to a running server.
CLIENT_VARIABLES = (f"{PREFIX}URL", f"{PREFIX}API_KEY", f"{PREFIX}DATA_SET_ID")


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked settings."""

    host: str
    port: int
    datasets: tuple[Dataset, ...]
    readings: readings.Readings
    spec: Path
    log_events: int
    log_bytes: int
    threads: int
    max_waits: int
    admin_token: str | None
    allowed_hosts: frozenset[str]
    tls: bool
    tls_ca: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    log_format: str
    access_log: bool

    @property
    def https(self) -> bool:
        """Whether HTTPS is served; a certificate of one's own says so too."""
        return self.tls or self.tls_cert is not None or self.tls_key is not None


def resolve(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Settings from flags, then environment, then defaults. Raises SettingsError."""
    check_environment(environment)
    values: dict[str, Any] = {}
    for option in OPTIONS:
        text, source = _chosen(option, flags, environment)
        try:
            values[option.name] = option.read(text)
        except ValueError as error:
            raise SettingsError(f"{source}: {error}") from error
    return Settings(**values)


def _chosen(option: Option, flags: Mapping[str, str | None], environment: Mapping[str, str]) -> tuple[str, str]:
    flag = flags.get(option.name)
    if flag is not None:
        return flag, option.flag
    if option.variable in environment:
        return environment[option.variable], option.variable
    if option.name == "port" and environment.get("PORT"):
        return environment["PORT"], "PORT"
    return option.default, option.flag


def check_environment(environment: Mapping[str, str]) -> None:
    """Refuse a MOCK_CAPI_* variable that nothing reads: most likely it is misspelt."""
    known = [*(option.variable for option in OPTIONS), *CLIENT_VARIABLES]
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1, cutoff=0)
            raise SettingsError(f"the variable {name} is not known; the nearest is {close[0]}")


def build_world(settings: Settings) -> World:
    """A world as the settings say. Raises SettingsError."""
    try:
        document = spec.load(settings.spec, SCHEMA_RULE_IDS)
    except SpecError as error:
        raise SettingsError(str(error)) from error
    world = World(document, settings.readings, Ledger(settings.log_events, settings.log_bytes, settings.max_waits))
    for dataset in settings.datasets:
        try:
            world.provision(dataset)
        except ProvisioningError as error:
            raise SettingsError(f"--datasets: {error}") from error
    return world
