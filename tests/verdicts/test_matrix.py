"""The matrix as values: which alternatives there are, what they do, and what is asked because of them."""

from __future__ import annotations

from collections import Counter

import pytest

from mock_capi.readings import READINGS, ReadingError, Readings
from mock_capi.verdicts.matrix import (
    EFFECTS,
    Entry,
    Matrix,
    Run,
    Variant,
    as_json,
    as_junit,
    entry_of,
    entry_of_view,
    table,
    variants,
)
from mock_capi.verdicts.questions import QUESTIONS
from mock_capi.world import World
from tests.senders import Sender, event

KEY = "Bearer te****"
ACCEPTED, REFUSED = Entry("/v1/events", KEY, 200, (), ()), Entry("/v1/events", KEY, 400, ("INVALID_FIELD",), ())
EITHER, RAW, OPT_OUT = Variant("authorization", "either"), Variant("authorization", "raw"), Variant("opt_out", "reject")


def matrix() -> Matrix:
    """Three variants, one of each effect."""
    runs = {
        EITHER: Run(0, 1.0, "", Counter({ACCEPTED: 2})),
        RAW: Run(7, 1.0, "no\nway", Counter({REFUSED: 2})),
        OPT_OUT: Run(0, 1.0, "", Counter({ACCEPTED: 1, REFUSED: 1})),
    }
    return Matrix(("run", "me"), Run(0, 1.25, "", Counter({ACCEPTED: 2})), runs)


def test_every_reading_has_alternatives_that_it_takes() -> None:
    """None of them the default."""
    defaults = Readings()
    for variant in variants():
        assert defaults.with_changes({variant.reading: variant.value}) != defaults
    assert {variant.reading for variant in variants()} == {reading.name for reading in READINGS}


def test_every_other_word_of_a_switch_is_tried() -> None:
    """A switch with three has two variants."""
    assert [variant.value for variant in variants(["authorization"])] == ["raw", "either"]


def test_an_unknown_reading_is_refused_with_the_nearest() -> None:
    """As everywhere."""
    with pytest.raises(ReadingError, match="opt_out"):
        variants(["opt_ou"])


def test_every_reading_has_its_question() -> None:
    """In the order of the readings, and a question it is."""
    assert list(QUESTIONS) == [reading.name for reading in READINGS]
    assert all(question.endswith("?") for question in QUESTIONS.values())


def test_effects() -> None:
    """A failure breaks; another log matters; the same log says that nothing met the reading."""
    assert [matrix().effect(variant) for variant in (RAW, OPT_OUT, EITHER)] == list(EFFECTS)


def test_one_question_for_each_reading_that_breaks() -> None:
    """However many of its alternatives do."""
    runs = {variant: Run(1, 0.0) for variant in (RAW, EITHER, OPT_OUT)}
    asked = Matrix((), Run(0, 0.0), runs).questions
    assert [(q["reading"], q["breaks_under"]) for q in asked] == [
        ("authorization", ["raw", "either"]),
        ("opt_out", ["reject"]),
    ]


def test_the_table() -> None:
    """For people; the output only where they ask for it."""
    lines = list(table(matrix(), verbose=True))
    assert lines[0] == "Under the defaults it passes: 1.2 s, 2 requests."
    assert lines[1:5] == [
        "1 of 3 alternative readings break it:",
        "  authorization=raw                    exit code 7",
        "      no",
        "      way",
    ]
    assert "      way" not in list(table(matrix()))


def test_json_and_junit_have_all_runs() -> None:
    """With their effects, and one failure."""
    assert [run["effect"] for run in as_json(matrix())["runs"]] == ["same", "breaks", "matters"]
    assert 'tests="4" failures="1"' in as_junit(matrix())


def test_time_over_is_said() -> None:
    """Not as an exit code."""
    assert Run(None, 60.2).ending == "no end within 60 s"
    assert not Run(None, 60.2).passed


def test_an_entry_is_the_same_from_the_log_and_from_its_view(sender: Sender, world: World) -> None:
    """Path, key, status and the codes of all remarks."""
    sender.one(event(surprise=1))
    sender.batch([event(value=1), event(ext={"a": 1})])
    kept = [entry_of(submission) for submission in world.ledger.snapshot()]
    assert kept == [entry_of_view(view) for view in reversed(sender.log())]
    assert kept == [
        Entry("/v1/events", KEY, 200, (), ("UNKNOWN_FIELD",)),
        Entry("/v1/events/batch", KEY, 400, ("MISSING_CURRENCY_CODE",), ("EXT_NOT_EMPTY",)),
    ]
