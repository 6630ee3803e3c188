"""`mock-capi convert`: events in the IAB's ECAPI shape, made into the guide's."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click
import orjson

from mock_capi.catalogue import CODES
from mock_capi.cli import options
from mock_capi.cli.ending import EXIT_FAILED, fail
from mock_capi.cli.saying import say
from mock_capi.offline.checking import Checker, portions, problem_of, read
from mock_capi.offline.converting import Converted, InconvertibleError, Note, convert
from mock_capi.offline.reading import Source, UnreadableError, opened
from mock_capi.offline.splitting import Item, items
from mock_capi.settings import PREFIX


@click.command("convert")
@click.argument("file", required=False, default="-")
@options.verdict_options
@click.option("--data-set-id", envvar=f"{PREFIX}DATA_SET_ID", help="Give every event this data_set_id.")
@click.option("--verbose", is_flag=True, help="Tell of each event what was changed and dropped.")
def convert_command(file: str, data_set_id: str | None, verbose: bool, now: str | None, **flags: str | None) -> None:
    """Make ECAPI events into the guide's: NDJSON on standard output, the rest on standard error.

    Plaintext e-mail and IPv4 addresses are hashed; what the guide has no field for is dropped and told. FILE has JSON
    or NDJSON, plain or gzip; without one, or with -, it is standard input. The exit code is 1 where an event could
    not be converted, or would still be refused.

    \b
      mock-capi convert --data-set-id "$ID" ecapi.json > events.ndjson
    """
    checker = options.checker(now, None, **flags)
    told = _Told(verbose)
    try:
        with opened(file) as source:
            for converted in _converted(source, checker, data_set_id, told):
                click.echo(converted, nl=False)
    except UnreadableError as error:
        told.sum_up()
        fail(str(error))
    told.sum_up()
    if told.failed or told.refused:
        sys.exit(EXIT_FAILED)


class _Told:
    """What there is to say: of each event at once, of all at the end."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._notes: Counter[Note] = Counter()
        self._codes: Counter[str] = Counter()
        self.converted = self.failed = self.refused = 0

    def note(self, item: Item, notes: Sequence[Note]) -> None:
        """Changes of one event."""
        self._notes.update(notes)
        if self._verbose:
            for note in notes:
                _say(item, f"{note.what} {note.field}: {note.why}")

    def fail(self, item: Item, why: str) -> None:
        """An event that could not be converted."""
        self.failed += 1
        _say(item, f"not converted: {why}")

    def refuse(self, item: Item, codes: Sequence[str], text: str) -> None:
        """A converted event that would be refused."""
        self.refused += 1
        self._codes.update(codes)
        if self._verbose:
            _say(item, f"would be refused: {text}")

    def sum_up(self) -> None:
        """Fields, codes, events."""
        for note, count in sorted(self._notes.items(), key=lambda pair: (pair[0].what, pair[0].field)):
            say(f"{count:8}  {note.what}  {note.field}: {note.why}", err=True)
        for code, count in self._codes.items():
            click.echo(f"{count:8}  would be refused  {code}: {CODES[code].meaning}", err=True)
        sums = (
            f"{self.converted} events converted, {self.refused} of them would be refused; {self.failed} not converted"
        )
        click.echo(sums, err=True)


def _say(item: Item, text: str) -> None:
    where = f"line {item.line}" if item.element is None else f"events[{item.element}]"
    say(f"{where}: {text}", err=True)


class _Result(NamedTuple):
    item: Item
    converted: Converted


def _converted(source: Source, checker: Checker, data_set_id: str | None, told: _Told) -> Iterator[bytes]:
    """NDJSON, a portion at a time, each judged before it is written."""
    for portion in portions(items(source, checker.most_bytes), checker.most_bytes):
        results = []
        for item in portion:
            event, _, violation = read(item)
            try:
                if violation:
                    raise InconvertibleError(problem_of(source.name, item, violation).message)
                results.append(_Result(item, convert(event, checker.fields, data_set_id)))
            except InconvertibleError as error:
                told.fail(item, str(error))
        _tell(results, checker, told)
        yield b"".join(orjson.dumps(result.converted.event, option=orjson.OPT_APPEND_NEWLINE) for result in results)


def _tell(results: Sequence[_Result], checker: Checker, told: _Told) -> None:
    told.converted += len(results)
    judged = checker.judged([result.converted.event for result in results])
    for place, (item, converted) in enumerate(results):
        told.note(item, converted.notes)
        if place in judged.outcomes.rejected:
            found = [problem_of("", item, violation) for violation in judged.violations if violation.event == place]
            text = "; ".join(f"{problem.code} {problem.pointer} {problem.message}" for problem in found)
            told.refuse(item, [problem.code for problem in found], text)
