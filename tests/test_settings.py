"""Options: flags over variables over the file over defaults, and messages that name what is right."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_capi.config.option import Option
from mock_capi.config.toml import document
from mock_capi.settings import CONFIG, OPTIONS, Settings, SettingsError, build_world, check_world, resolve
from mock_capi.web.paths import url_of
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset
from tests.config.drawn import plain, text


def refused(flags: dict[str, str | None], environment: dict[str, str]) -> str:
    """The message of a SettingsError."""
    with pytest.raises(SettingsError) as caught:
        build_world(resolve(flags, environment))
    return str(caught.value)


def test_the_defaults_are_ready_to_use() -> None:
    """127.0.0.1:8080 with one dataset and key."""
    made = resolve({}, {})
    assert (made.host, made.port) == ("127.0.0.1", 8080)
    assert made.datasets == (Dataset(DEFAULT_DATASET, DEFAULT_KEY),)
    assert (made.admin_token, made.allowed_hosts) == (None, frozenset())
    assert list(build_world(made).datasets) == [DEFAULT_DATASET]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_flag_wins_then_the_variable_then_the_file(
    tmp_path_factory: pytest.TempPathFactory, option: Option, data: st.DataObject
) -> None:
    """Every option can be set in all three ways; of those that are there the first counts, and says so."""
    flag, variable, held = (
        data.draw(st.none() | plain(option, as_text=True)),
        data.draw(st.none() | plain(option, as_text=True)),
        data.draw(st.none() | plain(option)),
    )
    file = tmp_path_factory.mktemp("file") / "some.toml"
    file.write_text(document({} if held is None else {option.name: held}))
    flags = {"config": str(file), option.name: None if flag is None else text(flag)}
    made = resolve(flags, {} if variable is None else {option.variable: text(variable)})
    ways = [(flag, "flag"), (variable, "variable"), (held, "file"), (option.kind.parse(option.default), "default")]
    expected, origin = next(way for way in ways if way[0] is not None)
    assert made.given[option.name].origin == origin
    assert getattr(made, option.name) == option.kind.value(expected)


def test_the_rows_are_the_settings() -> None:
    """Nothing is set that cannot be given, and nothing given twice."""
    names = [option.name for option in OPTIONS]
    assert ["file", "given", *names] == [setting.name for setting in fields(Settings)]
    assert CONFIG.name not in names
    assert len({*names, *(option.fallback for option in OPTIONS if option.fallback)}) == len(names) + 1


# --- the file ---


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_in_the_working_directory_is_read(folder: Path) -> None:
    """By its name alone, and only by that."""
    assert resolve({}, {}).file is None
    (folder / "mock-capi.toml").write_text("port = 1\n")
    (folder / "pyproject.toml").write_text("[tool.mock-capi]\nport = 2\n")
    assert (resolve({}, {}).port, resolve({}, {}).file) == (1, Path("mock-capi.toml"))


def test_another_file_can_be_named(folder: Path) -> None:
    """The flag wins over the variable, and either over the working directory; an empty name reads none."""
    for number, name in enumerate(["mock-capi.toml", "a.toml", "b.toml"], 1):
        (folder / name).write_text(f"port = {number}\n")
    named = {"MOCK_CAPI_CONFIG": "a.toml"}
    assert [resolve({}, {}).port, resolve({}, named).port, resolve({"config": "b.toml"}, named).port] == [1, 2, 3]
    assert resolve({"config": ""}, named) == resolve({}, {"MOCK_CAPI_CONFIG": ""})
    assert (resolve({"config": ""}, named).port, resolve({"config": ""}, named).file) == (8080, None)


def test_what_is_named_must_be_there(folder: Path) -> None:
    """Who named it is said; a folder is no file."""
    assert refused({"config": "a.toml"}, {}) == "--config: cannot read a.toml: No such file or directory"
    assert refused({}, {"MOCK_CAPI_CONFIG": str(folder)}) == f"MOCK_CAPI_CONFIG: cannot read {folder}: Is a directory"


def test_the_winner_takes_all_of_an_option(folder: Path) -> None:
    """A flag's readings or datasets are not mixed with those of the file."""
    (folder / "mock-capi.toml").write_text('[readings]\nopt_out = "reject"\n[datasets]\na = "k"\n')
    made = resolve({"readings": "hash_case=any", "datasets": "b=l"}, {})
    assert (made.readings.hash_case, made.readings.opt_out) == ("any", "suppress")
    assert made.datasets == (Dataset("b", "l"),)


