"""What is in force: the table, the JSON and the TOML say the same, and no secrets unless asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_capi.config.showing import as_json, as_text, as_toml
from mock_capi.config.toml import document as toml
from mock_capi.settings import OPTIONS, Settings, resolve
from tests.config.drawn import plain

DOCUMENTS = st.fixed_dictionaries({}, optional={option.name: plain(option) for option in OPTIONS})


def from_toml(folder: Path, text: str) -> Settings:
    """The settings that a file with this text gives."""
    path = folder / "some.toml"
    path.write_text(text)
    return resolve({"config": str(path)}, {})


@given(document=DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_the_toml_gives_the_same_settings(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    """A file that was written from settings is read as these settings; masked, all but the secrets are."""
    folder = tmp_path_factory.mktemp("round")
    before = from_toml(folder, toml(document))
    assert from_toml(folder, as_toml(OPTIONS, before.given, secrets=True)) == before
    masked = as_toml(OPTIONS, before.given, secrets=False)
    assert masked.startswith("# Keys and tokens are masked")
    after = from_toml(folder, masked)
    public = [option.name for option in OPTIONS if option.name not in ("datasets", "admin_token")]
    assert [getattr(after, name) for name in public] == [getattr(before, name) for name in public]
    assert [(d.id, d.readings) for d in after.datasets] == [(d.id, d.readings) for d in before.datasets]


def test_every_option_is_shown_with_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the table a line for each entry, in JSON a row for each option."""
    monkeypatch.chdir(tmp_path)
    Path("a.toml").write_text('threads = 3\n[datasets]\n"a.b" = "key-number-1"\n')
    made = resolve({"config": "a.toml", "port": "0"}, {"MOCK_CAPI_ALLOWED_HOSTS": "a.example,b.example"})
    lines = [line.split(maxsplit=1) for line in as_text(OPTIONS, made.given, made.file, secrets=False).splitlines()]
    shown = {name: " ".join(rest.split()) for name, rest in lines}
    assert shown["config"] == "a.toml"
    assert shown["threads"] == "3 a.toml:1"
    assert shown['datasets."a.b"'] == "ke**** a.toml:3"
    assert shown["port"] == "0 --port"
    assert shown["allowed_hosts"] == "a.example, b.example MOCK_CAPI_ALLOWED_HOSTS"
    assert shown["readings"] == "none default"
    rows = as_json(OPTIONS, made.given, made.file, secrets=True)
    assert rows["config"] == "a.toml"
    assert [row["name"] for row in rows["options"]] == [option.name for option in OPTIONS]
    by_name = {row["name"]: row for row in rows["options"]}
    assert by_name["datasets"] == {
        "name": "datasets",
        "value": {"a.b": "key-number-1"},
        "origin": "file",
        "source": "a.toml:2",
    }
    assert {row["origin"] for row in rows["options"]} == {"flag", "variable", "file", "default"}


@pytest.mark.parametrize("secrets", [True, False])
def test_secrets_are_shown_only_where_asked_for(secrets: bool) -> None:
    """In every form, wherever they come from."""
    made = resolve({"datasets": "a=secret-key-1"}, {"MOCK_CAPI_ADMIN_TOKEN": "secret-token"})
    forms = [
        as_text(OPTIONS, made.given, None, secrets=secrets),
        str(as_json(OPTIONS, made.given, None, secrets=secrets)),
        as_toml(OPTIONS, made.given, secrets=secrets),
    ]
    assert [("secret-key-1" in form, "secret-token" in form) for form in forms] == [(secrets, secrets)] * 3
