"""`mock-capi check`: events in files of every form, with right places, right sums, and nothing personal printed."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.offline import splitting
from mock_capi.offline.checking import Checker
from mock_capi.offline.reading import Source
from mock_capi.offline.seen import REMEMBERED
from mock_capi.readings import Readings
from mock_capi.spec import Spec
from tests.senders import DAY, NOW, event, full_event

SECRET = "jane.doe@example.com"


def check(*arguments: str | Path, sent: bytes = b"") -> Result:
    """Run the command at NOW, with something on its standard input."""
    return CliRunner().invoke(main, ["check", "--now", str(NOW), *map(str, arguments)], input=sent)


def lines(*events: Any) -> bytes:
    """NDJSON; bytes stand for themselves."""
    return b"".join((item if isinstance(item, bytes) else json.dumps(item).encode()) + b"\n" for item in events)


def purchase(number: int, **changes: Any) -> dict[str, Any]:
    """A valid event unlike the others."""
    return event(custom_data={"transaction_id": f"txn_{number}"}, **changes)


GOOD = [purchase(number) for number in range(3)]
FORMS = {
    "NDJSON": lines(*GOOD),
    "NDJSON with blank lines, CRLF and no end": b"\r\n\n" + lines(*GOOD).replace(b"\n", b"\r\n").rstrip(),
    "an array": json.dumps(GOOD).encode(),
    "an array over lines": json.dumps(GOOD, indent=2).encode(),
    "objects over lines": "\n".join(json.dumps(item, indent=2) for item in GOOD).encode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_form_is_read(form: str, packed: bool, tmp_path: Path) -> None:
    """From a file and from standard input; gzip is told by what is in it, whatever it is called."""
    sent = gzip.compress(FORMS[form]) if packed else FORMS[form]
    file = tmp_path / "events.txt"
    file.write_bytes(sent)
    for result in (check(file), check(sent=sent), check("-", sent=sent)):
        assert (result.exit_code, result.output) == (0, "3 events in 1 file: 3 accepted, 0 refused\n")


def test_one_object_is_one_event() -> None:
    """On one line or over several."""
    for indent in (None, 2):
        assert "1 events in 1 file: 1 accepted" in check(sent=json.dumps(GOOD[0], indent=indent).encode()).output


def test_problems_are_told_with_their_lines(tmp_path: Path) -> None:
    """Blank lines count; the rest of the file goes on."""
    file = tmp_path / "events.ndjson"
    bad = event(value=5, identifiers={"email_sha256": SECRET})
    file.write_bytes(lines(GOOD[0], b"", b'{"cut', bad, GOOD[1], [1], event(timestamp=NOW + 1)))
    result = check(file)
    shown = result.output.splitlines()
    assert result.exit_code == 1
    assert [line.removeprefix(f"{file}:").split(": ")[0] for line in shown[:5]] == ["3", "4", "4", "6", "7"]
    assert "3: MALFORMED_JSON The event is not strict JSON at column 6" in shown[0]
    assert shown[1].endswith(
        ": /identifiers/email_sha256 PLAINTEXT_PII looks like a plaintext e-mail address. "
        "Send its SHA-256 as 64 lowercase hex digits."
    )
    assert "4: /currency_code MISSING_CURRENCY_CODE is required with value" in shown[2]
    assert "6: INVALID_BODY The event is an array; an event must be a JSON object." in shown[3]
    assert "7: /timestamp FUTURE_TIMESTAMP is 1 s ahead of the clock." in shown[4]
    assert shown[-1] == "6 events in 1 file: 3 accepted, 3 refused"
    assert SECRET not in result.output


def test_problems_in_an_array_are_told_with_their_index() -> None:
    """And with the line on which the element begins."""
    sent = json.dumps([GOOD[0], event(event_type="purchased")], indent=1).encode()
    start = sent[: sent.index(b'"purchased"')].count(b"\n") - 3 + 1
    shown = check(sent=sent).output.splitlines()[0]
    assert shown.startswith(
        f"standard input:{start}: events[1]/event_type INVALID_EVENT_TYPE is not a standard event type"
    )


def test_the_sums_are_by_code() -> None:
    """Of all problems, also of those that are not shown."""
    sent = lines(*[event(event_type="x")] * 7, *[purchase(n, ext={"a": n}) for n in range(3)])
    result = check("--max-errors", "2", sent=sent)
    shown = result.output.splitlines()
    assert len(shown) == 6
    assert shown[2] == "... and 8 more (--max-errors shows them)"
    assert shown[3].split()[:3] == ["7", "refused", "INVALID_EVENT_TYPE"]
    assert shown[4].split()[:3] == ["3", "advisory", "EXT_NOT_EMPTY"]
    assert shown[5] == "10 events in 1 file: 3 accepted, 7 refused"


def test_duplicates_are_found_over_files(tmp_path: Path) -> None:
    """An advisory that names where the event stood first; a refused event is nobody's duplicate."""
    one, two = tmp_path / "one.ndjson", tmp_path / "two.json"
    one.write_bytes(lines(event(value=1), GOOD[0], GOOD[0]))
    two.write_bytes(json.dumps([GOOD[1], event(), event()]).encode())
    result = check(one, two)
    found = [line for line in result.output.splitlines() if "DUPLICATE_EVENT" in line and str(tmp_path) in line]
    assert [line.rpartition("(")[2] for line in found] == [f"{one}:2)", f"{two}:1, events[1])"]


