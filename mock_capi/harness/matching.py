"""Whether what came back is what a case expects; every difference named, with both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_ABSENT = "not there"
_LONGEST = 300


class Difference(NamedTuple):
    """One thing that is not as expected; both sides as short texts."""

    what: str
    expected: str
    got: str


def equal(what: str, expected: Any, got: Any) -> Iterator[Difference]:
    """The same value and the same type: 1 is neither true nor 1.0."""
    if expected != got or type(expected) is not type(got):
        yield difference(what, expected, got)


def contains(what: str, expected: Any, got: Any) -> Iterator[Difference]:
    """Every name of an expected mapping is there with its value; everything else is equal."""
    if not isinstance(expected, Mapping):
        yield from equal(what, expected, got)
        return
    if not isinstance(got, Mapping):
        yield difference(what, expected, got)
        return
    for name, value in expected.items():
        place = f"{what}.{name}" if what else str(name)
        if name in got:
            yield from contains(place, value, got[name])
        else:
            yield Difference(place, shown(value), _ABSENT)


def says(what: str, expected: str | Sequence[str], got: Any) -> Iterator[Difference]:
    """A text holds every one of some others."""
    for part in [expected] if isinstance(expected, str) else expected:
        if part not in str(got):
            yield difference(what, f"...{part}...", got)


def lacks(what: str, unwanted: Iterable[str], got: str) -> Iterator[Difference]:
    """A text holds none of some others, which are not repeated."""
    if any(part in got for part in unwanted):
        yield Difference(what, "without what must not be kept or shown", "it is there")


def remarks(what: str, expected: Sequence[Any], got: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    """Violations or advisories, all of them in order; of each, what is expected of it."""
    wanted = [{"code": item} if isinstance(item, str) else dict(item) for item in expected]
    codes = [item["code"] for item in wanted]
    found = [item.get("code") for item in got]
    if codes != found:
        yield difference(what, codes, found)
        return
    for index, (item, remark) in enumerate(zip(wanted, got, strict=True)):
        words = item.pop("message", ())
        yield from contains(f"{what}[{index}]", item, remark)
        yield from says(f"{what}[{index}].message", words, remark.get("message"))


def difference(what: str, expected: Any, got: Any) -> Difference:
    """A difference of two values."""
    return Difference(what, shown(expected), shown(got))


def shown(value: Any) -> str:
    """A value as a short text."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
