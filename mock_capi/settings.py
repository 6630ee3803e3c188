"""What a mock is started with: every option with its default in one table, and where each setting comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mock_capi import __version__, spec
from mock_capi.config.checking import closest
from mock_capi.config.kinds import NAMES, PATH, SWITCH, TEXT, Kind, choice, whole
from mock_capi.config.option import PREFIX, Given, Option
from mock_capi.config.ours import DATASETS_KIND, READINGS_KIND, STORE_KIND, TOKEN_KIND
from mock_capi.config.sources import SettingsError, checked_file, of_default, of_file, of_text, value_of
from mock_capi.ledger import MAX_BYTES, MAX_EVENTS, Ledger
from mock_capi.readings import Readings
from mock_capi.rules import SCHEMA_RULE_IDS
from mock_capi.spec_check import SpecError
from mock_capi.store import Memory, Store, StoreError
from mock_capi.store.address import Address
from mock_capi.watch import MOST_WATCHERS
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset, ProvisioningError, World

if TYPE_CHECKING:
    from mock_capi.config.file import File  # loading a TOML parser takes a while, and most starts have no file

__all__ = [
    "CLIENT_VARIABLES",
    "CONFIG",
    "OPTIONS",
    "PREFIX",
    "Settings",
    "SettingsError",
    "build_world",
    "check_environment",
    "check_world",
    "document_of",
    "resolve",
]

_SPEC = PATH._replace(value=lambda plain: PATH.value(plain) or spec.bundled())


def _option(metavar: str, default: str, kind: Kind, about: str, fallback: str = "") -> Any:
    """A row of the table; the field's name is the option's."""
    return field(metadata={"row": (metavar, default, kind, about, fallback)})


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked settings. Each row of the table is an option: a flag of `serve`, a variable, a key in the file."""

    file: Path | None
    """The file that was read."""
    given: Mapping[str, Given] = field(compare=False)
    """What each option was given as, and where."""
    host: str = _option("ADDRESS", "127.0.0.1", TEXT, "The address to listen on; 0.0.0.0 for all.")
    port: int = _option(
        "NUMBER",
        "8080",
        whole(0, 65535),
        "The port to listen on; 0 takes a free one. PORT works too.",
        fallback="PORT",
    )
    datasets: tuple[Dataset, ...] = _option(
        "ID=KEY,...", f"{DEFAULT_DATASET}={DEFAULT_KEY}", DATASETS_KIND, "The datasets, each with its API key."
    )
    readings: Readings = _option("NAME=VALUE,...", "", READINGS_KIND, "Readings that differ from the defaults.")
    spec: Path = _option("FILE", "", _SPEC, "Another OpenAPI document.")
    log_events: int = _option("NUMBER", str(MAX_EVENTS), whole(1, 10**9), "How many events the log keeps.")
    log_bytes: int = _option("NUMBER", str(MAX_BYTES), whole(1, 10**13), "How many bytes the log takes.")
    store: Address | None = _option(
        "URL", "", STORE_KIND, "A Redis that several servers share one log in: redis://HOST:PORT/DB?name=NAME."
    )
    workers: int = _option("NUMBER", "1", whole(1, 64), "How many processes serve; several need --store.")
    journal: Path | None = _option("FILE", "", PATH, "A file that the log is written to, and restored from at start.")
    journal_sync: bool = _option("", "false", SWITCH, "Have each submission on the disk before it is answered.")
    threads: int = _option("NUMBER", "4", whole(1, 512), "How many inspections are worked on side by side.")
    max_waits: int = _option("NUMBER", str(MOST_WATCHERS), whole(1, 100_000), "How many waits and streams may be open.")
    admin_token: str | None = _option(
        "TOKEN", "", TOKEN_KIND, "What /_inspect, /_control and /metrics ask for as Bearer."
    )
    allowed_hosts: frozenset[str] = _option(
        "NAME,...", "", NAMES, "Names with dots to use those under; --tls has them too."
    )
    tls: bool = _option("", "false", SWITCH, "Serve HTTPS, with a certificate from a CA that is made for this run.")
    tls_ca: Path | None = _option(
        "FILE", "", PATH, "Where its CA is written and clients read it, if not mock-capi-ca.pem here."
    )
    tls_cert: Path | None = _option("FILE", "", PATH, "A certificate of your own for HTTPS, with its chain, as PEM.")
    tls_key: Path | None = _option("FILE", "", PATH, "Its private key, as PEM and not encrypted.")
    log_format: str = _option(
        "FORMAT", "text", choice("text", "json"), "How lines on standard error are written: text or json."
    )
    access_log: bool = _option("", "false", SWITCH, "Write a line for each request.")

    @property
    def https(self) -> bool:
        """Whether HTTPS is served; a certificate of one's own says so too."""
        return self.tls or self.tls_cert is not None or self.tls_key is not None

    def readings_of(self, data_set_id: str | None) -> Readings:
        """A dataset's readings where it has its own, or everyone's."""
        own = next((dataset.readings for dataset in self.datasets if dataset.id == data_set_id), {})
        return self.readings.with_changes(own)


