"""What a rule is made of: what it is asked, what it may find, and its row in the table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mock_capi.model import Consent
from mock_capi.personas import Known
from mock_capi.pii import Masking, mask_text, telling_hashes
from mock_capi.privacy import Gpp, GppError, decode_gpp
from mock_capi.privacy.consent import consent_of
from mock_capi.readings import Readings, nearest
from mock_capi.spec import Breach, EventSchema

Path = tuple[str | int, ...]
Event = Mapping[str, Any]


class Finding(NamedTuple):
    """What a rule found in one event: a code (of an error or of an advisory), the place, the words.

    `rank` is the code whose turn in the order of checks it takes, where that is not its own.
    """

    code: str
    path: Path
    message: str
    rank: str | None = None


Column = Sequence[Any]
Findings = tuple[Finding, ...]
NOTHING: Findings = ()
_MOST_LOOKED_UP = 500


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a verdict on an event depends on besides the event.

    `now` is in whole epoch seconds; `data_set_id` is the key's, None without a valid key; `suspect`
    says that the body may hold personal data somewhere, and `mask` takes it out of what is shown; `personas` are hashes
    of test people. The memos live as long as the request.
    """

    now: int
    readings: Readings
    schema: EventSchema
    data_set_id: str | None
    datasets: Collection[str]
    suspect: bool = True
    body_bytes: int = 0
    telling_hashes: Mapping[str, str] = field(default_factory=telling_hashes)
    personas: Known = field(default_factory=dict)
    mask: Masking = mask_text
    found_in_privacy: dict[bytes, Findings] = field(default_factory=dict)
    _gpp: dict[str, Gpp | GppError] = field(default_factory=dict)
    _consents: dict[Any, Consent] = field(default_factory=dict)
    _nearest: dict[tuple[str, int], str] = field(default_factory=dict)

    def gpp(self, text: str) -> Gpp | GppError:
        """The string taken apart, or what is wrong with it."""
        found = self._gpp.get(text)
        if found is None:
            try:
                found = decode_gpp(text)
            except GppError as error:
                found = error
            self._gpp[text] = found
        return found

    def consent(self, privacy: Mapping[str, Any]) -> Consent:
        """What a privacy object that passed the rules comes to; worked out once for each that is different."""
        text = privacy.get("gpp_string")
        key = (text, *privacy.get("gpp_sid", ()), privacy.get("us_privacy_string"))
        found = self._consents.get(key)
        if found is None:
            gpp = self.gpp(text) if text is not None else None
            found = self._consents[key] = consent_of(privacy, None if isinstance(gpp, GppError) else gpp)
        return found

    def nearest(self, word: str, known: Collection[str]) -> str:
        """A did-you-mean, looked up once for each word; `known` belongs to the schema, and so stays where it is.

        Whoever sends hundreds of unknown words is told no more of them: a look costs as much as judging many events.
        """
        key = (word, id(known))
        if key not in self._nearest:
            if len(self._nearest) >= _MOST_LOOKED_UP:
                return ""
            self._nearest[key] = nearest(word, sorted(known))
        return self._nearest[key]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. A schema rule has `explain`; any other has `check`, which runs where everything that
    it `reads` is there and passed the schema. `codes` is all that it may find.

    Most events are ordinary, so four facts spare most checks: `by_names` says that the finding follows
    from the names of the event's fields alone, `if_suspect` that there is nothing to find in a body
    without any shape of personal data, `if_personas` that there is nothing where no test people are
    registered, and `glance` may see at once that there is nothing to find in a whole batch, from the
    column of the first thing that the rule `reads`.
    """

    id: str
    guide: str
    codes: tuple[str, ...]
    about: str
    explain: Callable[[Breach, Event, Setting], Finding] | None = None
    check: Callable[[Event, Setting], Findings] | None = None
    reads: tuple[Path, ...] = ()
    by_names: bool = False
    if_suspect: bool = False
    if_personas: bool = False
    glance: Callable[[Column, Setting], bool] | None = None

    @property
    def is_about_privacy(self) -> bool:
        """Whether it reads nothing but the privacy object, which mostly recurs."""
        return bool(self.reads) and all(path[0] == "privacy" for path in self.reads)
