"""A TOML file: on which line each key stands, what paths in it mean, and what is said of a file that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_capi.config.file import File, FileError, read

TEXT = '''# one
port = 9090
hosts = [
  "a",  # not a statement
  "b = 1",
]

text = """
port = 1
"""
[datasets]
shop = "k"
app = { api_key = "k2", readings = { hash_case = "any" } }

[datasets."d.3".readings]
opt_out = "reject"

[[rows]]
a = 1

[[rows]]
a = 2
'''


def written(tmp_path: Path, text: str | bytes) -> File:
    """A file with this text, read."""
    path = tmp_path / "a.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("port",), 2),
        (("hosts",), 3),
        (("hosts", 1), 3),
        (("text",), 8),
        (("datasets",), 11),
        (("datasets", "shop"), 12),
        (("datasets", "app", "readings", "hash_case"), 13),
        (("datasets", "d.3"), 15),
        (("datasets", "d.3", "readings", "opt_out"), 16),
        (("datasets", "shop", "not there"), 12),
        (("rows", 1, "a"), 18),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_key_stands_on_a_line(tmp_path: Path, newline: str, place: tuple[str, ...], line: int) -> None:
    """The line on which its statement begins; of what has none of its own, the line of what it is in."""
    file = written(tmp_path, TEXT.replace("\n", newline))
    assert file.at(place) == f"{file.path}:{line}"


def test_what_is_not_there_is_somewhere_in_the_file(tmp_path: Path) -> None:
    """No line is better than a wrong one."""
    file = written(tmp_path, TEXT)
    assert file.at(("nowhere",)) == str(file.path)


def test_a_path_is_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command is started; nothing stays nothing."""
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path, "")
    assert file.inside("b/c.yaml") == str(tmp_path / "b" / "c.yaml")
    assert read(Path("a.toml")).inside("c.yaml") == str(tmp_path / "c.yaml")
    assert file.inside("/etc/c.yaml") == "/etc/c.yaml"
    assert file.inside("") == ""


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    """Some editors begin a file with one."""
    assert written(tmp_path, b"\xef\xbb\xbfport = 1\n").document == {"port": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 1\nhost = localhost", ":2: no TOML: Invalid value, column 8; texts stand in quotes"),
        ("port = 1\nport = 2", ": no TOML: Cannot overwrite a value"),
        (b'host = "\xff"', " is not UTF-8"),
        ("port = 1" + "0" * 5000, ": no TOML: Exceeds the limit"),
        ("port = " + "[" * 5000, ": no TOML: "),
    ],
    ids=["unquoted", "twice", "latin", "digits", "nested"],
)
def test_what_is_no_toml(tmp_path: Path, text: str | bytes, said: str) -> None:
    """The file is named, and the line where the parser tells it."""
    with pytest.raises(FileError) as caught:
        written(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'a.toml'}{said}")