def test_the_port_variable_of_platforms_wins_over_the_file(folder: Path) -> None:
    """PORT is a variable like the others; empty it is none."""
    (folder / "mock-capi.toml").write_text("port = 1\n")
    assert (resolve({}, {"PORT": "2"}).port, resolve({}, {"PORT": ""}).port) == (2, 1)


def test_the_whole_file_is_checked(folder: Path) -> None:
    """Also what a flag has overruled: it will count another time."""
    (folder / "mock-capi.toml").write_text('port = "x"\n')
    assert refused({"port": "1"}, {}) == (
        "mock-capi.toml:1: port: must be a whole number from 0 to 65535, as in port = 8080"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "1: prot: is not known; the nearest is port"),
        ('config = "b.toml"', "1: config: is not known; the nearest is "),
        ("\nallowed_hosts = [\n'a', 'b:80']", "2: allowed_hosts: must be names only, without scheme and port"),
        (
            'allowed_hosts = "a"',
            '1: allowed_hosts: must be a list of texts, as in allowed_hosts = ["mock.example.com"]',
        ),
        ('admin_token = " x"', "1: admin_token: must be printable, without spaces around it"),
        ('spec = "none.yaml"', "1: spec: cannot read {folder}/none.yaml: No such file or directory"),
        ('[datasets]\na = "k"\nb = "k"', "3: datasets.b: the api_key belongs to another dataset; each needs its own"),
        ('[datasets]\n"" = "k"', '2: datasets."": data_set_id must be 1 to 512 printable characters'),
        (
            "[datasets]\na = 5",
            '2: datasets.a: must be an API key, or a table with api_key and readings, as in a = "key-1"',
        ),
        (
            "[[datasets]]",
            "1: datasets: must be a table of at least one dataset, each id = key, as in datasets = { shop = ",
        ),
        (
            '[datasets]\na = { api_key = "k", readings = { max_body_bytes = 5.0 } }',
            "1: datasets: max_body_bytes cannot be",
        ),
        ("host = localhost", "1: no TOML: Invalid value, column 8; texts stand in quotes"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(folder: Path, text: str, said: str) -> None:
    """File, line, key, rule, and the right form where the rule does not name it."""
    (folder / "mock-capi.toml").write_text(text)
    assert refused({}, {}).startswith("mock-capi.toml:" + said.replace("{folder}", str(folder)))


def test_what_cannot_be_built_is_found_beforehand() -> None:
    """By the check that builds nothing that lasts, in the same words."""
    for flags in ({"datasets": "a=1,b=1"}, {"spec": "/no/such/file"}):
        with pytest.raises(SettingsError) as caught:
            check_world(resolve(flags, {}))
        assert str(caught.value) == refused(dict(flags), {})


def test_a_dataset_may_have_readings_of_its_own(folder: Path) -> None:
    """On top of everyone's."""
    (folder / "mock-capi.toml").write_text(
        '[readings]\nopt_out = "reject"\n[datasets]\na = { api_key = "k", readings = { hash_case = "any" } }\nb = "l"\n'
    )
    made = resolve({}, {})
    found = [made.readings_of(name) for name in ("a", "b", None)]
    assert [(own.hash_case, own.opt_out) for own in found] == [
        ("any", "reject"),
        ("lower", "reject"),
        ("lower", "reject"),
    ]
    world = build_world(made)
    assert [world.readings_of(world.datasets[name]) for name in ("a", "b")] == found[:2]


# --- flags and variables ---


@pytest.mark.parametrize(
    ("flags", "https"),
    [
        ({}, False),
        ({"tls": "true"}, True),
        ({"tls_cert": "a"}, True),
        ({"tls_key": "a"}, True),
        ({"tls_ca": "a"}, False),
    ],
)
def test_https_is_served_where_anything_but_the_ca_speaks_of_it(flags: dict[str, str | None], https: bool) -> None:
    """Clients read the CA's variable too, and say nothing of the server by that."""
    assert resolve(flags, {}).https == https


def test_readings_come_from_flag_and_environment() -> None:
    """Readings are a list of names and values."""
    environment = {"MOCK_CAPI_READINGS": "authorization=either, hash_case=any"}
    found = resolve({}, environment).readings
    assert (found.authorization, found.hash_case, found.opt_out) == ("either", "any", "suppress")
    assert resolve({"readings": "hash_case=any"}, environment).readings.authorization == "bearer"


def test_port_is_honoured_after_its_own_variable() -> None:
    """PORT, as platforms set it, holds unless MOCK_CAPI_PORT or a flag says otherwise; empty is not set."""
    assert resolve({}, {"PORT": "5000"}).port == 5000
    assert resolve({}, {"PORT": "5000", "MOCK_CAPI_PORT": "6000"}).port == 6000
    assert resolve({"port": "7000"}, {"PORT": "5000"}).port == 7000
    assert resolve({}, {"PORT": ""}).port == 8080


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("MOCK_CAPI_PROT", "MOCK_CAPI_PORT"),
        ("MOCK_CAPI_DATASET", "MOCK_CAPI_DATASETS"),
        ("MOCK_CAPI_READING", "MOCK_CAPI_READINGS"),
        ("MOCK_CAPI_ADMINTOKEN", "MOCK_CAPI_ADMIN_TOKEN"),
        ("MOCK_CAPI_", "MOCK_CAPI_"),
        ("MOCK_CAPI_ZZZZ", "MOCK_CAPI_"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    """A misspelt variable is an error at the start, and the right name stands in the message."""
    message = refused({}, {name: "x"})
    assert f"{name} is not known" in message
    assert nearest in message.split("nearest is")[1]


def test_other_variables_are_nobodys_business() -> None:
    """Only MOCK_CAPI_* is looked at."""
    assert resolve({}, {"MOCK": "1", "MOCKCAPI_PORT": "x", "PATH": "/bin"}) == resolve({}, {})


@pytest.mark.parametrize(
    ("name", "bad", "word"),
    [
        ("port", "", "whole number from 0 to 65535"),
        ("port", "-1", "whole number"),
        ("port", "65536", "whole number"),
        ("port", "80.0", "whole number"),
        ("port", "٨٠", "whole number"),
        ("port", "9" * 5000, "whole number"),
        ("host", " ", "must not be empty"),
        ("log_events", "0", "from 1 to"),
        ("log_bytes", "1e9", "whole number"),
        ("threads", "0", "from 1 to 512"),
        ("datasets", "", "at least one dataset"),
        ("datasets", "justid", "id=key"),
        ("datasets", "=key", "id=key"),
        ("datasets", "id=", "id=key"),
        ("datasets", "a=1,a=2", "exists with another key"),
        ("datasets", "a=1,b=1", "belongs to another dataset"),
        ("datasets", "a=k\x00", "printable"),
        ("datasets", "a=" + "k" * 513, "1 to 512"),
        ("readings", "authorization", "must be name=value pairs"),
        ("readings", "autorization=raw", "the nearest is authorization"),
        ("readings", "authorization=beare", 'did you mean "bearer"?'),
        ("readings", "max_body_bytes=many", "whole number"),
        ("spec", "/no/such/file.yaml", "/no/such/file.yaml"),
        ("admin_token", " token", "printable"),
        ("admin_token", "tok\nen", "printable"),
        ("admin_token", "tok\udcff", "printable"),
        ("allowed_hosts", "mock.example.com:8080", "without scheme and port"),
        ("allowed_hosts", "http://mock.example.com", "without scheme and port"),
        ("tls", "yes", "must be true or false"),
        ("access_log", "on", "must be true or false"),
        ("log_format", "xml", "must be one of text, json"),
    ],
)
def test_bad_values_are_refused(name: str, bad: str, word: str) -> None:
    """From flag and environment alike, the message says what is right."""
    assert word in refused({name: bad}, {})
    assert word in refused({}, {f"MOCK_CAPI_{name.upper()}": bad})


@pytest.mark.parametrize("option", [o for o in OPTIONS if o.name in ("port", "host", "threads", "readings")])
def test_the_message_names_where_the_bad_value_came_from(option: Any) -> None:
    """Flag or variable, whichever was wrong."""
    bad = "=" if option.name == "readings" else " "
    assert refused({option.name: bad}, {}).startswith(f"{option.flag}: ")
    assert refused({}, {option.variable: bad}).startswith(f"{option.variable}: ")


def test_a_bad_port_variable_is_named() -> None:
    """PORT itself is named where it is wrong."""
    assert refused({}, {"PORT": "http"}).startswith("PORT: ")


def test_datasets_may_have_odd_keys() -> None:
    """A key may hold `=` and letters of any script; spaces around the parts do not count."""
    found = resolve({"datasets": " a = k==, b=schlüssel ,"}, {}).datasets
    assert found == (Dataset("a", "k=="), Dataset("b", "schlüssel"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 - nothing is bound
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("10.0.0.5", "http://10.0.0.5:80"),
    ],
)
def test_a_listening_address_has_an_url(host: str, url: str) -> None:
    """Where all addresses are listened on, loopback is where to ask."""
    assert url_of(host, 80) == url
    assert url_of(host, 80, tls=True) == url.replace("http", "https")
