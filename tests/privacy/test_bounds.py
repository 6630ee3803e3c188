"""No string brings the decoder down, or keeps it busy: one exception, few steps, little memory."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given

from mock_capi.privacy import GppError, decode_gpp, encode_gpp
from mock_capi.privacy.bits import ALPHABET, fibonacci_word, text_of
from mock_capi.privacy.gpp import MOST_CHARACTERS
from tests.privacy.drawn import PATIENT, any_text, nearly_valid

# The costliest of the strings below takes 70 lines a character, since three ways to read it are tried, and 1.5 MB.
LINES_EACH, LINES_ALWAYS = 80, 500
MOST_BYTES = 2_000_000

ALL_VENDORS = f"1{1:016b}{65535:016b}"


def header(bits: str) -> str:
    """A header with these bits for its list of ids."""
    return text_of(f"{3:06b}{1:06b}{bits}", 6)


def core_of(prefix: str, length: int, bits: str) -> str:
    """As long a string as there can be: the start of a real core, these bits, then more than enough of others."""
    start, core = encode_gpp({prefix: {}}).split("~")
    known = "".join(f"{ALPHABET.index(character):06b}" for character in core)[:length]
    return f"{start}~{text_of(known + bits + '101' * 8000, 6)}"


def europe(bits: str) -> str:
    """A European string with these bits from the vendors on."""
    return core_of("tcfeuv2", 213, bits)


def restricting(count: int, one: str) -> str:
    """One that announces so many restrictions."""
    return europe("0" * 34 + f"{count:012b}" + one * count)


def canada(bits: str) -> str:
    """A Canadian string with these bits from the vendors on."""
    return core_of("tcfcav1", 199, bits)


HOSTILE = {
    "a billion ids": header(f"{1:012b}1{fibonacci_word(1)}{fibonacci_word(10**9)}") + "~A",
    "a million ids": header(f"{1:012b}1{fibonacci_word(1)}{fibonacci_word(10**6)}") + "~A",
    "4,095 groups": header(f"{4095:012b}" + "11111" * 4000) + "~A",
    "4,095 ids": header(f"{4095:012b}" + "011" * 4095) + "~A",
    "a number without end": header(f"{1:012b}0" + "0" * 24000) + "~A",
    "a number of many digits": header(f"{1:012b}0" + "10" * 12000) + "~A",
    "many sections": header(f"{1:012b}1{fibonacci_word(1000)}{fibonacci_word(1499)}") + "~A" * 1500,
    "sections without a header": "~" * 4096,
    "many sub-sections": "DBABLA~BVQqAAAAAgA" + ".A" * 2000,
    "many empty sub-sections": "DBABLA~" + "." * 4000,
    "many segments": encode_gpp({"tcfeuv2": {}}) + ".QAAA" * 700,
    "bits": europe(f"{23000:016b}0" + "10" * 11500),
    "ranges": europe(f"{9:016b}1{1300:012b}" + f"0{9:016b}" * 1300),
    "all vendors many times": europe(f"{9:016b}1{700:012b}" + ALL_VENDORS * 700),
    "restrictions": restricting(1100, "0" * 20),
    "all vendors restricted many times": restricting(400, f"{1:08b}{1:012b}{ALL_VENDORS}"),
    "Canadian ranges": canada(f"1{4095:012b}" + "0011" * 4095),
    "Canadian groups": canada(f"1{4095:012b}" + "11111" * 4095),
    "nothing but ones": "DBABLA~" + "_" * 4000,
}
hostile = pytest.mark.parametrize("text", [text[:MOST_CHARACTERS] for text in HOSTILE.values()], ids=HOSTILE)


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of the package some work executes."""
    count = 0

    def step(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return step

    def enter(frame: FrameType, _event: str, _argument: Any) -> Any:
        return step if "mock_capi" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def outcome(text: str) -> GppError | int:
    """The exception, or how many sections there are."""
    try:
        return len(decode_gpp(text).sections)
    except GppError as error:
        return error


@PATIENT
@given(any_text | any_text.map("DBABLA~".__add__) | nearly_valid())
def test_no_string_raises_anything_else(text: str) -> None:
    """Whatever the characters, a string is decoded or refused with a code and a place, and in steps by its length."""
    found: list[GppError | int] = []
    assert lines_run(lambda: found.append(outcome(text))) <= LINES_ALWAYS + LINES_EACH * len(text)
    assert all(error.code and error.place for error in found if isinstance(error, GppError))


@hostile
def test_the_work_is_bounded_by_the_length(text: str) -> None:
    """What a string announces costs nothing before it is there."""
    assert lines_run(lambda: outcome(text)) <= LINES_ALWAYS + LINES_EACH * len(text)


@hostile
def test_the_memory_is_bounded(text: str) -> None:
    """Ids are never unfolded."""
    tracemalloc.start()
    outcome(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_BYTES


@pytest.mark.parametrize("length", [MOST_CHARACTERS + 1, 10**6])
def test_a_string_that_is_too_long_is_not_looked_at(length: int) -> None:
    """It is refused in a handful of steps."""
    assert lines_run(lambda: outcome("D" * length)) < 20


def test_the_longest_string_is_still_read() -> None:
    """The limit is a length that is allowed."""
    text = "DBABLA~" + encode_gpp({"usnat": {}}).partition("~")[2]
    assert outcome(text.ljust(MOST_CHARACTERS, "A")) == 1


def test_plain_values_stay_small() -> None:
    """Even the string that stands for most ids can be shown with all of them."""
    text = restricting(24, f"{1:08b}{1:012b}{ALL_VENDORS}")[:MOST_CHARACTERS]
    (section,) = decode_gpp(text).to_dict()["sections"].values()
    assert sum(len(item["ids"]) for item in section["PubRestrictions"]) == 24 * 65_535