OPTIONS: tuple[Option, ...] = tuple(
    Option(setting.name, *setting.metadata["row"]) for setting in fields(Settings) if setting.metadata
)
CONFIG = Option("config", "FILE", "mock-capi.toml", PATH, "A TOML file of settings; '' for none.")
# Variables of the commands that talk to a running server.
CLIENT_VARIABLES = (f"{PREFIX}URL", f"{PREFIX}API_KEY", f"{PREFIX}DATA_SET_ID")


def resolve(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Settings, each from its flag, else its variable, else the file, else its default. Raises SettingsError."""
    check_environment(environment)
    file = _file(flags, environment)
    given = {option.name: _given(option, flags, environment, file) for option in OPTIONS}
    values = {option.name: value_of(option, given[option.name]) for option in OPTIONS}
    if values["workers"] > 1 and values["store"] is None:
        raise SettingsError(
            f"{given['workers'].at()}: several processes need --store, a Redis that they share a log in"
        )
    if values["journal"] and values["store"]:
        raise SettingsError(f"{given['journal'].at()}: goes with no --store; there Redis keeps the log")
    if values["journal_sync"] and not values["journal"]:
        raise SettingsError(f"{given['journal_sync'].at()}: needs --journal, the file to write to")
    return Settings(**values, file=file.path if file else None, given=MappingProxyType(given))


def _given(option: Option, flags: Mapping[str, str | None], environment: Mapping[str, str], file: File | None) -> Given:
    flag = flags.get(option.name)
    if flag is not None:
        return of_text(option, flag, "flag", option.flag)
    if option.variable in environment:
        return of_text(option, environment[option.variable], "variable", option.variable)
    if environment.get(option.fallback):
        return of_text(option, environment[option.fallback], "variable", option.fallback)
    if file and option.name in file.document:
        return of_file(option, file)
    return of_default(option)


def _file(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> File | None:
    """The file that is asked for, else the one in the working directory."""
    named, asked_by = flags.get(CONFIG.name), CONFIG.flag
    if named is None:
        named, asked_by = environment.get(CONFIG.variable), CONFIG.variable
    if named is None and Path(CONFIG.default).is_file():
        named, asked_by = CONFIG.default, CONFIG.flag
    return checked_file(Path(named), OPTIONS, asked_by) if named else None


def check_environment(environment: Mapping[str, str]) -> None:
    """Refuse a MOCK_CAPI_* variable that nothing reads: most likely it is misspelt."""
    known = [*(option.variable for option in (*OPTIONS, CONFIG)), *CLIENT_VARIABLES]
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"the variable {name} is not known; the nearest is {closest(name, known)}")


def build_world(settings: Settings) -> World:
    """A world as the settings say. Raises SettingsError."""
    hidden = [settings.admin_token] if settings.admin_token else []
    return _provisioned(World(document_of(settings), settings.readings, _store(settings), hidden), settings)


def check_world(settings: Settings) -> None:
    """Raises SettingsError where `build_world` would for the document or the datasets. Leaves nothing behind."""
    _provisioned(World(document_of(settings), settings.readings), settings)


def document_of(settings: Settings) -> spec.Spec:
    """The document that events are judged by. Raises SettingsError."""
    try:
        return spec.load(settings.spec, SCHEMA_RULE_IDS)
    except SpecError as error:
        raise SettingsError(f"{settings.given['spec'].at()}: {error}") from error


def _provisioned(world: World, settings: Settings) -> World:
    for dataset in settings.datasets:
        known = world.datasets.get(dataset.id)
        if known and known.api_key == dataset.api_key:
            continue  # who began to share the store may have given it other readings and a clock since
        try:
            world.provision(dataset)
        except ProvisioningError as error:
            raise SettingsError(f"{settings.given['datasets'].at((dataset.id,))}: {error}") from error
    return world


def _store(settings: Settings) -> Store:
    ledger = Ledger(settings.log_events, settings.log_bytes, settings.max_waits)
    try:
        if settings.journal:
            return _journal(settings, ledger)
        return _shared(settings, settings.store, ledger) if settings.store else Memory(ledger)
    except StoreError as error:
        option = "journal" if settings.journal else "store"
        raise SettingsError(f"{settings.given[option].at()}: {error}") from error


def _journal(settings: Settings, ledger: Ledger) -> Store:
    from mock_capi.store.journal import Journal  # what few use is loaded for them alone

    assert settings.journal
    return Journal(settings.journal, ledger, sync=settings.journal_sync)


def _shared(settings: Settings, address: Address, ledger: Ledger) -> Store:
    try:
        from mock_capi.store.shared import Shared
    except ModuleNotFoundError as error:
        raise StoreError("needs the Redis client; pip install 'mock-capi[redis]'") from error
    agreed = {
        "version": __version__,
        "spec": sha256(settings.spec.read_bytes()).hexdigest()[:16],
        "log_events": settings.log_events,
        "log_bytes": settings.log_bytes,
        **{f"readings.{name}": value for name, value in settings.readings.as_dict().items()},
    }
    return Shared(address.url, address.name, agreed, ledger)
