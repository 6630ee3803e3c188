"""Options: flags over environment over defaults, and messages that name what is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_capi.settings import OPTIONS, SettingsError, build_world, resolve
from mock_capi.web.paths import url_of
from mock_capi.world import DEFAULT_DATASET, DEFAULT_KEY, Dataset


def refused(flags: dict[str, str | None], environment: dict[str, str]) -> str:
    """The message of a SettingsError."""
    with pytest.raises(SettingsError) as caught:
        build_world(resolve(flags, environment))
    return str(caught.value)


def test_the_defaults_are_ready_to_use() -> None:
    """127.0.0.1:8080 with one dataset and key."""
    settings = resolve({}, {})
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.datasets == (Dataset(DEFAULT_DATASET, DEFAULT_KEY),)
    assert (settings.admin_token, settings.allowed_hosts) == (None, frozenset())
    assert list(build_world(settings).datasets) == [DEFAULT_DATASET]


@pytest.mark.parametrize(
    ("name", "flag", "variable", "read"),
    [
        ("host", "10.0.0.1", "10.0.0.2", lambda text: text),
        ("port", "1", "2", int),
        ("log_events", "10", "20", int),
        ("log_bytes", "10", "20", int),
        ("threads", "1", "2", int),
        ("admin_token", "a", "b", lambda text: text),
        ("allowed_hosts", "a.example", "B.example", lambda text: frozenset([text.lower()])),
        ("spec", "/a.yaml", "/b.yaml", Path),
        ("datasets", "a=b", "c=d", lambda text: (Dataset(*text.split("=")),)),
        ("tls", "true", "0", {"true": True, "0": False}.get),
        ("tls_ca", "/a.pem", "/b.pem", Path),
        ("tls_cert", "/a.pem", "/b.pem", Path),
        ("tls_key", "/a.key", "/b.key", Path),
        ("log_format", "json", "text", str),
        ("access_log", "TRUE", "False", lambda text: text == "TRUE"),
    ],
)
def test_flags_win_over_environment_over_defaults(name: str, flag: str, variable: str, read: Any) -> None:
    """Every option has an environment twin; a flag wins over it."""
    environment = {f"MOCK_CAPI_{name.upper()}": variable}
    assert getattr(resolve({name: None}, environment), name) == read(variable)
    assert getattr(resolve({name: flag}, environment), name) == read(flag)
    assert getattr(resolve({name: flag}, {}), name) == read(flag)


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
        ("readings", "authorization", "is not name=value"),
        ("readings", "autorization=raw", 'did you mean "authorization"?'),
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
        ("log_format", "xml", "must be text or json"),
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
