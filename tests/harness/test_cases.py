"""Case files are read strictly, and what is wrong with one is said with its file and its case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_capi.harness.cases import BASES, SCHEMA, CaseError, bundled, load_all, load_bases

GOOD = """
about: One case
cases:
  - id: a.b
    guide: "7.1"
    subject: field.required
    remove: [timestamp]
    expect: {status: 400, code: MISSING_FIELD}
"""


def folder_with(folder: Path, **files: str) -> Path:
    """A folder with case files."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def changed(old: str, new: str) -> str:
    """The good file with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_case_is_read(tmp_path: Path) -> None:
    """Its words, and what follows from them."""
    (case,) = load_all(folder_with(tmp_path, one=GOOD))
    assert (case.id, case.file, case.guide, case.basis, case.subjects) == (
        "a.b",
        "one.yaml",
        "7.1",
        "guide",
        ("field.required",),
    )
    assert (case.request, case.before, case.needs, case.now) == ({"remove": ["timestamp"]}, (), frozenset(), 0.0)


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        ("now: 0.5", {"clock"}),
        ("readings: {hash_case: any}", {"readings"}),
        ("fault: {kind: status}", {"faults"}),
        ("needs: [log]", {"log"}),
        ("set: {data_set_id: {$data_set: second}}", {"second_dataset"}),
        ("before: [{key: second}]", {"second_dataset"}),
    ],
)
def test_what_a_case_needs_follows_from_its_words(tmp_path: Path, words: str, needs: set[str]) -> None:
    """Nobody has to say it twice."""
    (case,) = load_all(folder_with(tmp_path, one=changed("remove: [timestamp]", words)))
    assert case.needs == needs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (changed("status: 400", "status: '400'"), "one.yaml: case a.b: expect.status: '400' is not of type 'integer'"),
        (changed("remove: [timestamp]", "remvoe: [timestamp]"), "one.yaml: case a.b: Additional properties"),
        (changed("id: a.b", "id: A.B"), "one.yaml: case A.B: id: 'A.B' does not match"),
        (changed('    guide: "7.1"\n', ""), "one.yaml: case a.b: 'guide' is a required property"),
        (changed('"7.1"', "7.1"), "one.yaml: case a.b: guide: 7.1 is not of type 'string'"),
        (changed("code: MISSING_FIELD", "stored: 0"), "one.yaml: case a.b: expect"),
        (changed("status: 400", "status: 200"), "one.yaml: case a.b: expect: 'MISSING_FIELD' does not belong here"),
        (changed("subject: field.required", "subject: []"), "one.yaml: case a.b: subject"),
        (changed("remove: [timestamp]", "base: ful"), "one.yaml: case a.b: base 'ful' is not in base.yaml"),
        (changed("about: One case", "about: One case\nabout: two"), "one.yaml: 'about' stands twice"),
        ("cases: [", "one.yaml: "),
        ("about: nothing\ncases: []", "one.yaml: cases: [] should be non-empty"),
        ("about: odd\ncases: [7]", "one.yaml: case number 0: 7 is not of type 'object'"),
        ("- 1", "one.yaml: [1] is not of type 'object'"),
    ],
)
def test_a_mistake_is_said_with_its_file_and_case(tmp_path: Path, text: str, said: str) -> None:
    """Contributors need not search."""
    with pytest.raises(CaseError) as caught:
        load_all(folder_with(tmp_path, one=text))
    assert str(caught.value).startswith(said)


def test_ids_are_unique(tmp_path: Path) -> None:
    """In all files together."""
    with pytest.raises(CaseError, match=r"two\.yaml: case a\.b: stands in one\.yaml too"):
        load_all(folder_with(tmp_path, one=GOOD, two=GOOD))


def test_a_folder_without_cases_is_a_mistake(tmp_path: Path) -> None:
    """Nothing passes by being empty."""
    with pytest.raises(CaseError, match="there are no cases"):
        load_all(tmp_path)


def test_a_folder_may_have_base_events_of_its_own(tmp_path: Path) -> None:
    """Otherwise the project's serve."""
    assert set(load_bases(tmp_path)) == {"minimal", "full"}
    (tmp_path / BASES).write_text("mine: {event_type: purchase}")
    assert load_bases(tmp_path) == {"mine": {"event_type": "purchase"}}


def test_the_format_explains_each_of_its_words() -> None:
    """contracts/README.md names every word of the schema's cases."""
    case = json.loads((bundled() / SCHEMA).read_text())["$defs"]["case"]["properties"]
    text = (bundled() / "README.md").read_text()
    assert [word for word in case if f"`{word}`" not in text] == []