def test_duplicates_are_remembered_within_bounds(the_spec: Spec) -> None:
    """As many as are promised, and no more than twice as many."""
    checker = Checker(the_spec, Readings(), NOW)

    def found(numbers: range) -> int:
        source = Source("x", io.BytesIO(lines(*(event(timestamp=NOW - number) for number in numbers))))
        return sum(len(checked.problems) for checked in checker.check(source))

    assert found(range(REMEMBERED)) == 0
    assert found(range(REMEMBERED, REMEMBERED + 1)) == 0
    assert found(range(1)) == 1
    assert found(range(REMEMBERED + 1, 2 * REMEMBERED + 1)) == 0
    assert found(range(1)) == 0


def test_the_options_of_a_verdict() -> None:
    """The time, the readings and the dataset are what they are on a server."""
    late = lines(event(timestamp=NOW - 31 * DAY))
    assert check(sent=late).exit_code == 1
    assert check("--now", str(NOW - DAY), sent=late).exit_code == 0
    assert check("--now", "2027-01-14T08:00:00Z", sent=late).exit_code == 0
    alone = lines(event(identifiers={"partner_id": "crm-1"}))
    assert check(sent=alone).exit_code == 1
    assert check("--readings", "partner_id_alone=accept", sent=alone).exit_code == 0
    mixed = lines(GOOD[0], purchase(9, data_set_id="another"))
    assert check(sent=mixed).exit_code == 0
    result = check("--data-set-id", "another", sent=mixed)
    assert (result.exit_code, "standard input:1: /data_set_id UNKNOWN_DATASET" in result.output) == (1, True)


def test_advisories_fail_where_they_should() -> None:
    """--fail-on advisory."""
    sent = lines(event(ext={"a": 1}))
    assert check(sent=sent).exit_code == 0
    assert check("--fail-on", "advisory", sent=sent).exit_code == 1


FAULTS = {
    "empty": (b"", 1, "1: MALFORMED_JSON The file is empty"),
    "blank": (b" \n\n", 1, "1: MALFORMED_JSON The file is empty"),
    "an empty array": (b"[]", 1, "1: EMPTY_BATCH The array is empty"),
    "a byte order mark": (
        b"\xef\xbb\xbf" + FORMS["an array"],
        1,
        "1: MALFORMED_JSON The file starts with a byte order",
    ),
    "binary": (bytes(range(256)) * 300, 2, "standard input: this is no text in UTF-8"),
    "UTF-16": ("\ufeff{}".encode("utf-16-le"), 2, "standard input: this is no text in UTF-8"),
    "half a gzip file": (gzip.compress(FORMS["NDJSON"])[:-20], 2, "standard input: the gzip file ends in the middle"),
    "a broken gzip file": (b"\x1f\x8b" + b"x" * 50, 2, "standard input: the gzip file is broken"),
    "XML": (b"<events/>\n", 1, "1: MALFORMED_JSON The event is not JSON: it looks like XML."),
    "bytes that are no UTF-8": (lines(b'{"a": "\xff"}'), 1, "1: MALFORMED_JSON The event is not JSON: byte 8 is not"),
    "an array that is cut off": (FORMS["an array"][:-2], 1, "1: events[2] MALFORMED_JSON The array is no strict JSON"),
    "an array without commas": (b"[{} {}]", 1, "1: events[1] MALFORMED_JSON The array is no strict JSON from here"),
    "an array with a comma too many": (
        b"[{},]",
        1,
        "1: events[1] MALFORMED_JSON The array is no strict JSON from here",
    ),
    "more after an array": (FORMS["an array"] + b"{}", 1, "1: MALFORMED_JSON Something follows the array's end"),
    "half an object after another": (b"{\n}\n{\n", 1, "3: MALFORMED_JSON This is no strict JSON from here on"),
    "NaN in an array": (b'[{"value": NaN}]', 1, "1: events[0] MALFORMED_JSON The event is not strict JSON"),
    "a lone surrogate": (b'[{"a": "\\ud800"}]', 1, "1: events[0] MALFORMED_JSON The event is not strict JSON"),
    "nesting": (
        b'[{"a": ' + b"[" * 80 + b"]" * 80 + b"}]",
        1,
        "events[0] MALFORMED_JSON The event nests objects and arrays",
    ),
    "nesting without end": (b"[" * 100_000, 1, "1: events[0] MALFORMED_JSON The array is no strict JSON from here"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_file_is_told(fault: str) -> None:
    """In one line, without a traceback: 1 where the events are wrong, 2 where there are none to be read."""
    sent, code, told = FAULTS[fault]
    result = check(sent=sent)
    assert (result.exit_code, told in result.output) == (code, True), result.output
    assert isinstance(result.exception, SystemExit)


def test_a_file_that_is_not_there_does_not_keep_others_from_being_checked(tmp_path: Path) -> None:
    """Exit code 2, with the verdict on the others."""
    (tmp_path / "good.json").write_bytes(FORMS["an array"])
    result = check(tmp_path / "none.json", tmp_path / "good.json", tmp_path)
    assert result.exit_code == 2
    assert "3 events in 1 file: 3 accepted" in result.output
    assert (
        f"mock-capi: {tmp_path / 'none.json'}: No such file or directory; {tmp_path}: Is a directory" in result.stderr
    )


def test_events_that_no_request_could_hold_are_refused_unread() -> None:
    """Line or element; the rest goes on."""
    large = event(custom_data={"note": "x" * 5000})
    readings = ("--readings", "max_body_bytes=4000")
    for sent in (lines(GOOD[0], large, GOOD[1]), json.dumps([GOOD[0], large, GOOD[1]]).encode()):
        result = check(*readings, sent=sent)
        assert "PAYLOAD_TOO_LARGE The event has more than the 4000 bytes" in result.output
        assert result.output.endswith("3 events in 1 file: 2 accepted, 1 refused\n")


@pytest.mark.parametrize("block", [1, 7, 64])
def test_arrays_are_cut_right_wherever_a_block_ends(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings with brackets and quotes in them, numbers, letters of several bytes: element by element as sent."""
    sent = [{"a": '},{"][\\"'}, 12345, -1.5e10, "Ünïcödé 😀", [[], {}], {"b": {"c": [1, 2]}}, None, True]
    monkeypatch.setattr(splitting, "_BLOCK", block)
    source = Source("x", io.BytesIO(json.dumps(sent, ensure_ascii=False, indent=1).encode()))
    assert [json.loads(item.body) for item in splitting.items(source, 10_000)] == sent


def test_json_has_the_sums_and_the_problems() -> None:
    """For programs."""
    result = json.loads(check("--json", sent=lines(GOOD[0], event(value=1), event(ext={"a": 1}))).output)
    (refused, advised) = result.pop("problems")
    assert result == {
        "events": 3,
        "accepted": 2,
        "refused": 1,
        "files": ["standard input"],
        "error_codes": {"MISSING_CURRENCY_CODE": 1},
        "advisories": {"EXT_NOT_EMPTY": 1},
        "left_out": 0,
    }
    assert (refused["line"], refused["pointer"], refused["refused"], refused["guide"]) == (
        2,
        "/currency_code",
        True,
        "7.1",
    )
    assert (advised["line"], advised["code"], advised["refused"]) == (3, "EXT_NOT_EMPTY", False)


def test_sarif_points_at_lines() -> None:
    """With a rule for each code; refusals are errors, advisories notes."""
    shown = json.loads(check("--sarif", sent=lines(GOOD[0], event(value=1), event(ext={"a": 1}))).output)
    (run,) = shown["runs"]
    assert shown["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["MISSING_CURRENCY_CODE", "EXT_NOT_EMPTY"]
    assert [(result["level"], result["ruleIndex"]) for result in run["results"]] == [("error", 0), ("note", 1)]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["region"]["startLine"] for place in places] == [2, 3]


def test_junit_has_a_suite_for_each_file(tmp_path: Path) -> None:
    """A case for each code; advisories pass unless they should fail."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.ndjson"
    good.write_bytes(FORMS["an array"])
    bad.write_bytes(lines(event(value=1), event(ext={"a": 1}), b"\x1b"))
    check(good, bad, "--junit", tmp_path / "junit.xml")
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 - our own
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        (str(good), "1", "0"),
        (str(bad), "3", "2"),
    ]


@pytest.mark.parametrize("form", [(), ("--json",), ("--sarif",)])
def test_no_value_is_printed(form: tuple[str, ...]) -> None:
    """Wherever personal data may stand: values, names, and lines that are no JSON."""
    told = full_event(custom_data={SECRET: SECRET}, page_url=f"https://x.example/?e={SECRET}", ext={SECRET: 1})
    named = event(**{SECRET: 1}, identifiers={SECRET: SECRET, "email_sha256": SECRET, "ifa": SECRET})
    result = check(*form, sent=lines(told, named, f'{{"email": "{SECRET}"'.encode()))
    assert result.exit_code == 1
    assert SECRET not in result.output + result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--now", "yesterday"), "--now is not ISO 8601"),
        (("--now", "1800000000000"), "--now must lie between 1970 and 9999; it looks like milliseconds"),
        (("--readings", "opt_out=x"), "--readings: opt_out: must be one of suppress, reject"),
        (("--junit", "/no/such/folder/x.xml"), "--junit: "),
    ],
)
def test_wrong_options_are_exit_code_2(arguments: tuple[str, ...], told: str) -> None:
    """One line that says which."""
    result = check(*arguments, sent=FORMS["NDJSON"])
    assert (result.exit_code, told in result.stderr, result.stderr.count("\n")) == (2, True, 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of a process")
def test_any_size_takes_the_same_memory(tmp_path: Path) -> None:
    """An array of 60 MB and NDJSON of as much; what is held is a portion."""
    body = json.dumps(full_event(custom_data={"note": "river " * 150})).encode()
    for name, between in (("array.json", b","), ("events.ndjson", b"\n")):
        with (tmp_path / name).open("wb") as file:
            file.write(b"[" if between == b"," else b"")
            file.write(between.join([body] * 42_000))
            file.write(b"]" if between == b"," else b"")
        assert (tmp_path / name).stat().st_size > 60_000_000
        command = [sys.executable, "-c", _MEASURED, str(tmp_path / name)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        assert int(ended.stdout.splitlines()[-1]) < 130_000, ended.stdout


_MEASURED = f"""
import re, sys
from pathlib import Path
from mock_capi.cli import main
try:
    main(["check", "--now", "{NOW}", "--max-errors", "0", sys.argv[1]])
finally:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_a_pre_commit_hook_is_offered() -> None:
    """Its entry is the command."""
    import yaml

    from tests.tables import ROOT

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["entry"], hook["language"]) == ("mock-capi-check", "mock-capi check", "python")
